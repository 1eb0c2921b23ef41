/// The numbers that a regression predicts, for each sample.
public struct DatasetTargets: Sendable, Equatable {
  /// The shape for one sample.
  public let shape: [Int]
  /// The numbers, one sample after the other.
  public let values: [Float]

  /// Targets; `values` are a multiple of the shape's product.
  public init(shape: [Int], values: [Float]) {
    precondition(values.count.isMultiple(of: max(shape.reduce(1, *), 1)), "expected targets of shape \(shape)")
    (self.shape, self.values) = (shape, values)
  }
}
