import Foundation
import GenerativeMetrics
import GraphIR

/// Statistics of the returns of episodes.
///
/// Source of the interquartile mean and its interval: Agarwal, Schwarzer, Castro, Courville, Bellemare,
/// arXiv:2108.13264.
public struct ReturnStatistics: Sendable, Codable, Hashable {
  /// The mean.
  public let mean: Double
  /// The standard deviation, with N in the denominator.
  public let standardDeviation: Double
  /// The mean of the middle half: a quarter of the returns, rounded down, is left out at each end.
  public let interquartileMean: Double
  /// The bounds of the 95 % interval of the interquartile mean, from the percentiles of a bootstrap over the episodes.
  public let interval: [Double]

  /// The number of resamples of the bootstrap.
  static let resamples = 10_000

  /// The statistics of at least one return.
  ///
  /// - Parameters:
  ///   - returns: the returns of the episodes, at least one.
  ///   - seed: the seed of the bootstrap.
  public init(_ returns: [Double], seed: UInt64) {
    precondition(!returns.isEmpty, "the statistics need at least one return")
    let mean = returns.reduce(0, +) / Double(returns.count)
    self.mean = mean
    standardDeviation = (returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(returns.count)).squareRoot()
    let sorted = returns.sorted()
    interquartileMean = Self.interquartileMean(sorted)
    var stream = RandomStream(seed: seed, name: "bootstrap")
    let means = (0..<Self.resamples).map { _ in Self.interquartileMean(Self.resample(sorted, &stream)) }.sorted()
    interval = [Bootstrap.percentile(0.025, of: means), Bootstrap.percentile(0.975, of: means)]
  }

  private static func interquartileMean(_ sorted: [Double]) -> Double {
    let cut = sorted.count / 4
    return sorted[cut..<sorted.count - cut].reduce(0, +) / Double(sorted.count - 2 * cut)
  }

  /// A resample of the same size, drawn with replacement and sorted.
  private static func resample(_ sorted: [Double], _ stream: inout RandomStream) -> [Double] {
    var counts = [Int](repeating: 0, count: sorted.count)
    for draw in stream.uniform(sorted.count) { counts[min(Int(draw * Float(sorted.count)), sorted.count - 1)] += 1 }
    return zip(sorted, counts).flatMap { repeatElement($0, count: $1) }
  }
}
