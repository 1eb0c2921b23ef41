import CZlib
import Foundation

/// A folder for one test, removed with the object.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "zoo-datasets-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  /// Writes a file, gzipped when its name ends in `.gz`.
  @discardableResult
  func write(_ bytes: [UInt8], to name: String) throws -> URL {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    if name.hasSuffix(".gz") {
      let stream = gzopen(file.path, "wb")
      gzwrite(stream, bytes, UInt32(bytes.count))
      gzclose(stream)
    } else {
      try Data(bytes).write(to: file)
    }
    return file
  }

  /// Cuts the last `count` bytes off a file.
  func truncate(_ file: URL, by count: Int) throws {
    try Data(contentsOf: file).dropLast(count).write(to: file)
  }
}

/// The bytes of an IDX file of unsigned bytes.
func idx(_ dimensions: [Int], _ values: [UInt8]) -> [UInt8] {
  [0, 0, 8, UInt8(dimensions.count)]
    + dimensions.flatMap { size in [24, 16, 8, 0].map { UInt8(size >> $0 & 255) } } + values
}
