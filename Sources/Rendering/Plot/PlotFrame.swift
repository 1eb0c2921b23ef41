/// The place of a plot's horizontal axis in its drawing.
public struct PlotFrame: Hashable, Sendable {
  /// The place of the least value, in pixels from the left.
  public let left: Double
  /// The place of the greatest value, in pixels from the left.
  public let right: Double
  /// The values of the axis.
  public let x: AxisRange
}
