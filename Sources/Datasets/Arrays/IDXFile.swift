import CZlib
import Foundation

/// The content of an IDX file of unsigned bytes, the format of MNIST and its successors.
///
/// An IDX file is a magic number (two zero bytes, a data type, the number of dimensions), the dimensions as big-endian
/// 32-bit integers, and the values, with the last dimension varying fastest. Source: yann.lecun.com/exdb/mnist, "The
/// IDX file format".
public struct IDXFile: Sendable {
  /// The sizes, outermost first.
  public let dimensions: [Int]
  /// The values in row-major order, as many as the product of `dimensions`.
  public let bytes: [UInt8]

  /// Reads a file, gzipped or plain.
  ///
  /// The header is checked before memory is allocated: a size that the file can't hold is an error.
  /// - Parameters:
  ///   - url: the file.
  ///   - rank: the number of dimensions that the file must have.
  /// - Throws: `DatasetError` with code `.unreadable`, `.corrupt` or `.unexpectedShape`.
  public init(contentsOf url: URL, rank: Int) throws(DatasetError) {
    let reader = try GzipReader(url)
    let magic = try reader.read(4, expecting: "the 4-byte magic number of an IDX file")
    guard magic[0] == 0, magic[1] == 0, magic[2] == Self.unsignedByte else {
      let found = magic.map { String(format: "%02x", $0) }.joined(separator: " ")
      throw reader.corrupt("expected an IDX file of unsigned bytes (magic number 00 00 08 ..), found \(found)")
    }
    guard magic[3] == rank else {
      throw DatasetError(
        code: .unexpectedShape,
        message: "\(url.path): expected \(rank) dimensions, found \(magic[3]); is it another file of the data set?")
    }
    let header = try reader.read(4 * rank, expecting: "\(rank) dimensions of 4 bytes each")
    dimensions = (0..<rank).map { dimension in
      header[4 * dimension..<4 * dimension + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    var count = 1
    for dimension in dimensions {
      let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
      count = overflow ? .max : product
    }
    guard count <= reader.greatestLength else {
      throw reader.corrupt(
        "the header says \(Self.describe(dimensions)) bytes, more than a file of this size can hold")
    }
    bytes = try reader.read(count, expecting: "\(Self.describe(dimensions)) = \(count) bytes of data")
    try reader.finish()
  }

  /// IDX's code of its data type `unsigned byte`.
  private static let unsignedByte: UInt8 = 0x08

  static func describe(_ dimensions: [Int]) -> String {
    dimensions.map(String.init).joined(separator: " x ")
  }
}
