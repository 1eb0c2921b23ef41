/// The bytes of a message that is written field by field.
struct WireOutput {
  /// The bytes of a message's length. It is written after the message, and padded.
  private static let lengthSize = 5

  private(set) var bytes: [UInt8] = []

  mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func append(_ content: [UInt8]) { bytes += content }

  /// Appends the next `count` bytes of `input` and returns them.
  ///
  /// - throws: as ``ByteSource/read(into:at:)``.
  mutating func append(_ count: Int, of input: inout WireInput) throws -> ArraySlice<UInt8> {
    let start = bytes.count
    bytes += repeatElement(0, count: count)
    try bytes.withUnsafeMutableBytes { buffer in
      try input.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[start...]))
    }
    return bytes[start...]
  }

  /// Leaves a gap for the length of a message and returns the message's start.
  mutating func beginMessage() -> Int {
    bytes += repeatElement(0, count: Self.lengthSize)
    return bytes.count
  }

  /// Writes the length of the message that began at `start` and ends here.
  mutating func endMessage(_ start: Int) {
    var rest = bytes.count - start
    for index in start - Self.lengthSize..<start {
      bytes[index] = UInt8(rest & 0x7f) | (index == start - 1 ? 0 : 0x80)
      rest >>= 7
    }
  }
}
