/// The mean of each metric over several updates.
struct MetricMean {
  private var sums: [String: Double] = [:]
  private var count = 0

  /// Adds the metrics of an update.
  mutating func add(_ metrics: [String: Double]) {
    sums.merge(metrics, uniquingKeysWith: +)
    count += 1
  }

  /// The means.
  var values: [String: Double] { sums.mapValues { $0 / Double(count) } }
}
