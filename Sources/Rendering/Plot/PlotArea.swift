/// The rectangle of a panel's curves.
struct PlotArea {
  let left, right, top, bottom: Double
  let x, y: AxisRange

  /// The place of a value from the left.
  func x(_ value: Double) -> Double? { x.position(of: value).map { left + $0 * (right - left) } }

  /// The place of a value from the top.
  func y(_ value: Double) -> Double? { y.position(of: value).map { bottom - $0 * (bottom - top) } }

  private var columns: ColumnExtremes { ColumnExtremes(x, columns: max(Int(right - left), 1)) }

  /// The interval of a series as polygons without gaps.
  func band(_ series: PlotSeries, _ color: PlotColor) -> [PlotShape] {
    parts(reduced(series.band)) { band -> (low: PlotShape.Position, high: PlotShape.Position)? in
      guard band.isFinite, let x = x(band.x), let high = y(band.high) else { return nil }
      // On a logarithmic axis, an end up to 0 is below the panel.
      return (.init(x, min(y(band.low) ?? bottom, bottom)), .init(x, high))
    }.map { part in .polygon(part.map(\.high) + part.reversed().map(\.low), color, opacity: 0.22) }
  }

  /// At most one interval for each column: from the lowest lower end to the highest upper end.
  private func reduced(_ band: [PlotBand]) -> [PlotBand] {
    guard band.count > 2 * columns.columns else { return band }
    var result: [(column: Int, band: PlotBand)] = []
    for interval in band {
      guard let column = columns.column(of: interval.x) else { continue }
      guard interval.isFinite, let last = result.last, last.column == column, last.band.isFinite else {
        result.append((column, interval))
        continue
      }
      result[result.count - 1].band.low = min(last.band.low, interval.low)
      result[result.count - 1].band.high = max(last.band.high, interval.high)
    }
    return result.map(\.band)
  }

  /// A series as lines without gaps. A point between two gaps is a dot.
  func curve(_ series: PlotSeries, _ color: PlotColor) -> [PlotShape] {
    let isLong = series.points.count > 2 * columns.columns
    let points = isLong ? columns.reduce(series.points) : series.points
    let opacity = series.isFaint ? 0.3 : 1
    let parts = parts(points) { point -> PlotShape.Position? in
      guard point.isFinite, let x = x(point.x), let y = y(point.y) else { return nil }
      return .init(x, y)
    }
    guard case .series(let index) = color, !parts.isEmpty else { return [] }
    return [
      .group(
        series.name,
        parts.map { part in
          part.count == 1
            ? .dot(part[0], radius: 3, color, opacity: opacity)
            : .line(
              part, color, width: series.isFaint ? 1 : 1.6, dashes: PlotColor.dashes(ofSeries: index),
              opacity: opacity)
        })
    ]
  }

  /// The places of elements in runs without elements that have none.
  private func parts<Element, Place>(_ elements: [Element], _ place: (Element) -> Place?) -> [[Place]] {
    var parts: [[Place]] = [[]]
    for element in elements {
      if let place = place(element) {
        parts[parts.count - 1].append(place)
      } else if !parts[parts.count - 1].isEmpty {
        parts.append([])
      }
    }
    return parts.filter { !$0.isEmpty }
  }
}
