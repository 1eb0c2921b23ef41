import CZlib

/// A cheap identity of a data set's content: its shape and a CRC-32 over all its bytes.
///
/// It detects accidental changes, such as another version of a file, not malicious ones.
public struct DatasetFingerprint: Codable, Equatable, Hashable, Sendable, CustomStringConvertible {
  /// The number of samples and the shape of each.
  public let shape: [Int]
  /// The CRC-32 of zlib and PNG over all bytes.
  public let crc32: UInt32

  /// Takes the fingerprint of `parts`, concatenated in their order.
  ///
  /// - Parameters:
  ///   - shape: the number of samples and the shape of each.
  ///   - parts: all bytes of the data set.
  public init(shape: [Int], parts: [UnsafeRawBufferPointer]) {
    self.shape = shape
    crc32 = parts.reduce(0) { crc, part in
      UInt32(crc32_z(UInt(crc), part.baseAddress?.assumingMemoryBound(to: UInt8.self), part.count))
    }
  }

  /// Takes the fingerprint of float32 values.
  public init(shape: [Int], of values: [Float]) {
    self = values.withUnsafeBytes { DatasetFingerprint(shape: shape, parts: [$0]) }
  }

  /// For example `60000 x 1 x 28 x 28, CRC-32 0d3f5a11`.
  public var description: String {
    let digits = String(crc32, radix: 16)
    return IDXFile.describe(shape) + ", CRC-32 " + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
