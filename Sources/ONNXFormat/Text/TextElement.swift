/// An element type in ONNX's textual syntax: its word, and the field of a tensor that holds its elements.
struct TextElement {
  /// A field of a `TensorProto` with elements of one type.
  enum Field { case float, double, int32, int64, uint64, string }

  /// The elements of `raw_data`.
  enum Raw {
    case float32, float64, int8, int16, int32, int64, uint8, uint16, uint32, uint64
    /// Six bits for each element, from the lowest bits of the first byte on.
    case bits6
    /// Texts have no such form.
    case none
  }

  /// The number in `TensorProto.DataType`.
  let code: Int32
  /// The word.
  let word: String
  /// The field of elements.
  let field: Field
  /// The form of `raw_data`.
  let raw: Raw
  /// The elements of the field in a group of `raw_data`, and the tensor's elements that they stand for.
  let (numbers, elements): (Int, Int)

  private init(_ code: Int32, _ word: String, _ field: Field, _ raw: Raw, _ numbers: Int = 1, per elements: Int = 1) {
    (self.code, self.word, self.field, self.raw) = (code, word, field, raw)
    (self.numbers, self.elements) = (numbers, elements)
  }

  /// The type of a number; nil for one that ONNX 1.23 does not define.
  init?(code: Int32) {
    guard let element = Self.all.first(where: { $0.code == code }) else { return nil }
    self = element
  }

  /// The type of a word.
  init?(word: String) {
    guard let element = Self.byWord[word] else { return nil }
    self = element
  }

  private static let all = [
    TextElement(1, "float", .float, .float32), TextElement(11, "double", .double, .float64),
    TextElement(14, "complex64", .float, .float32, 2), TextElement(15, "complex128", .double, .float64, 2),
    TextElement(7, "int64", .int64, .int64), TextElement(13, "uint64", .uint64, .uint64),
    TextElement(12, "uint32", .uint64, .uint32), TextElement(8, "string", .string, .none),
    TextElement(2, "uint8", .int32, .uint8), TextElement(3, "int8", .int32, .int8),
    TextElement(4, "uint16", .int32, .uint16), TextElement(5, "int16", .int32, .int16),
    TextElement(6, "int32", .int32, .int32), TextElement(9, "bool", .int32, .uint8),
    TextElement(10, "float16", .int32, .uint16), TextElement(16, "bfloat16", .int32, .uint16),
    TextElement(17, "float8e4m3fn", .int32, .uint8), TextElement(18, "float8e4m3fnuz", .int32, .uint8),
    TextElement(19, "float8e5m2", .int32, .uint8), TextElement(20, "float8e5m2fnuz", .int32, .uint8),
    TextElement(24, "float8e8m0", .int32, .uint8), TextElement(23, "float4e2m1", .int32, .uint8, per: 2),
    TextElement(21, "uint4", .int32, .uint8, per: 2), TextElement(22, "int4", .int32, .uint8, per: 2),
    TextElement(25, "uint2", .int32, .uint8, per: 4), TextElement(26, "int2", .int32, .uint8, per: 4),
    TextElement(27, "float6e2m3", .int32, .bits6), TextElement(28, "float6e3m2", .int32, .bits6),
  ]

  private static let byWord = Dictionary(uniqueKeysWithValues: all.map { ($0.word, $0) })
}

extension TextElement {
  /// The bytes of `raw_data` for a number of elements; nil if there are no such bytes.
  func rawByteCount(_ count: Int) -> Int? {
    let bits: Int? =
      switch raw {
      case .float32, .int32, .uint32: 32
      case .float64, .int64, .uint64: 64
      case .int16, .uint16: 16
      case .int8, .uint8: 8
      case .bits6: 6
      case .none: nil
      }
    guard let bits else { return nil }
    let total = (bits * numbers).multipliedReportingOverflow(by: count)
    let perByte = 8 * elements
    return total.overflow || total.partialValue > .max - perByte ? nil : (total.partialValue + perByte - 1) / perByte
  }
}
