import Foundation

/// A regular file that is open for reading.
///
/// It is read piece by piece and never mapped into memory: if another program truncates it meanwhile, reading fails.
final class InputFile {
  private let descriptor: Int32
  /// The number of bytes when it was opened.
  let byteCount: Int
  /// The number of names that it has in the file system.
  let linkCount: Int

  /// Opens the file `path` of a folder; nil with `errno` set where that fails or the file is not a regular one.
  ///
  /// - Parameter followsLink: whether the last component of the path may be a symbolic link.
  init?(_ path: String, in folder: FileFolder, followsLink: Bool) {
    // Without O_NONBLOCK, opening a pipe waits for a writer.
    let flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | (followsLink ? 0 : O_NOFOLLOW)
    descriptor = openat(folder.descriptor, path, flags)
    guard descriptor >= 0 else { return nil }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      errno = 0
      return nil
    }
    byteCount = Int(status.st_size)
    linkCount = Int(status.st_nlink)
  }

  deinit { close(descriptor) }

  /// Fills `buffer` with the bytes from `offset` on, and returns whether the file has them all.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Bool {
    var done = 0
    while done < buffer.count {
      let count = pread(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset + done))
      guard count > 0 else {
        if count < 0, errno == EINTR { continue }
        return false
      }
      done += count
    }
    return true
  }
}
