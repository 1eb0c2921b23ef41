/// The element type and the shape of a tensor.
public struct TensorType: Hashable, Sendable, CustomStringConvertible {
  /// The element type.
  public var dtype: DataType
  /// The shape.
  public var shape: Shape

  /// Creates a tensor type.
  @inlinable public init(_ dtype: DataType, _ shape: Shape) {
    self.dtype = dtype
    self.shape = shape
  }

  /// The largest size of a tensor in bytes: 2⁴⁰.
  public static let byteLimit = 1 << 40

  /// Whether a tensor of the type has at most ``byteLimit`` bytes. Extents of 0 and symbolic ones count as 1: neither
  /// counts nor strides of a type within the limit overflow.
  public var isWithinLimit: Bool {
    var count = 1
    for extent in shape.dimensions where extent > 0 {
      let (next, overflow) = count.multipliedReportingOverflow(by: extent)
      if overflow { return false }
      count = next
    }
    return count <= Self.byteLimit / dtype.byteCount
  }

  /// For example `float32[64, 784]`.
  public var description: String { "\(dtype.rawValue)\(shape)" }
}
