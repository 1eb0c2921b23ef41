/// Reduces a curve to the least and the greatest value of each column of pixels, in the order of the curve.
///
/// The drawing covers the same pixels up to the lines between columns, and a single high value stays visible. A column
/// of gaps alone is a gap. Source: Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", 2014,
/// whose first and last values are left out.
///
/// ``steps`` are the columns as ranges of whole numbers, for a database that reduces in the same way.
public struct ColumnExtremes: Sendable {
  /// The values of the horizontal axis.
  public let range: AxisRange
  /// The number of columns.
  public let columns: Int

  /// A reduction to columns of equal width.
  public init(_ range: AxisRange, columns: Int) {
    precondition(columns > 0, "a reduction needs a column")
    (self.range, self.columns) = (range, columns)
  }

  /// The column of a value on the horizontal axis; nil outside of the range.
  func column(of x: Double) -> Int? {
    guard let position = range.position(of: x), position >= 0, position <= 1 else { return nil }
    return min(Int(position * Double(columns)), columns - 1)
  }

  /// The reduced curve: at most two points for each column.
  ///
  /// - Parameter points: the points in the order of `x`. Points outside of the range are left out.
  public func reduce(_ points: some Sequence<PlotPoint>) -> [PlotPoint] {
    var result: [PlotPoint] = []
    var current = -1
    var (least, greatest): (PlotPoint?, PlotPoint?)
    var gap: PlotPoint?
    func finish() {
      guard let low = least, let high = greatest else {
        if let gap { result.append(gap) }
        return
      }
      result.append(low.x <= high.x ? low : high)
      if low != high { result.append(low.x <= high.x ? high : low) }
    }
    for point in points {
      guard let column = column(of: point.x) else { continue }
      if column != current {
        finish()
        (current, least, greatest, gap) = (column, nil, nil, nil)
      }
      guard point.y.isFinite else {
        gap = gap ?? PlotPoint(point.x, .nan)
        continue
      }
      if least.map({ point.y < $0.y }) ?? true { least = point }
      if greatest.map({ point.y > $0.y }) ?? true { greatest = point }
    }
    finish()
    return result
  }

  /// The columns as ranges of whole numbers that cover the range, without empty ones.
  public var steps: [ClosedRange<Int>] {
    func whole(_ value: Double) -> Int { Int(exactly: value.rounded(.up)) ?? (value < 0 ? .min : .max) }
    var ranges: [ClosedRange<Int>] = []
    var start = whole(range.low)
    for column in 1...columns {
      let last = Int(exactly: range.high.rounded(.down)) ?? .max
      let end = column == columns ? last : whole(range.value(at: Double(column) / Double(columns))) - 1
      guard end >= start else { continue }
      ranges.append(start...end)
      start = end + 1
    }
    return ranges
  }
}
