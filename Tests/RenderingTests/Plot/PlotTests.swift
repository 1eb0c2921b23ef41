import Foundation
import Pictures
@testable import Rendering
import TestSupport
import Testing

@Suite("Plots")
struct PlotTests {
  private func plot(
    _ series: [PlotSeries], scale: PlotAxis.Scale = .linear, width: Int = 400, height: Int = 300
  ) -> Plot {
    Plot(
      title: "a title", x: PlotAxis("steps"), panels: [PlotPanel(y: PlotAxis("loss", scale: scale), series: series)],
      width: width, height: height)
  }

  private func wave(_ count: Int) -> [PlotPoint] { (0..<count).map { PlotPoint(Double($0), sin(Double($0) / 5)) } }

  /// Points in columns of a picture that have a curve's colour, by row.
  private func rows(of color: Color, _ picture: Picture) -> [Int] {
    (0..<picture.height).filter { row in
      (0..<picture.width).contains { picture.color(row: row, column: $0).distance(to: color) < 40 }
    }
  }

  @Test func anSVGIsAccessible() throws {
    let reader = try DrawnSVG.read(plot([PlotSeries("first", wave(50)), PlotSeries("second", wave(20))]).svg(id: "a"))
    let root = try #require(reader.elements.first)
    #expect(root.name == "svg" && root.attributes["role"] == "img")
    #expect(root.attributes["aria-labelledby"] == "a-title a-desc")
    #expect(reader.elements.contains { $0.name == "title" && $0.attributes["id"] == "a-title" })
    #expect(reader.elements.contains { $0.name == "desc" && $0.attributes["id"] == "a-desc" })
    #expect(reader.texts.first == "a title")
    #expect(reader.texts[1].contains("first begins at 0 and ends at -0.3665, between -0.9962 and 0.9996."))
    #expect(reader.texts.contains("steps") && reader.texts.contains("loss"))
  }

  @Test func equalPlotsHaveEqualBytes() throws {
    let (one, other) = (plot([PlotSeries("x", wave(500))]), plot([PlotSeries("x", wave(500))]))
    #expect(one.svg() == other.svg())
    #expect(try one.pdf() == other.pdf())
    #expect(try one.picture() == other.picture())
  }

  @Test func themesDiffer() throws {
    let plot = plot([PlotSeries("x", wave(50))])
    #expect(plot.svg().contains("prefers-color-scheme:dark"))
    #expect(!plot.svg(theme: .dark).contains("prefers-color-scheme"))
    let (light, dark) = (try plot.picture(), try plot.picture(theme: .dark))
    #expect(light.color(row: 0, column: 0) == .white)
    #expect(dark.color(row: 0, column: 0).distance(to: .black) < 40)
    // The curve is visible on both.
    #expect(rows(of: PlotColor.series[0], light).count > 100 && rows(of: PlotColor.series[0], dark).count > 100)
  }

  @Test(arguments: [(120, 120), (400, 300), (801, 1203), (1920, 200)])
  func aPNGHasTheSize(_ width: Int, _ height: Int) throws {
    let series = (0..<30).map { PlotSeries("a long name of curve \($0)", wave(10 + $0)) }
    let plot = plot(series, width: width, height: height)
    let picture = try plot.data(ending: "png").withUnsafeBytes { try Picture(decoding: $0) }
    #expect(picture.width == width && picture.height == height && picture.channels == 3)
    let pdf = try plot.data(ending: "pdf")
    #expect(pdf.starts(with: Data("%PDF-".utf8)) && pdf.range(of: Data("CreationDate".utf8)) == nil)
    let root = try #require(try DrawnSVG.read(plot.svg()).elements.first)
    #expect(root.attributes["width"] == "\(width)" && root.attributes["viewBox"] == "0 0 \(width) \(height)")
  }

  /// One value among a million is as high as the panel.
  @Test func aSpikeOfAMillionPointsIsVisible() throws {
    let points = (0..<1_000_000).map { PlotPoint(Double($0), $0 == 654_321 ? 100 : 0) }
    let plot = plot([PlotSeries("x", points)])
    #expect(rows(of: PlotColor.series[0], try plot.picture()).count > 170)
    #expect(plot.svg().utf8.count < 60_000)
    let lines = BraillePlot(plot, width: 60, height: 10).lines
    #expect(lines.count { $0.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) } } == 10)
  }

  @Test func gapsInterruptCurves() throws {
    var points = wave(30)
    for (index, value) in [(5, Double.nan), (7, .infinity), (20, -.infinity)] { points[index].y = value }
    let reader = try DrawnSVG.read(plot([PlotSeries("x", points)]).svg())
    let curves = reader.elements.filter { $0.attributes["class"] == "line series0" }
    // Points 0…4, 8…19 and 21…29 are lines, and point 6 is a dot.
    let lengths = curves.compactMap { $0.attributes["d"] }.map { $0.count { $0 == "L" } + 1 }
    #expect(lengths == [5, 12, 9])
    #expect(reader.elements.count { $0.name == "circle" } == 1)
    // Numbers up to 0 have no place on a logarithmic axis.
    let positive = try DrawnSVG.read(plot([PlotSeries("x", wave(30))], scale: .logarithmic).svg())
    #expect(positive.elements.count { $0.attributes["class"] == "line series0" } == 1)
  }

