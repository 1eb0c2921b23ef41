import Foundation
import GraphIR

/// What the returns of episodes come to.
///
/// Source: Agarwal, Schwarzer, Castro, Courville, Bellemare, arXiv:2108.13264, for the interquartile mean and its interval.
public struct ReturnStatistics: Sendable, Codable, Hashable {
  /// The mean.
  public let mean: Double
  /// The standard deviation, with N in the denominator.
  public let standardDeviation: Double
  /// The mean of the middle half: a quarter of the returns, rounded down, is left out on either side.
  public let interquartileMean: Double
  /// The bounds of the 95 % interval of the interquartile mean, from the percentiles of a bootstrap over the episodes.
  public let interval: [Double]

  /// The samples that the bootstrap draws.
  static let resamples = 10_000

  /// The statistics of at least one return.
  ///
  /// - Parameter seed: what the bootstrap draws from.
  public init(_ returns: [Double], seed: UInt64) {
    precondition(!returns.isEmpty, "no returns have no statistics")
    let mean = returns.reduce(0, +) / Double(returns.count)
    self.mean = mean
    standardDeviation = (returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(returns.count)).squareRoot()
    let sorted = returns.sorted()
    interquartileMean = Self.interquartileMean(sorted)
    var stream = RandomStream(seed: seed, name: "bootstrap")
    let means = (0..<Self.resamples).map { _ in Self.interquartileMean(Self.resample(sorted, &stream)) }.sorted()
    interval = [Self.percentile(0.025, of: means), Self.percentile(0.975, of: means)]
  }

  private static func interquartileMean(_ sorted: [Double]) -> Double {
    let cut = sorted.count / 4
    return sorted[cut..<sorted.count - cut].reduce(0, +) / Double(sorted.count - 2 * cut)
  }

  /// As many numbers, drawn with replacement; sorted, since they are counted by their places.
  private static func resample(_ sorted: [Double], _ stream: inout RandomStream) -> [Double] {
    var counts = [Int](repeating: 0, count: sorted.count)
    for draw in stream.uniform(sorted.count) { counts[min(Int(draw * Float(sorted.count)), sorted.count - 1)] += 1 }
    return zip(sorted, counts).flatMap { repeatElement($0, count: $1) }
  }

  /// Between neighbours along a line, as NumPy's percentiles.
  private static func percentile(_ share: Double, of sorted: [Double]) -> Double {
    let place = share * Double(sorted.count - 1)
    let (lower, upper) = (sorted[Int(place)], sorted[min(Int(place) + 1, sorted.count - 1)])
    return lower + (upper - lower) * (place - place.rounded(.down))
  }
}
