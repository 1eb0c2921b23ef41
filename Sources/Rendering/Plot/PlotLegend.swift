/// The names of the curves beside samples of their lines: in rows above the curves if two rows are enough, otherwise in
/// a column to the right of them.
struct PlotLegend {
  private static let size = 12.0
  private static let sample = 22.0
  private static let gap = 18.0
  private static let rowHeight = 18.0

  private struct Entry {
    let text: String
    /// The index of the curve; nil for the line that counts the entries left out.
    let series: Int?
    var place: PlotShape.Position
  }

  /// Whether the legend is a column.
  let isColumn: Bool
  /// The size in pixels.
  let size: (width: Double, height: Double)
  private let entries: [Entry]

  /// The legend of some curves; empty for a single one.
  ///
  /// - Parameters:
  ///   - names: the names of the curves.
  ///   - width: the width of the plot without its margins.
  ///   - height: the height of a column. Its last line counts the names that have no room.
  init(_ names: [String], width: Double, height: Double) {
    guard names.count > 1 else {
      (isColumn, size, entries) = (false, (0, 0), [])
      return
    }
    if let rows = Self.rows(names, width) {
      (isColumn, entries) = (false, rows)
      size = (width, (rows.last?.place.y ?? 0) + Self.rowHeight)
      return
    }
    let lines = max(Int(height / Self.rowHeight), 2)
    let shown = names.count > lines ? lines - 1 : names.count
    let most = width * 0.3 - Self.sample - 8
    var entries = names.prefix(shown).enumerated().map { index, name in
      Entry(
        text: PlotText.fitted(name, to: most, size: Self.size), series: index,
        place: .init(0, Double(index) * Self.rowHeight))
    }
    if names.count > shown {
      let text = "and \(names.count - shown) more"
      entries.append(Entry(text: text, series: nil, place: .init(0, Double(shown) * Self.rowHeight)))
    }
    let widest = entries.map { PlotText.width($0.text, size: Self.size) }.max() ?? 0
    (isColumn, self.entries) = (true, entries)
    size = (Self.sample + 8 + widest, Double(entries.count) * Self.rowHeight)
  }

  /// The entries in at most two rows; nil if they need more.
  private static func rows(_ names: [String], _ width: Double) -> [Entry]? {
    var (x, y) = (0.0, 0.0)
    var entries: [Entry] = []
    for (index, name) in names.enumerated() {
      let text = PlotText.plain(name)
      let needed = sample + 6 + PlotText.width(text, size: size)
      if x > 0, x + needed > width { (x, y) = (0, y + rowHeight) }
      guard needed <= width, y <= rowHeight else { return nil }
      entries.append(Entry(text: text, series: index, place: .init(x, y)))
      x += needed + gap
    }
    return entries
  }

  /// The shapes, with the left upper corner at a position.
  func shapes(at corner: PlotShape.Position) -> [PlotShape] {
    entries.flatMap { entry -> [PlotShape] in
      let (x, y) = (corner.x + entry.place.x, corner.y + entry.place.y + Self.rowHeight / 2)
      let text = PlotShape.text(
        entry.text, .init(x + Self.sample + 6, y + Self.size * 0.36), .start, size: Self.size, .text)
      guard let series = entry.series else { return [text] }
      let line = PlotShape.line(
        [.init(x, y), .init(x + Self.sample, y)], .series(series), width: 2.4,
        dashes: PlotColor.dashes(ofSeries: series))
      return [line, text]
    }
  }
}
