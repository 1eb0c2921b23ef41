import Foundation

/// The pictures in a folder and the folders below it, in the order of their paths' bytes.
struct PictureListing {
  /// The pictures.
  private(set) var files: [PictureFile] = []
  /// Files and folders that can't be listed, with the reason.
  private(set) var faults: [String] = []
  /// The number of files with other endings.
  private(set) var otherCount = 0

  private static let endings: Set<String> = ["png", "jpg", "jpeg", "webp"]
  // A link to a folder above would be followed for ever.
  private var visited: Set<[UInt64]> = []
  private let root: String

  /// Lists a folder. Hidden files are left out, links are followed.
  ///
  /// - Throws: `DatasetError` with code `.notFound` or `.unreadable` if there is no such folder.
  init(_ folder: URL) throws(DatasetError) {
    root = folder.path
    guard let status = Self.status(root), status.isFolder else {
      throw DatasetError(code: .notFound, message: "there is no folder '\(root)'; name one with pictures")
    }
    visited.insert(status.identity)
    guard list("") else {
      throw DatasetError(code: .unreadable, message: "'\(root)' can't be listed: \(String(cString: strerror(errno)))")
    }
    files.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  /// Adds the files of a folder, by its path below the root; false if it can't be read.
  private mutating func list(_ folder: String) -> Bool {
    guard let stream = opendir(folder.isEmpty ? root : "\(root)/\(folder)") else { return false }
    defer { closedir(stream) }
    // The order of a folder differs between file systems. It would decide which of two links to a folder is followed.
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { start in
        start.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
      }
      guard let name else {
        faults.append("\(folder.isEmpty ? root : folder): a name is not UTF-8; rename the file")
        continue
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    names.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    for name in names { add(folder.isEmpty ? name : "\(folder)/\(name)") }
    return true
  }

  private mutating func add(_ path: String) {
    guard let status = Self.status("\(root)/\(path)") else {
      faults.append("\(path): \(String(cString: strerror(errno)))")
      return
    }
    if status.isFolder {
      guard visited.insert(status.identity).inserted else { return }
      if !list(path) { faults.append("\(path): \(String(cString: strerror(errno)))") }
    } else if status.isFile, Self.endings.contains(String(path.split(separator: ".").last ?? "").lowercased()) {
      files.append(PictureFile(path: path, size: status.size, changed: status.changed))
    } else {
      otherCount += 1
    }
  }

  private struct Status {
    let isFolder, isFile: Bool
    let size, changed: Int
    let identity: [UInt64]
  }

  private static func status(_ path: String) -> Status? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    let kind = status.st_mode & S_IFMT
    return Status(
      isFolder: kind == S_IFDIR, isFile: kind == S_IFREG, size: Int(status.st_size),
      changed: time.tv_sec * 1_000_000_000 + time.tv_nsec,
      identity: [UInt64(truncatingIfNeeded: status.st_dev), UInt64(status.st_ino)])
  }
}
