/// An axis of a plot.
public struct PlotAxis: Hashable, Sendable {
  /// The scale of an axis.
  public enum Scale: Hashable, Sendable {
    /// Equal distances are equal differences.
    case linear
    /// Equal distances are equal ratios. Values up to 0 are gaps.
    case logarithmic
    /// Linear in seconds since 1970-01-01 UTC, with dates and times of UTC as labels.
    case time
  }

  /// The text beside the axis.
  public var label: String
  /// The scale.
  public var scale: Scale

  /// An axis; linear by default.
  public init(_ label: String, scale: Scale = .linear) { (self.label, self.scale) = (label, scale) }
}
