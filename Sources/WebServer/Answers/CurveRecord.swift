import Rendering

/// The points of a drawing as JSON has them, for the values below a pointer.
struct CurveRecord: Encodable {
  /// The values of the horizontal axis.
  struct Range: Encodable {
    let low, high: Double
    let isLogarithmic: Bool
  }

  /// The places of the ends of the horizontal axis in pixels from the left.
  struct Area: Encodable {
    let left, right: Double
  }

  /// A curve. A point is a place and a value; the value is absent where there is a gap.
  struct Series: Encodable {
    let name: String
    let points: [[Double?]]
  }

  let metric: String
  let x: String
  let width: Int
  let range: Range
  let area: Area
  let series: [Series]

  /// The record of a plot with one panel.
  init(_ plot: Plot, metric: String) {
    let (frame, range) = (plot.frame, plot.frame.x)
    self.metric = metric
    x = plot.x.label
    width = plot.width
    self.range = Range(low: range.low, high: range.high, isLogarithmic: range.scale == .logarithmic)
    area = Area(left: frame.left, right: frame.right)
    let columns = ColumnExtremes(range, columns: max(1, Int(frame.right - frame.left)))
    series = plot.panels[0].series.filter { !$0.isFaint }.map { series in
      let points = series.points.count > 2 * columns.columns ? columns.reduce(series.points) : series.points
      return Series(name: series.name, points: points.map { [$0.x, $0.y.isFinite ? $0.y : nil] })
    }
  }
}
