/// A value that a step of a run produced. NaN and infinities are kept; NaN's bits and the sign of zero are not.
public struct Metric: Hashable, Sendable {
  /// The key of the metric that ranks checkpoints. ``BestEvaluation`` says which value is the best.
  public static let evaluation = "evaluation"

  /// The quantity, for example `critic_loss`.
  public var key: String
  /// The step after which it was measured.
  public var step: Int
  /// The value.
  public var value: Double

  /// A metric.
  public init(key: String, step: Int, value: Double) {
    self.key = key
    self.step = step
    self.value = value
  }
}
