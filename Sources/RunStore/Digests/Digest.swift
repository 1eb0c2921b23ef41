import Foundation
import GRDB

/// 32 bytes of SHA-256.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
  /// The bytes.
  public let bytes: [UInt8]

  /// A digest of these 32 bytes; nil for another number of bytes.
  public init?(bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes)
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// SHA-256 of `data`.
  public init(of data: Data) {
    var builder = DigestBuilder()
    data.withUnsafeBytes { builder.append($0) }
    self = builder.finalize()
  }

  /// SHA-256 of the content of a file. It is read piece by piece.
  ///
  /// - Throws: the system's error if the file can't be read.
  public init(ofFile url: URL) throws {
    let file = try FileHandle(forReadingFrom: url)
    defer { try? file.close() }
    var builder = DigestBuilder()
    while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
      piece.withUnsafeBytes { builder.append($0) }
    }
    self = builder.finalize()
  }

  /// 64 lowercase hexadecimal digits.
  public var description: String { bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
}

extension Digest: DatabaseValueConvertible {
  /// A BLOB.
  public var databaseValue: DatabaseValue { Data(bytes).databaseValue }

  /// The digest in a BLOB of 32 bytes; nil for anything else.
  public static func fromDatabaseValue(_ value: DatabaseValue) -> Digest? {
    Data.fromDatabaseValue(value).flatMap { Digest(bytes: $0) }
  }
}
