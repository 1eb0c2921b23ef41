import Foundation

/// The bytes of a model.
enum ByteSource {
  case memory(Data)
  case file(InputFile)

  var byteCount: Int {
    switch self {
    case .memory(let data): data.count
    case .file(let file): file.byteCount
    }
  }

  /// Fills `buffer` with the bytes from `offset` on.
  ///
  /// - throws: ``ONNXError`` with code `file` where a file has become shorter or can't be read.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    switch self {
    case .memory(let data):
      precondition(offset >= 0 && buffer.count <= data.count - offset, "bytes outside of the model")
      data.withUnsafeBytes {
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + buffer.count]))
      }
    case .file(let file):
      guard file.read(into: buffer, at: offset) else {
        throw ONNXError(code: .file, message: "the file became shorter while it was read, or can't be read")
      }
    }
  }
}
