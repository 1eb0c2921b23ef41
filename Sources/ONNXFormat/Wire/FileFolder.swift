import Foundation

/// An open folder. Files are found in it even after another program has renamed it, or put another one in its place.
final class FileFolder {
  let descriptor: Int32

  #if os(Linux)
    // O_PATH, which Swift does not import: it does not need the permission to list the folder.
    private static let flags = 0o10_000_000 | O_DIRECTORY | O_CLOEXEC
  #else
    private static let flags = O_SEARCH | O_DIRECTORY | O_CLOEXEC
  #endif

  /// Opens a folder; nil with `errno` set where that fails.
  convenience init?(_ path: String) { self.init(openat(AT_FDCWD, path, Self.flags)) }

  private init?(_ descriptor: Int32) {
    guard descriptor >= 0 else { return nil }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Opens a folder in this one; nil with `errno` set where that fails or it is a symbolic link.
  func folder(_ name: String) -> FileFolder? {
    FileFolder(openat(descriptor, name, Self.flags | O_NOFOLLOW))
  }
}
