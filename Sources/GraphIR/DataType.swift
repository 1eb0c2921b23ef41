/// The element type of a tensor.
///
/// `float32` is for computation, `float64` for checks. `int64` and `bool` are for shapes, axes and conditions, as in
/// ONNX.
public enum DataType: String, CaseIterable, Sendable, Codable {
  case float32, float64, int64, bool

  /// Bytes of one element.
  public var byteCount: Int {
    switch self {
    case .float32: 4
    case .float64, .int64: 8
    case .bool: 1
    }
  }

  /// The position among all types.
  var index: UInt8 {
    switch self {
    case .float32: 0
    case .float64: 1
    case .int64: 2
    case .bool: 3
    }
  }

  /// Whether values of the type can carry a gradient.
  public var isFloatingPoint: Bool { self == .float32 || self == .float64 }

  /// The code of the type in ONNX's `TensorProto.DataType`.
  public var onnxCode: Int {
    switch self {
    case .float32: 1
    case .int64: 7
    case .bool: 9
    case .float64: 11
    }
  }

  /// Creates the type with ONNX's code `code`; nil for an unsupported type.
  public init?(onnxCode code: Int) {
    guard let type = Self.allCases.first(where: { $0.onnxCode == code }) else { return nil }
    self = type
  }
}

/// A Swift type of tensor elements.
public protocol TensorElement: Sendable, Hashable, BitwiseCopyable {
  /// The corresponding element type.
  static var dataType: DataType { get }
}

extension Float: TensorElement {
  /// `float32`.
  public static var dataType: DataType { .float32 }
}

extension Double: TensorElement {
  /// `float64`.
  public static var dataType: DataType { .float64 }
}

extension Int64: TensorElement {
  /// `int64`.
  public static var dataType: DataType { .int64 }
}

extension Bool: TensorElement {
  /// `bool`.
  public static var dataType: DataType { .bool }
}
