import Crypto
import GraphIR

/// Feeds typed values to SHA-256. Different sequences of values have different bytes: integers are little-endian and
/// of fixed width, text is UTF-8 after its byte count (UInt32).
struct DigestBuilder {
  private var hash = SHA256()

  mutating func append(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }

  mutating func append(_ integer: some FixedWidthInteger) {
    withUnsafeBytes(of: integer.littleEndian) { hash.update(bufferPointer: $0) }
  }

  mutating func append(_ text: String) {
    append(UInt32(text.utf8.count))
    hash.update(data: Array(text.utf8))
  }

  mutating func append(_ digest: Digest) { hash.update(data: digest.bytes) }

  /// Appends the element type's name, the rank (UInt32) and the extents (Int64 each).
  mutating func append(_ type: TensorType) {
    append(type.dtype.rawValue)
    append(UInt32(type.shape.rank))
    for extent in type.shape { append(Int64(extent)) }
  }

  func finalize() -> Digest {
    guard let digest = Digest(bytes: hash.finalize()) else { preconditionFailure("expected 32 bytes of SHA-256") }
    return digest
  }
}
