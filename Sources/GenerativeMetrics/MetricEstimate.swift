/// A metric of some samples, with its 95 % interval.
public struct MetricEstimate: Sendable, Codable, Hashable {
  /// The value.
  public let value: Double
  /// The bounds of its 95 % interval by a bootstrap; nil if it has none.
  public let interval: [Double]?

  /// An estimate.
  public init(value: Double, interval: [Double]? = nil) {
    self.value = value
    self.interval = interval
  }

  /// The mean of some values, with the percentiles of a bootstrap over them if there are several.
  ///
  /// - Parameters:
  ///   - values: at least one value.
  ///   - seed: the seed of the bootstrap.
  public init(meanOf values: [Double], seed: UInt64) {
    precondition(!values.isEmpty, "a mean needs a value")
    let mean = values.reduce(0, +) / Double(values.count)
    self.init(value: mean, interval: values.count == 1 ? nil : Bootstrap.interval(ofMean: values, seed: seed))
  }
}
