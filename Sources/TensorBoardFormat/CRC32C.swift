/// The checksum of event files: the cyclic redundancy check of Castagnoli's polynomial, as RFC 3720 has it.
///
/// zlib has another polynomial. A table is enough: a log of a training grows by some kilobytes a second.
enum CRC32C {
  /// The polynomial 0x1EDC6F41 with its bits reversed, divided into each byte.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 0 ? rest >> 1 : rest >> 1 ^ 0x82F6_3B78 }
  }

  /// The checksum of bytes.
  static func checksum(of bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { rest, byte in rest >> 8 ^ table[Int(UInt8(truncatingIfNeeded: rest) ^ byte)] }
  }

  /// The checksum as a record holds it. Checksums of data that contain checksums would be weak.
  ///
  /// Source: `masked_crc32c` in TensorBoard's `compat/tensorflow_stub/pywrap_tensorflow.py`.
  static func masked(of bytes: some Sequence<UInt8>) -> UInt32 {
    let sum = checksum(of: bytes)
    return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
  }
}
