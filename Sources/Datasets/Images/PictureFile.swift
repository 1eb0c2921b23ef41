/// A file of a folder of pictures.
struct PictureFile: Sendable {
  /// The path below the folder.
  let path: String
  /// The size in bytes.
  let size: Int
  /// The time of the last change in nanoseconds since 1970.
  let changed: Int

  /// The first folder of the path; nil for a file beside the folders.
  var label: String? {
    path.firstIndex(of: "/").map { String(path[..<$0]) }
  }
}
