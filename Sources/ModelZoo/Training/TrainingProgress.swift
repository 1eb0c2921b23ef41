/// How far a run has come.
public struct TrainingProgress: Sendable {
  /// The run's id.
  public let run: String
  /// The steps done.
  public let step: Int
  /// Where training began this time.
  public let start: Int
  /// The step at which training ends.
  public let target: Int
  /// Seconds since training began this time.
  public let seconds: Double
  /// The newest value of each metric.
  public let metrics: [String: Double]

  /// Steps a second since training began this time.
  public var rate: Double { seconds > 0 ? Double(step - start) / seconds : 0 }
  /// Seconds until the target at this rate; nil before the first step.
  public var remainingSeconds: Double? { rate > 0 ? Double(target - step) / rate : nil }
}
