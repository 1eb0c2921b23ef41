import GraphIR

/// ONNX's element types. Raw values are those of `TensorProto.DataType`.
enum ElementType: Int, CaseIterable, Sendable {
  case undefined = 0
  case float32, uint8, int8, uint16, int16, int32, int64, string, bool, float16, float64, uint32, uint64
  case complex64, complex128, bfloat16, float8e4m3fn, float8e4m3fnuz, float8e5m2, float8e5m2fnuz
  case uint4, int4, float4e2m1, float8e8m0, uint2, int2

  /// The type of our vocabulary that holds every value of this type; nil for texts and complex numbers. A `uint64`
  /// above the largest `int64` does not fit, and is refused where a value is read.
  var widened: DataType? {
    switch self {
    case .float32, .float16, .bfloat16, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float4e2m1,
      .float8e8m0:
      .float32
    case .float64: .float64
    case .int64, .uint8, .int8, .uint16, .int16, .int32, .uint32, .uint64, .uint4, .int4, .uint2, .int2: .int64
    case .bool: .bool
    case .undefined, .string, .complex64, .complex128: nil
    }
  }

  /// The bits of one element; nil for a text.
  var bitCount: Int? {
    switch self {
    case .undefined, .string: nil
    case .uint2, .int2: 2
    case .uint4, .int4, .float4e2m1: 4
    case .uint8, .int8, .bool, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float8e8m0: 8
    case .uint16, .int16, .float16, .bfloat16: 16
    case .float32, .int32, .uint32: 32
    case .float64, .int64, .uint64, .complex64: 64
    case .complex128: 128
    }
  }

  /// Whether it is an integer with a sign.
  var isSigned: Bool { [.int2, .int4, .int8, .int16, .int32, .int64].contains(self) }

  /// Whether it has no sign.
  var isUnsigned: Bool { [.uint2, .uint4, .uint8, .uint16, .uint32, .uint64].contains(self) }

  /// Creates the type with ONNX's number `code`; messages use `label` for its tensor.
  init(code: Int, of label: String) throws {
    guard let type = ElementType(rawValue: code) else {
      throw ONNXError(code: .unsupported, message: "\(label) has element type \(code), which ONNX 1.23 does not define")
    }
    self = type
  }

  /// The type that takes its place here.
  ///
  /// - throws: ``ONNXError`` with code `unsupported` for texts and complex numbers, naming `label`.
  func widened(for label: String) throws -> DataType {
    guard let type = widened else {
      throw ONNXError(code: .unsupported, message: "\(label) holds elements of type \(self), expected numbers or bool")
    }
    return type
  }
}
