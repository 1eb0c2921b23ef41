import GraphIR

/// Converts elements of a type that our vocabulary lacks: small floats to float32, other integers to int64.
struct Widening {
  private let element: ElementType
  /// The label of the tensor in messages.
  private let label: String
  private let format: SmallFloat?
  /// The floats of all bit patterns; empty for integers, and where computing each element costs less.
  private var table: [Float] = []

  /// A conversion of `count` elements.
  init(_ element: ElementType, count: Int, label: String) {
    self.element = element
    self.label = label
    format = SmallFloat(element)
    guard element.widened == .float32, let width = element.bitCount, width <= 16, count >= 1 << width else { return }
    table = (0..<1 << width).map(float)
  }

  /// Sets elements of `value` from `first` on to those that are packed in `bytes`: little-endian and, below 8 bits,
  /// from the lowest bits on.
  ///
  /// - throws: ``ONNXError`` with code `unsupported` for a number that int64 does not have.
  func convert(_ bytes: UnsafeRawBufferPointer, to value: TensorValue, from first: Int) throws {
    let width = element.bitCount ?? 8
    let range = first..<min(value.count, first + bytes.count * 8 / width)
    switch width {
    case 16:
      try convert(to: value, range) { UInt64(bytes.loadUnaligned(fromByteOffset: ($0 - first) * 2, as: UInt16.self)) }
    case 32:
      try convert(to: value, range) { UInt64(bytes.loadUnaligned(fromByteOffset: ($0 - first) * 4, as: UInt32.self)) }
    case 64:
      try convert(to: value, range) { bytes.loadUnaligned(fromByteOffset: ($0 - first) * 8, as: UInt64.self) }
    default:
      let mask = UInt64(1) << UInt64(width) - 1
      try convert(to: value, range) { index in
        let bit = (index - first) * width
        return UInt64(bytes[bit / 8]) >> UInt64(bit % 8) & mask
      }
    }
  }

  /// Sets elements of `value` to those with the bits `pattern`. Bits above the element's own are ignored.
  ///
  /// - throws: as ``convert(_:to:from:)``.
  @inline(__always)
  func convert(to value: TensorValue, _ range: Range<Int>, _ pattern: (Int) -> UInt64) throws {
    if value.dtype == .float32 {
      return value.withMutableElements(of: Float.self) { elements in
        guard table.isEmpty else {
          let mask = table.count - 1
          return table.withUnsafeBufferPointer { table in
            for index in range { elements[index] = table[Int(truncatingIfNeeded: pattern(index)) & mask] }
          }
        }
        for index in range { elements[index] = float(Int(truncatingIfNeeded: pattern(index))) }
      }
    }
    let unused = UInt64(64 - (element.bitCount ?? 64))
    let isSigned = !element.isUnsigned
    try value.withMutableElements(of: Int64.self) { elements in
      for index in range {
        let shifted = pattern(index) << unused
        guard isSigned || Int64(exactly: shifted >> unused) != nil else {
          throw ONNXError(
            code: .unsupported, message: "\(label) holds \(shifted >> unused), which is above the largest int64")
        }
        elements[index] = isSigned ? Int64(bitPattern: shifted) >> unused : Int64(shifted >> unused)
      }
    }
  }

  private func float(_ bits: Int) -> Float { format?.value(bits) ?? SmallFloat.power(bits & 0xff) }
}
