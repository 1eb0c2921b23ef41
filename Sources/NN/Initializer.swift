import GraphIR

/// How a parameter begins.
public enum Initializer: Sendable, Hashable {
  /// Every element is this number.
  case constant(Float)
  /// Uniform on [-bound, bound).
  case uniform(bound: Float)

  /// A value of this type. Draws are float32 numbers in every type. Requires a floating-point type.
  public func value(_ type: TensorType, from stream: inout RandomStream) -> TensorValue {
    precondition(type.dtype.isFloatingPoint, "\(type.dtype.rawValue) can't be initialised")
    switch self {
    case .constant(let number): return TensorValue(repeating: Double(number), type: type)
    case .uniform(let bound):
      let draws = stream.uniform(type.shape, low: -bound, high: bound)
      return type.dtype == .float32 ? draws : TensorValue(draws.doubles, shape: type.shape)
    }
  }
}
