import GraphIR

/// Intervals from resamples of the data. Source: Efron, "Bootstrap Methods: Another Look at the Jackknife", 1979.
public enum Bootstrap {
  /// The number of resamples for the interval of a mean.
  static let resamples = 1000
  /// The number of resamples for the interval of a Fréchet distance, whose eigenvalues take time.
  static let frechetResamples = 100
  /// The greatest number of features for which an interval of the Fréchet distance is computed.
  public static let frechetWidth = 256

  /// The 95 % interval of the mean of some values: percentiles of the means of resamples.
  public static func interval(ofMean values: [Double], seed: UInt64) -> [Double] {
    var stream = RandomStream(seed: seed, name: "bootstrap")
    let means = (0..<resamples).map { _ in
      resample(values.count, &stream).reduce(0) { $0 + values[$1] } / Double(values.count)
    }
    return interval(means)
  }

  /// The Fréchet distance of two sets of samples, with its 95 % interval over resamples of both.
  ///
  /// Resamples repeat samples, so the mean of their distances is higher. The interval is moved by the difference.
  ///
  /// - Parameters:
  ///   - first: at least two samples.
  ///   - second: at least two samples of the same width.
  ///   - seed: the seed of the resamples.
  /// - Returns: the distance, without an interval for more than ``frechetWidth`` features.
  public static func frechetDistance(_ first: SampleMatrix, _ second: SampleMatrix, seed: UInt64) -> MetricEstimate {
    let moments = GaussianMoments(second)
    let value = GaussianMoments(first).frechetDistance(to: moments)
    guard first.width <= frechetWidth else { return MetricEstimate(value: value) }
    var stream = RandomStream(seed: seed, name: "bootstrap-frechet")
    let distances = (0..<frechetResamples).map { _ in
      let own = GaussianMoments(first.rows(resample(first.count, &stream)))
      return own.frechetDistance(to: GaussianMoments(second.rows(resample(second.count, &stream))))
    }
    let mean = distances.reduce(0, +) / Double(distances.count)
    return MetricEstimate(value: value, interval: interval(distances).map { max(0, $0 + value - mean) })
  }

  /// The percentile by linear interpolation, as in NumPy.
  public static func percentile(_ share: Double, of sorted: [Double]) -> Double {
    let place = share * Double(sorted.count - 1)
    let (lower, upper) = (sorted[Int(place)], sorted[min(Int(place) + 1, sorted.count - 1)])
    return lower + (upper - lower) * (place - place.rounded(.down))
  }

  private static func interval(_ values: [Double]) -> [Double] {
    let sorted = values.sorted()
    return [percentile(0.025, of: sorted), percentile(0.975, of: sorted)]
  }

  /// As many rows as there are, drawn with replacement.
  private static func resample(_ count: Int, _ stream: inout RandomStream) -> [Int] {
    stream.words(count).map { Int((UInt64($0) * UInt64(count)) >> 32) }
  }
}
