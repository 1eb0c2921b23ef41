/// What is known of a tensor before it has a value: element type and shape.
public struct TensorType: Hashable, Sendable, CustomStringConvertible {
  /// The element type.
  public var dtype: DataType
  /// The shape.
  public var shape: Shape

  /// A tensor type.
  @inlinable public init(_ dtype: DataType, _ shape: Shape) {
    self.dtype = dtype
    self.shape = shape
  }

  /// For example `float32[64, 784]`.
  public var description: String { "\(dtype.rawValue)\(shape)" }
}
