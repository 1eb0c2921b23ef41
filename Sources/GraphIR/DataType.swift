/// The element type of a tensor.
///
/// `float32` is for work, `float64` for checks; `int64` and `bool` stand where ONNX has them (shapes, axes,
/// conditions).
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

  /// The number of the type in ONNX's `TensorProto.DataType`.
  public var onnxCode: Int {
    switch self {
    case .float32: 1
    case .int64: 7
    case .bool: 9
    case .float64: 11
    }
  }

  /// The type with ONNX's number `code`; nil for a type that is not of this vocabulary.
  public init?(onnxCode code: Int) {
    guard let type = Self.allCases.first(where: { $0.onnxCode == code }) else { return nil }
    self = type
  }
}

/// A Swift type that elements of a tensor have.
public protocol TensorElement: Sendable, Hashable, BitwiseCopyable {
  /// The element type that it stands for.
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
