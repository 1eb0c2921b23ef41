import Rendering
import Testing

@Suite("Plots as text")
struct BraillePlotTests {
  private func lines(_ series: [PlotSeries], width: Int = 24, height: Int = 3, color: Bool = false) -> [String] {
    let plot = Plot(title: "a", x: PlotAxis("steps"), panels: [PlotPanel(y: PlotAxis("y"), series: series)])
    return BraillePlot(plot, width: width, height: height, usesColor: color).lines
  }

  /// A diagonal, by hand: 21 x 3 cells of 2 x 4 dots between the ends of the axes, which are 1 % and 4 % longer.
  @Test func aDiagonal() {
    let points = (0...100).map { PlotPoint(Double($0), Double($0) / 100) }
    let lines = lines([PlotSeries("x", points)])
    #expect(lines[0] == "a" && lines[1] == "y")
    let cells = lines[2...4].map { $0.drop { !"│┤".contains($0) }.dropFirst() }
    // The line rises from the lower left to the upper right cell.
    #expect(cells[2].first != " " && cells[0].last != " ")
    #expect(cells[0].first == " " && cells[2].count < cells[0].count)
    let dots = cells.joined().unicodeScalars.filter { $0.value > 0x2800 }.map { ($0.value - 0x2800).nonzeroBitCount }
    #expect(dots.reduce(0, +) >= 38)
    #expect(lines[2].hasPrefix("1 ┤") && lines[3].hasPrefix("  │") && lines[4].hasPrefix("0 ┤"))
    #expect(lines[5].contains("┬") && lines[6].contains("0") && lines[7].contains("steps"))
  }

  /// The patterns of single dots. Source: Unicode, block "Braille Patterns".
  @Test func aDotIsItsPattern() {
    let found = lines([PlotSeries("x", [PlotPoint(5, 3)])])
    let dots = found.joined().unicodeScalars.filter { (0x2801...0x28FF).contains($0.value) }
    #expect(dots.count == 1 && dots.first?.value.nonzeroBitCount == 2 + 1)
  }

  /// Vertical and horizontal lines have all dots of one column or row of their characters.
  @Test func linesAreTheirPatterns() {
    func cells(_ points: [PlotPoint]) -> [String] {
      lines([PlotSeries("x", points)], height: 5)[2...6].map { line in
        String(line.drop { !"│┤".contains($0) }.dropFirst()).filter { $0 != " " }
      }
    }
    let vertical = cells([PlotPoint(0, 0), PlotPoint(0, 1)])
    #expect(Set(vertical[1...3]) == ["⡇"] || Set(vertical[1...3]) == ["⢸"], "\(vertical)")
    let rows = (0...20).map { height in
      // The first and the last point fix the axis.
      cells([PlotPoint(0, 0)] + (1..<60).map { PlotPoint(Double($0), Double(height) / 20) } + [PlotPoint(60, 1)])
    }
    // Lines at all heights, without the characters of the ends.
    let middles = Set(rows.flatMap { $0 }.flatMap { $0.dropFirst(3).dropLast(3) })
    #expect(middles == ["⠉", "⠒", "⠤", "⣀"], "\(middles)")
  }

  /// The upper and the lower end of an interval have dots in every third column.
  @Test func intervalsAreDotted() {
    func dots(_ band: [PlotBand]) -> Int {
      lines([PlotSeries("x", [PlotPoint(0, -1), PlotPoint(100, 1)], band: band)], width: 44, height: 8).joined()
        .unicodeScalars.filter { (0x2801...0x28FF).contains($0.value) }
        .reduce(0) { $0 + ($1.value - 0x2800).nonzeroBitCount }
    }
    // 40 cells of two columns.
    let found = dots((0...100).map { PlotBand(Double($0), -5, 5) }) - dots([PlotBand(50, -5, 5)])
    #expect((40...60).contains(found), "\(found)")
  }

  @Test func emptyCurvesHaveAxes() {
    #expect(lines([]).contains { $0.contains("└") })
    #expect(lines([PlotSeries("x", [])]).contains { $0.contains("└") })
  }

  @Test func coloursEnd() {
    let series = ["one", "two"].map { PlotSeries($0, [PlotPoint(0, 0), PlotPoint(1, 1)]) }
    for line in lines(series, color: true) where line.contains("\u{1B}") { #expect(line.hasSuffix("\u{1B}[0m")) }
    #expect(lines(series, color: true).last?.contains("━━ one") == true)
    #expect(!lines(series).joined().contains("\u{1B}"))
  }
}
