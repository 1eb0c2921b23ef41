import GraphIR

/// How a parameter begins.
public enum Initializer: Sendable, Hashable {
  /// Every element is this number.
  case constant(Float)
  /// Uniform on [-bound, bound).
  case uniform(bound: Float)

  /// A value of this shape.
  public func value(_ shape: Shape, from stream: inout RandomStream) -> TensorValue {
    switch self {
    case .constant(let number): TensorValue(repeating: Double(number), type: TensorType(.float32, shape))
    case .uniform(let bound): stream.uniform(shape, low: -bound, high: bound)
    }
  }
}
