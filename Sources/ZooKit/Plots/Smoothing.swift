import RunStore

/// The smoothing of a curve. Values that are not finite stay gaps, and no mean contains them.
public enum Smoothing: Hashable, Sendable {
  /// The values themselves.
  case none
  /// The mean of a number of neighbouring values, half of them earlier. At the ends there are fewer.
  case mean(Int)
  /// The exponential moving average with a weight from 0 to 1 of the earlier values, without bias towards 0.
  ///
  /// Source: Kingma, Ba, "Adam", section 3, for the correction of the bias.
  case exponential(Double)

  /// Reads a whole number from 1, the count of a mean, or a weight with 0 ≤ weight < 1; nil for other texts.
  public init?(_ text: String) {
    if let count = Int(text), count >= 1 {
      self = count == 1 ? .none : .mean(count)
    } else if let weight = Double(text), weight >= 0, weight < 1 {
      self = weight == 0 ? .none : .exponential(weight)
    } else {
      return nil
    }
  }

  /// The meaning in a note of a plot; nil for none.
  var note: String? {
    switch self {
    case .none: nil
    case .mean(let count): "means of \(count) values"
    case .exponential(let weight): "exponential moving average of weight \(weight)"
    }
  }

  /// The smoothed curve.
  public func apply(to points: [MetricPoint]) -> [MetricPoint] {
    switch self {
    case .none: return points
    case .mean(let count): return Self.means(points, count)
    case .exponential(let weight):
      var (sum, share) = (0.0, 1.0)
      return points.map { point in
        guard point.value.isFinite else { return point }
        sum = weight * sum + (1 - weight) * point.value
        share *= weight
        return MetricPoint(step: point.step, value: sum / (1 - share))
      }
    }
  }

  private static func means(_ points: [MetricPoint], _ count: Int) -> [MetricPoint] {
    let places = points.indices.filter { points[$0].value.isFinite }
    var result = points
    for (rank, place) in places.enumerated() {
      let window = max(0, rank - count / 2)...min(places.count - 1, rank + (count - 1) / 2)
      // Summed anew for each window: a running sum keeps the rounding error of large values.
      result[place].value = window.reduce(0) { $0 + points[places[$1]].value } / Double(window.count)
    }
    return result
  }
}
