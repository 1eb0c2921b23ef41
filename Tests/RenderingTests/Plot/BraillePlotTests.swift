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
