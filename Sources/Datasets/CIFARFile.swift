import Foundation

/// The images of a binary file of CIFAR, gzipped or plain: records of one or two labels, of which the last one counts,
/// and 1,024 bytes each for red, green and blue.
struct CIFARFile {
  /// The height and width of an image.
  static let side = 32
  /// The most images that are read. A file of the data sets holds at most 50,000.
  private static let limit = 1_000_000

  /// The pixels, shape [count, 3, 32, 32].
  private(set) var images: [UInt8] = []
  /// The class of each image.
  private(set) var classes: [UInt8] = []

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - url: the file.
  ///   - labelCount: the labels of a record.
  ///   - classCount: the number of classes.
  /// - Throws: `DatasetError` with code `.unreadable` or `.corrupt`.
  init(_ url: URL, labelCount: Int, classCount: Int) throws(DatasetError) {
    let reader = try GzipReader(url)
    let size = labelCount + 3 * Self.side * Self.side
    let bytes = try reader.readToEnd(atMost: Self.limit * size)
    guard !bytes.isEmpty, bytes.count.isMultiple(of: size) else {
      throw reader.corrupt("expected records of \(size) bytes, found \(bytes.count) bytes")
    }
    images.reserveCapacity(bytes.count)
    for (row, start) in stride(from: 0, to: bytes.count, by: size).enumerated() {
      let label = bytes[start + labelCount - 1]
      guard label < classCount else {
        throw reader.corrupt("expected labels 0 to \(classCount - 1), found \(label) in record \(row)")
      }
      classes.append(label)
      images += bytes[(start + labelCount)..<(start + size)]
    }
  }
}
