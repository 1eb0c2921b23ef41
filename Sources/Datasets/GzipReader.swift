import CZlib
import FileOutput
import Foundation

/// Reads a file from its start, decompressing it when it is gzipped.
final class GzipReader {
  private let url: URL
  private let file: gzFile
  /// An upper bound for the number of bytes in the file, decompressed.
  let greatestLength: Int

  /// Deflate compresses at most 1032 bytes to one (zlib's `Technical Details`, "Maximum Compression Factor").
  private static let greatestCompression = 1032

  init(_ url: URL) throws(DatasetError) {
    self.url = url
    do {
      let size = try FileManager.default.attributesOfItem(atPath: url.path)[.size] as? Int ?? 0
      greatestLength = size.multipliedReportingOverflow(by: Self.greatestCompression).partialValue
    } catch {
      throw DatasetError(code: .unreadable, message: "\(url.path): can't be read: \(error.systemReason)")
    }
    guard let file = gzopen(url.path, "rb") else {
      throw DatasetError(
        code: .unreadable, message: "\(url.path): can't be opened: \(String(cString: strerror(errno)))")
    }
    self.file = file
    gzbuffer(file, 1 << 17)
  }

  deinit {
    gzclose(file)
  }

  /// Reads exactly `count` bytes; `content` names them in an error.
  ///
  /// Memory grows with the bytes read, not with the size that a header claims.
  func read(_ count: Int, expecting content: String) throws(DatasetError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(count, 1 << 26))
    var piece = [UInt8](repeating: 0, count: min(count, 1 << 20))
    while bytes.count < count {
      let received = gzread(file, &piece, UInt32(min(count - bytes.count, piece.count)))
      guard received > 0 else {
        try checkStream()
        throw corrupt("expected \(content), but the file ends after \(bytes.count) bytes of them")
      }
      bytes += piece[..<Int(received)]
    }
    return bytes
  }

  /// Reads everything up to the end of the file. Checks the checksum of a gzipped file.
  func readToEnd(atMost limit: Int) throws(DatasetError) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let received = gzread(file, &piece, UInt32(piece.count))
      guard received > 0 else { break }
      bytes += piece[..<Int(received)]
      guard bytes.count <= limit else { throw corrupt("expected at most \(limit) bytes, found more") }
    }
    try checkStream()
    return bytes
  }

  /// Checks that the file ends here. Checks the checksum of a gzipped file.
  func finish() throws(DatasetError) {
    guard gzgetc_(file) < 0 else {
      throw corrupt("expected the end of the file after its last value, found more bytes")
    }
    try checkStream()
  }

  /// An error that names the fault in the file's content and how to replace the file.
  func corrupt(_ problem: String) -> DatasetError {
    DatasetError(code: .corrupt, message: "\(url.path): \(problem); install or copy the file again")
  }

  private func checkStream() throws(DatasetError) {
    var status: Int32 = Z_OK
    let text = gzerror(file, &status).map { String(cString: $0) } ?? ""
    switch status {
    case Z_OK, Z_STREAM_END:
      return
    case Z_BUF_ERROR:
      throw corrupt("the compressed data end too early, the file is truncated")
    case Z_DATA_ERROR:
      throw corrupt("the compressed data are damaged: \(text)")
    default:
      throw DatasetError(code: .unreadable, message: "\(url.path): reading failed: \(text)")
    }
  }
}
