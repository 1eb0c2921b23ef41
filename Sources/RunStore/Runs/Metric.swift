/// A number that a step of a run gave. NaN and infinities are kept; of NaN's bits and of the sign of zero nothing is.
public struct Metric: Hashable, Sendable {
  /// The key of the metric that ranks checkpoints: the greater, the better.
  public static let evaluation = "evaluation"

  /// What it measures, for example `critic_loss`.
  public var key: String
  /// The step after which it was measured.
  public var step: Int
  /// The number.
  public var value: Double

  /// A metric.
  public init(key: String, step: Int, value: Double) {
    self.key = key
    self.step = step
    self.value = value
  }
}