  static let hostile = [
    "</text><script>alert(1)</script>", "\" onload=\"alert(1)", "a & b < c > d ' e", "]]>",
    "\u{0}\u{1B}[31m\u{7}\u{FFFE}",
    "\u{202E}desrever\u{202C}", "line\nbreak\u{2028}other", String(repeating: "long ", count: 20_000),
    "👩‍👩‍👧‍👦 é 漢字 عربي", "",
  ]

  @Test(arguments: hostile) func namesAreText(_ name: String) throws {
    let many = (0..<12).map { PlotSeries("\(name)\($0)", wave(3)) }
    for series in [[PlotSeries(name, wave(5)), PlotSeries("other", wave(4))], many] {
      let plot = Plot(
        title: name, note: name, x: PlotAxis(name), panels: [PlotPanel(y: PlotAxis(name), series: series)])
      let reader = try DrawnSVG.read(plot.svg(id: name))
      #expect(reader.elements.count { $0.name == "svg" } == 1 && !reader.elements.contains { $0.name == "script" })
      let scalars = reader.texts.joined().unicodeScalars
      #expect(!scalars.contains { $0.properties.isBidiControl || $0.value == 0x1B })
      #expect(plot.svg().utf8.count < 400_000)
      _ = try (plot.picture(), plot.pdf())
      for line in BraillePlot(plot, width: 60).lines {
        #expect(line.count <= 60 && !line.unicodeScalars.contains { $0.value < 32 || $0.properties.isBidiControl })
      }
    }
  }

  /// No text covers another text or a curve, and none is cut off.
  @Test func nothingCovers() {
    for count in [1, 2, 3, 8, 25, 60] {
      for width in [400, 800, 1600] {
        let series = (0..<count).map { PlotSeries("penalty.weight=\($0) (3 runs)", wave(100)) }
        let panels = ["critic", "penalty"].map { PlotPanel(y: PlotAxis($0), series: series) }
        let plot = Plot(title: "title", note: "note", x: PlotAxis("steps"), panels: panels, width: width, height: 700)
        let shapes = PlotLayout(plot).shapes
        let texts = shapes.compactMap(Self.box)
        for (index, box) in texts.enumerated() {
          #expect(box.minX >= 0 && box.maxX <= Double(width) && box.minY >= 0 && box.maxY <= 700, "\(count) \(box)")
          for other in texts[(index + 1)...] { #expect(!box.intersects(other), "\(count), \(width): \(box) \(other)") }
        }
        for case .group(_, let curves) in shapes {
          for case .line(let points, _, _, _, _) in curves {
            #expect(!texts.contains { box in points.contains { box.contains(CGPoint(x: $0.x, y: $0.y)) } })
          }
        }
      }
    }
  }

  /// The rectangle of a text: its width as estimated, and the height of its letters.
  private static func box(_ shape: PlotShape) -> CGRect? {
    guard case .text(let text, let place, let anchor, let size, _, let isBold, let isUpward) = shape else { return nil }
    let width = PlotText.width(text, size: size) * (isBold ? 1.08 : 1)
    let start: Double = [.start: 0, .middle: width / 2, .end: width][anchor] ?? 0
    return isUpward
      ? CGRect(x: place.x - size * 0.7, y: place.y - width / 2, width: size * 0.7, height: width)
      : CGRect(x: place.x - start, y: place.y - size * 0.7, width: width, height: size * 0.7)
  }

  /// Any values are drawn in every format without a trap.
  @Test(arguments: 0..<60) func anyCurvesAreDrawn(_ seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let special = [
      Double.nan, .infinity, -.infinity, 0, -0.0, Double.leastNonzeroMagnitude, .greatestFiniteMagnitude,
      -.greatestFiniteMagnitude,
    ]
    func value() -> Double {
      if Int.random(in: 0..<8, using: &random) == 0 { return special.randomElement(using: &random) ?? 0 }
      return Double.random(in: -1...1, using: &random) * pow(10, Double(Int.random(in: -12...12, using: &random)))
    }
    let scales: [PlotAxis.Scale] = [.linear, .logarithmic]
    let panels = (0..<Int.random(in: 1...3, using: &random)).map { _ in
      PlotPanel(
        y: PlotAxis("y", scale: scales.randomElement(using: &random) ?? .linear),
        series: (0..<Int.random(in: 0...4, using: &random)).map { index in
          let count = [0, 1, 2, 3, 50, 3000].randomElement(using: &random) ?? 0
          let points = (0..<count).map { _ in PlotPoint(value(), value()) }
          let band = points.prefix(Int.random(in: 0...100, using: &random)).map {
            PlotBand($0.x, $0.y, max($0.y, value()))
          }
          return PlotSeries("\(index)", points, band: band, isFaint: Bool.random(using: &random))
        })
    }
    let plot = Plot(
      title: "any", x: PlotAxis("x", scale: scales.randomElement(using: &random) ?? .linear), panels: panels,
      width: Int.random(in: 120...900, using: &random), height: Int.random(in: 120...900, using: &random))
    _ = try DrawnSVG.read(plot.svg())
    _ = try (plot.picture(), plot.pdf())
    let width = Int.random(in: 1...120, using: &random)
    let lines = BraillePlot(plot, width: width, height: Int.random(in: 1...20, using: &random)).lines
    #expect(lines.allSatisfy { $0.count <= max(width, 24) })
  }
}
