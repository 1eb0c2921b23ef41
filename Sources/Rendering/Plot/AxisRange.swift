import Foundation

/// The values that an axis shows, and their places on it.
public struct AxisRange: Hashable, Sendable {
  /// The least value, finite; above 0 on a logarithmic scale.
  public let low: Double
  /// The greatest value, finite and greater than ``low``.
  public let high: Double
  /// The scale.
  public let scale: PlotAxis.Scale

  /// The ends are different by at least this share of the larger one, so that ticks differ.
  private static let leastShare = 1e-12

  /// The range of some values.
  ///
  /// - Parameters:
  ///   - values: values in any order. Those without a place on the scale are left out: NaN, infinities, and on a
  ///     logarithmic scale numbers up to 0. Without a value, the range is 0…1, or 1…10 on a logarithmic scale.
  ///   - scale: the scale.
  ///   - margin: the share of the range that is added at both ends.
  public init(_ values: some Sequence<Double>, scale: PlotAxis.Scale, margin: Double = 0) {
    self.scale = scale
    let isLogarithmic = scale == .logarithmic
    var (low, high) = (Double.infinity, -Double.infinity)
    for value in values where value.isFinite && (!isLogarithmic || value > 0) {
      low = min(low, value)
      high = max(high, value)
    }
    guard low <= high else {
      (self.low, self.high) = isLogarithmic ? (1, 10) : (0, 1)
      return
    }
    guard !isLogarithmic else {
      let (first, last) = (log10(low), log10(high))
      // A factor of 2 on both sides of a single value.
      let added = last - first < 1e-9 ? log10(2) : margin * (last - first)
      // Without a margin the ends stay as they are: a power of a logarithm is rounded.
      guard added > 0 else {
        (self.low, self.high) = (low, high)
        return
      }
      self.low = max(Self.power(first - added), .leastNonzeroMagnitude)
      self.high = min(Self.power(last + added), .greatestFiniteMagnitude)
      return
    }
    let size = max(abs(low), abs(high))
    // Halves, as the difference of the two may be infinite.
    var added = margin * (high / 2 - low / 2) * 2
    if high / 2 - low / 2 <= size * Self.leastShare {
      added = scale == .time ? 1 : size == 0 ? 1 : max(size * 0.05, .leastNormalMagnitude)
    }
    self.low = max(low - added, -.greatestFiniteMagnitude)
    self.high = min(high + added, .greatestFiniteMagnitude)
  }

  private static func power(_ exponent: Double) -> Double { pow(10, exponent) }

  /// The place of a value: 0 at ``low``, 1 at ``high``; nil if the scale has no place for it.
  public func position(of value: Double) -> Double? {
    guard value.isFinite else { return nil }
    guard scale == .logarithmic else { return (value / 2 - low / 2) / (high / 2 - low / 2) }
    guard value > 0 else { return nil }
    return (log10(value) - log10(low)) / (log10(high) - log10(low))
  }

  /// The value at a place from 0 to 1.
  public func value(at position: Double) -> Double {
    guard scale == .logarithmic else { return low * (1 - position) + high * position }
    return Self.power(log10(low) * (1 - position) + log10(high) * position)
  }
}
