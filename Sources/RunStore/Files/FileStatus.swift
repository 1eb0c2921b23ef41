import Foundation

/// An entry of a folder, examined without opening it: opening a pipe waits, opening a device can have effects.
struct FileStatus {
  /// The identity of a file on this machine.
  struct Identity: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  let identity: Identity
  /// The number of bytes.
  let size: Int
  /// The kind of entry for messages; nil for a file.
  let oddity: String?

  /// The entry at `path`; nil if there is none.
  ///
  /// - Parameters:
  ///   - path: the path of the entry.
  ///   - followsLinks: whether the target of a symbolic link is examined in place of the link.
  /// - Throws: ``StoreError`` if the entry can't be examined.
  init?(_ path: String, followsLinks: Bool = true) throws {
    var status = stat()
    guard (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw StoreError(.readOnly, "'\(path.excerpt(120))' can't be examined: \(String(cString: strerror(errno)))")
    }
    identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    size = Int(status.st_size)
    oddity =
      switch status.st_mode & S_IFMT {
      case S_IFREG: nil
      case S_IFDIR: "a folder"
      case S_IFLNK: "a symbolic link"
      case S_IFIFO: "a pipe"
      case S_IFSOCK: "a socket"
      case S_IFCHR, S_IFBLK: "a device"
      default: "of a kind that this program does not know"
      }
  }
}
