/// A plot as text: curves of braille characters, each of 2 x 4 dots, with axes and labels. The ends of intervals are
/// dotted lines.
///
/// ```
/// critic
///  10 ┤⡇
///     │⠣⡀
///   0 ┤ ⠑⠤⣀⣀⣀⣀
///     └────────
///      0    500
/// ```
public struct BraillePlot: Sendable {
  private let plot: Plot
  /// The number of characters of a line.
  private let width: Int
  /// The number of lines of a panel's curves.
  private let height: Int
  private let usesColor: Bool

  /// The numbers of dots of a character.
  private static let dots = (columns: 2, rows: 4)
  /// The bit of each dot by row and column. Source: Unicode, block "Braille Patterns".
  private static let bits: [[UInt32]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  /// Lays a plot out as text.
  ///
  /// - Parameters:
  ///   - plot: the plot; its size in pixels is not used.
  ///   - width: the characters of a line, at least 24.
  ///   - height: the lines of each panel's curves, at least 3; 12 by default.
  ///   - usesColor: whether escape sequences of a terminal colour the curves; false by default.
  public init(_ plot: Plot, width: Int, height: Int = 12, usesColor: Bool = false) {
    self.plot = plot
    self.width = max(width, 24)
    self.height = max(height, 3)
    self.usesColor = usesColor
  }

  /// The lines, without line breaks.
  public var lines: [String] {
    let xRange = plot.xRange()
    let ranges = plot.panels.map(plot.yRange)
    let ticks = ranges.map { AxisTicks($0, count: max(2, height / 3)) }
    let labels = min(ticks.flatMap(\.labels).map(\.count).max() ?? 0, width / 2)
    let columns = width - labels - 2
    var lines = [plot.title, plot.note].filter { !$0.isEmpty }.map(cut)
    for (index, panel) in plot.panels.enumerated() {
      lines.append(cut(panel.y.label))
      lines += curves(panel, xRange, ranges[index], ticks[index], labels: labels, columns: columns)
    }
    lines += horizontalAxis(xRange, labels: labels, columns: columns)
    return lines + legend
  }

  private func cut(_ text: String) -> String {
    let plain = PlotText.plain(text)
    return plain.count > width ? plain.prefix(width - 1) + "…" : plain
  }

  private func curves(
    _ panel: PlotPanel, _ x: AxisRange, _ y: AxisRange, _ ticks: AxisTicks, labels: Int, columns: Int
  ) -> [String] {
    var cells = [(bits: UInt32, series: Int)](repeating: (0, 0), count: height * columns)
    let (dotColumns, dotRows) = (columns * Self.dots.columns, height * Self.dots.rows)
    func set(_ column: Int, _ row: Int, _ series: Int) {
      guard 0..<dotColumns ~= column, 0..<dotRows ~= row else { return }
      let cell = row / Self.dots.rows * columns + column / Self.dots.columns
      cells[cell].bits |= Self.bits[row % Self.dots.rows][column % Self.dots.columns]
      cells[cell].series = series
    }
    let names = plot.names
    let extremes = ColumnExtremes(x, columns: dotColumns)
    func index(of series: PlotSeries) -> Int { names.firstIndex(of: series.name) ?? 0 }
    func row(_ value: Double) -> Int? {
      y.position(of: value).map { min(max(Int((1 - $0) * Double(dotRows)), 0), dotRows - 1) }
    }
    // Intervals are dotted lines, and curves are drawn over them.
    for series in panel.series {
      for interval in series.band where interval.isFinite {
        guard let column = extremes.column(of: interval.x), column % 3 == 0 else { continue }
        for row in [interval.low, interval.high].compactMap(row) { set(column, row, index(of: series)) }
      }
    }
    for series in panel.series where !series.isFaint {
      var last: (column: Int, row: Int)?
      for point in extremes.reduce(series.points) {
        guard let column = extremes.column(of: point.x), let row = row(point.y) else {
          last = nil
          continue
        }
        let start = last ?? (column, row)
        // One dot for each step of the longer direction.
        let steps = max(abs(column - start.column), abs(row - start.row))
        for step in 0...steps {
          let share = steps == 0 ? 0 : Double(step) / Double(steps)
          set(
            start.column + Int((Double(column - start.column) * share).rounded()),
            start.row + Int((Double(row - start.row) * share).rounded()), index(of: series))
        }
        last = (column, row)
      }
    }
    var texts: [Int: String] = [:]
    for (value, label) in zip(ticks.values, ticks.labels) {
      guard let place = y.position(of: value) else { continue }
      texts[min(Int((1 - place) * Double(height)), height - 1)] = label
    }
    return (0..<height).map { row in
      let label = texts[row].map { String($0.prefix(labels)) } ?? ""
      let margin = String(repeating: " ", count: labels - label.count) + label + (texts[row] == nil ? " │" : " ┤")
      return margin + text(cells[row * columns..<(row + 1) * columns])
    }
  }

  /// A line of cells without spaces at its end.
  private func text(_ cells: ArraySlice<(bits: UInt32, series: Int)>) -> String {
    let used = cells[..<(cells.lastIndex { $0.bits > 0 }.map { $0 + 1 } ?? cells.startIndex)]
    var (line, current) = ("", -1)
    for cell in used {
      if usesColor, cell.bits > 0, cell.series != current {
        line += Self.escape(cell.series)
        current = cell.series
      }
      line.unicodeScalars.append(cell.bits == 0 ? " " : Unicode.Scalar(0x2800 + cell.bits) ?? " ")
    }
    return current >= 0 ? line + "\u{1B}[0m" : line
  }

  /// The escape sequence of a curve's colour.
  private static func escape(_ series: Int) -> String {
    let color = PlotColor.series[PlotColor.index(ofSeries: series)]
    return "\u{1B}[38;2;\(color.red);\(color.green);\(color.blue)m"
  }

  private func horizontalAxis(_ range: AxisRange, labels: Int, columns: Int) -> [String] {
    let indent = String(repeating: " ", count: labels + 1)
    var axis = [Character](repeating: "─", count: columns)
    var line = [Character](repeating: " ", count: columns)
    var free = 0
    let ticks = AxisTicks(range, count: max(2, columns / 14))
    for (value, label) in zip(ticks.values, ticks.labels) {
      guard let place = range.position(of: value), label.count <= columns else { continue }
      let column = min(Int(place * Double(columns)), columns - 1)
      let start = min(max(column - label.count / 2, 0), columns - label.count)
      guard start >= free else { continue }
      axis[column] = "┬"
      line.replaceSubrange(start..<start + label.count, with: label)
      free = start + label.count + 1
    }
    let label = cut(plot.x.label)
    let space = String(repeating: " ", count: max(0, (width - label.count) / 2))
    return ["\(indent)└\(String(axis))", "\(indent) \(String(line))".trimmingEnd, space + label]
  }

  /// The names of the curves, in as many lines as they need.
  private var legend: [String] {
    let names = plot.names
    guard names.count > 1 else { return [] }
    var lines: [String] = []
    var (line, used) = ("", 0)
    for (index, name) in names.enumerated() {
      let text = cut("━━ " + name)
      if used > 0, used + 3 + text.count > width {
        lines.append(line)
        (line, used) = ("", 0)
      }
      line += (used > 0 ? "   " : "") + (usesColor ? "\(Self.escape(index))\(text)\u{1B}[0m" : text)
      used += (used > 0 ? 3 : 0) + text.count
    }
    return lines + [line]
  }
}

extension String {
  fileprivate var trimmingEnd: String { String(reversed().drop { $0 == " " }.reversed()) }
}
