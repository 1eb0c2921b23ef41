import GraphIR

/// The initial value of a parameter.
public enum Initializer: Sendable, Hashable {
  /// Every element is this number.
  case constant(Float)
  /// Uniform on [-bound, bound).
  case uniform(bound: Float)
  /// Normal numbers, scaled to the joint Euclidean norm 1: a uniformly distributed direction.
  case unitVector
  /// A weight [outputs, …] whose rows, or columns if there are fewer, are orthogonal and of norm `gain`, as by
  /// PyTorch's `orthogonal_`. Axes after the first count as one. Source: arXiv:1312.6120.
  case orthogonal(gain: Float)

  /// Draws a value of the given type. Draws are float32 numbers for every type. Requires a floating-point type, and at
  /// least two axes for an orthogonal weight.
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
      return Self.value(draws.map { $0 / norm }, type)
    case .orthogonal(let gain):
      precondition(type.shape.rank >= 2, "orthogonal weight: expected two axes or more, found \(type.shape)")
      let rows = type.shape[0]
      let matrix = Self.orthogonalMatrix(rows: rows, columns: type.shape.dropFirst().reduce(1, *), from: &stream)
      return Self.value(matrix.map { $0 * Double(gain) }, type)
    }
  }

  private static func value(_ numbers: [Double], _ type: TensorType) -> TensorValue {
    type.dtype == .float32
      ? TensorValue(numbers.map { Float($0) }, shape: type.shape) : TensorValue(numbers, shape: type.shape)
  }
}
