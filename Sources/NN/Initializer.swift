import GraphIR

/// How a parameter begins.
public enum Initializer: Sendable, Hashable {
  /// Every element is this number.
  case constant(Float)
  /// Uniform on [-bound, bound).
  case uniform(bound: Float)
  /// Normal numbers, all of them together with the Euclidean norm 1: a direction without preference.
  case unitVector

  /// A value of this type. Draws are float32 numbers in every type. Requires a floating-point type.
  public func value(_ type: TensorType, from stream: inout RandomStream) -> TensorValue {
    precondition(type.dtype.isFloatingPoint, "\(type.dtype.rawValue) can't be initialised")
    switch self {
    case .constant(let number): return TensorValue(repeating: Double(number), type: type)
    case .uniform(let bound):
      let draws = stream.uniform(type.shape, low: -bound, high: bound)
      return type.dtype == .float32 ? draws : TensorValue(draws.doubles, shape: type.shape)
    case .unitVector:
      let draws = stream.normal(type.shape).doubles
      let norm = draws.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return type.dtype == .float32
        ? TensorValue(draws.map { Float($0 / norm) }, shape: type.shape)
        : TensorValue(draws.map { $0 / norm }, shape: type.shape)
    }
  }
}
