/// Reads numbers of fixed width from bytes, in order.
struct ByteReader {
  private let bytes: [UInt8]
  private var offset = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The bytes that are left.
  var left: Int { bytes.count - offset }

  /// Replaces the elements of an array at `places` by the next numbers. The bytes must hold enough of them.
  mutating func read<Number: BitwiseCopyable>(into numbers: inout [Number], at places: Range<Int>) {
    let size = places.count * MemoryLayout<Number>.stride
    precondition(size <= left && numbers.indices.contains(places), "expected \(size) bytes, found \(left)")
    numbers.withUnsafeMutableBytes { target in
      bytes.withUnsafeBytes { source in
        UnsafeMutableRawBufferPointer(rebasing: target[(places.lowerBound * MemoryLayout<Number>.stride)...])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[offset..<offset + size]))
      }
    }
    offset += size
  }

  /// Replaces the elements of an array at `places` by flags of one byte each.
  mutating func read(into flags: inout [Bool], at places: Range<Int>) {
    for (index, place) in places.enumerated() {
      flags[place] = bytes[offset + index] != 0
    }
    offset += places.count
  }
}

extension [UInt8] {
  /// Appends the memory of numbers.
  mutating func append(memoryOf numbers: [some BitwiseCopyable]) {
    numbers.withUnsafeBytes { append(contentsOf: $0) }
  }
}
