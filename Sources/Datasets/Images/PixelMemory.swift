import FileOutput
import Foundation

/// Bytes of pixels in memory, or in a file that the system reads as needed.
final class PixelMemory: @unchecked Sendable {
  // Written by the decoders, each in places of its own, before the data set exists. Only read after that.
  let bytes: UnsafeMutableRawBufferPointer

  /// Memory of its own.
  ///
  /// - Throws: `DatasetError` if the system has none.
  convenience init(count: Int) throws(DatasetError) {
    try self.init(count: count, file: -1, isWritable: true, name: "memory")
  }

  /// A new file, which is written with the memory.
  ///
  /// - Throws: `DatasetError` with code `.unwritable` if the disk has no room.
  convenience init(creating path: String, count: Int) throws(DatasetError) {
    let file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    defer { if file >= 0 { close(file) } }
    let status = file < 0 ? errno : Self.allocate(file, count)
    guard file >= 0, status == 0 else {
      throw DatasetError(
        code: .unwritable,
        message: "'\(path)' can't take \(count) bytes of decoded pictures: \(String(cString: strerror(status)))")
    }
    try self.init(count: count, file: file, isWritable: true, name: path)
  }

  /// An existing file of `count` bytes; nil if there is none of this size.
  convenience init?(opening path: String, count: Int) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    defer { if file >= 0 { close(file) } }
    var status = stat()
    guard file >= 0, fstat(file, &status) == 0, Int(status.st_size) == count else { return nil }
    try? self.init(count: count, file: file, isWritable: false, name: path)
  }

  private init(count: Int, file: Int32, isWritable: Bool, name: String) throws(DatasetError) {
    let protection = isWritable ? PROT_READ | PROT_WRITE : PROT_READ
    let flags = file < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED
    let start = mmap(nil, max(count, 1), protection, flags, file, 0)
    guard let start, start != MAP_FAILED else {
      throw DatasetError(
        code: .unreadable,
        message: "\(name): there is no room for \(count) bytes of pixels: \(String(cString: strerror(errno)))")
    }
    bytes = UnsafeMutableRawBufferPointer(start: start, count: count)
  }

  /// Takes the room on the disk. A full disk would stop the process at a later write.
  private static func allocate(_ file: Int32, _ count: Int) -> Int32 {
    #if canImport(Darwin)
      ftruncate(file, off_t(count)) == 0 ? 0 : errno
    #else
      posix_fallocate(file, 0, off_t(count))
    #endif
  }

  /// Writes the bytes to the disk.
  ///
  /// - Throws: `POSIXError` if that fails.
  func write() throws {
    guard msync(bytes.baseAddress, bytes.count, MS_SYNC) == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
  }

  deinit { munmap(bytes.baseAddress, max(bytes.count, 1)) }
}
