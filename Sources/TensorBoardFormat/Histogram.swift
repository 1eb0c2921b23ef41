/// The counts of numbers in intervals of equal width.
public struct Histogram: Hashable, Sendable {
  /// An interval with its left end. The last one has its right end, too.
  public struct Bucket: Hashable, Sendable {
    /// The left end.
    public let left: Double
    /// The right end.
    public let right: Double
    /// The count of numbers in it.
    public let count: Int
  }

  /// The intervals from the smallest number to the largest one.
  public let buckets: [Bucket]

  /// Counts numbers. Those that are not finite are left out; equal ones have one interval of width 1 around them.
  ///
  /// - Parameters:
  ///   - numbers: the numbers.
  ///   - count: the number of intervals; 30 by default, as in TensorFlow.
  public init(_ numbers: some Sequence<Double>, count: Int = 30) {
    let finite = numbers.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else {
      buckets = []
      return
    }
    // A width beyond the largest number could not be divided.
    guard low < high, (high - low).isFinite else {
      buckets = [Bucket(left: low - 0.5, right: high + 0.5, count: finite.count)]
      return
    }
    let edges = (0...count).map { $0 == count ? high : low + (high - low) / Double(count) * Double($0) }
    var counts = [Int](repeating: 0, count: count)
    for number in finite {
      var index = min(Int((number - low) / (high - low) * Double(count)), count - 1)
      // The quotient may be rounded across an edge.
      if number < edges[index] { index -= 1 } else if index < count - 1, number >= edges[index + 1] { index += 1 }
      counts[index] += 1
    }
    buckets = counts.indices.map { Bucket(left: edges[$0], right: edges[$0 + 1], count: counts[$0]) }
  }
}
