/// A curve of a plot, with its entry in the legend.
public struct PlotSeries: Hashable, Sendable {
  /// The text of the legend. Series of one name have one entry and one colour.
  public var name: String
  /// The points in the order of `x`.
  public var points: [PlotPoint]
  /// The intervals around the curve in the order of `x`; empty for none.
  public var band: [PlotBand]
  /// Whether the curve is drawn thin and pale, as the values behind a smoothed curve. It has no entry in the legend.
  public var isFaint: Bool

  /// A curve.
  ///
  /// - Parameters:
  ///   - name: the text of the legend.
  ///   - points: the points; they are sorted by `x` if they are not.
  ///   - band: the intervals around the curve, none by default.
  ///   - isFaint: whether the curve is drawn thin and pale; by default not.
  public init(_ name: String, _ points: [PlotPoint], band: [PlotBand] = [], isFaint: Bool = false) {
    self.name = name
    let isSorted = zip(points, points.dropFirst()).allSatisfy { !($0.x > $1.x) }
    self.points = isSorted ? points : points.filter { !$0.x.isNaN }.sorted { $0.x < $1.x }
    self.band = band
    self.isFaint = isFaint
  }
}
