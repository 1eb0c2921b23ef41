/// The progress of a run.
public struct TrainingProgress: Sendable {
  /// The run's id.
  public let run: String
  /// The number of steps done.
  public let step: Int
  /// The step at which the run is done.
  public let target: Int
  /// The step at which training ends this time, at most the target.
  public let end: Int
  /// Steps per second over the last 10 s.
  public let rate: Double
  /// The newest value of each metric.
  public let metrics: [String: Double]

  /// Seconds until ``end`` at this rate; nil before the first step.
  public var remainingSeconds: Double? { rate > 0 ? Double(max(0, end - step)) / rate : nil }
}
