import GraphIR

/// The element types that files hold, of which zoo has four.
enum ElementKind: CaseIterable {
  case bool, int8, int16, int32, int64, uint8, uint16, uint32, float16, bfloat16, float32, float64

  init(_ type: DataType) {
    switch type {
    case .float32: self = .float32
    case .float64: self = .float64
    case .int64: self = .int64
    case .bool: self = .bool
    }
  }

  /// The number of bytes of an element.
  var byteCount: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .float64: 8
    }
  }

  /// The name in a safetensors file.
  var safetensorsName: String {
    switch self {
    case .bool: "BOOL"
    case .int8: "I8"
    case .int16: "I16"
    case .int32: "I32"
    case .int64: "I64"
    case .uint8: "U8"
    case .uint16: "U16"
    case .uint32: "U32"
    case .float16: "F16"
    case .bfloat16: "BF16"
    case .float32: "F32"
    case .float64: "F64"
    }
  }

  /// NumPy's name for little-endian elements; nil for a type that NumPy lacks.
  var numpyName: String? {
    switch self {
    case .bool: "|b1"
    case .int8: "|i1"
    case .int16: "<i2"
    case .int32: "<i4"
    case .int64: "<i8"
    case .uint8: "|u1"
    case .uint16: "<u2"
    case .uint32: "<u4"
    case .float16: "<f2"
    case .bfloat16: nil
    case .float32: "<f4"
    case .float64: "<f8"
    }
  }

  /// The number of bytes of a tensor.
  ///
  /// - Throws: ``TensorFileError`` where an extent is negative or the size is out of range.
  func byteCount(of shape: [Int]) throws -> Int {
    var count = byteCount
    // An extent of 0 must not hide others that are out of range.
    var bound = byteCount
    for extent in shape {
      let (next, isTooLarge) = bound.multipliedReportingOverflow(by: max(extent, 1))
      guard extent >= 0, !isTooLarge else { throw TensorFileError(.corrupt, "shape \(shape) is out of range") }
      (count, bound) = (count * extent, next)
    }
    return count
  }

  /// The elements as the type of zoo's that holds them exactly.
  ///
  /// - Throws: ``TensorFileError`` for a byte of bool that is neither 0 nor 1.
  func value(_ bytes: UnsafeRawBufferPointer, shape: Shape) throws -> TensorValue {
    let type: DataType =
      switch self {
      case .bool: .bool
      case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32: .int64
      case .float16, .bfloat16, .float32: .float32
      case .float64: .float64
      }
    let value = TensorValue(uninitialized: TensorType(type, shape))
    func copy() {
      guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
      value.storage.pointer.copyMemory(from: start, byteCount: bytes.count)
    }
    func convert<Number: BitwiseCopyable, Element: TensorElement>(_: Number.Type, _ element: (Number) -> Element) {
      value.withMutableElements(of: Element.self) { elements in
        for index in elements.indices {
          elements[index] = element(bytes.loadUnaligned(fromByteOffset: index * byteCount, as: Number.self))
        }
      }
    }
    switch self {
    case .bool:
      guard bytes.allSatisfy({ $0 <= 1 }) else {
        throw TensorFileError(.corrupt, "expected bytes of 0 and 1 for bool, found others")
      }
      copy()
    case .int64, .float32, .float64: copy()
    case .int8: convert(Int8.self) { Int64($0) }
    case .int16: convert(Int16.self) { Int64($0) }
    case .int32: convert(Int32.self) { Int64($0) }
    case .uint8: convert(UInt8.self) { Int64($0) }
    case .uint16: convert(UInt16.self) { Int64($0) }
    case .uint32: convert(UInt32.self) { Int64($0) }
    case .float16: convert(UInt16.self, Self.float(half:))
    case .bfloat16: convert(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    }
    return value
  }

  /// A number of IEEE 754's binary16. Swift's `Float16` is not on every platform.
  private static func float(half: UInt16) -> Float {
    let (sign, exponent, fraction) = (UInt32(half >> 15) << 31, Int(half >> 10) & 0x1F, UInt32(half & 0x3FF))
    switch exponent {
    case 0: return (sign == 0 ? 1 : -1) * Float(fraction) * 0x1p-24
    case 0x1F: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | UInt32(exponent - 15 + 127) << 23 | fraction << 13)
    }
  }
}
