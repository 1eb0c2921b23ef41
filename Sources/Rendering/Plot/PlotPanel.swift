/// Curves over one vertical axis. All panels of a plot share the horizontal axis.
public struct PlotPanel: Hashable, Sendable {
  /// The vertical axis.
  public var y: PlotAxis
  /// The curves. Later ones are drawn over earlier ones.
  public var series: [PlotSeries]

  /// A panel.
  public init(y: PlotAxis, series: [PlotSeries]) { (self.y, self.series) = (y, series) }
}
