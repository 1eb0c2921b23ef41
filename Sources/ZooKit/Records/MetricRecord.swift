import RunStore

/// A metric as JSON has it.
public struct MetricRecord: Encodable, Sendable {
  /// The name of the metric.
  public let key: String
  /// The step.
  public let step: Int
  /// The value.
  public let value: Double

  /// The record of a metric.
  public init(_ metric: Metric) {
    key = metric.key
    step = metric.step
    value = metric.value
  }
}
