/// A value of one metric. NaN and infinities are kept.
public struct MetricPoint: Hashable, Sendable {
  /// The step after which it was measured.
  public var step: Int
  /// The value.
  public var value: Double

  /// A value.
  public init(step: Int, value: Double) { (self.step, self.value) = (step, value) }
}
