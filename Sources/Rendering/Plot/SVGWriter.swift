/// Writes shapes as an SVG document. Classes name the uses of colours: a page can style them.
struct SVGWriter {
  let theme: Plot.Theme
  /// The beginning of the document's identifiers.
  let id: String

  /// The document of a plot.
  ///
  /// - Parameters:
  ///   - shapes: the shapes in the order of drawing.
  ///   - title: the heading.
  ///   - summary: the description for readers who do not see the drawing.
  ///   - width: the width in pixels.
  ///   - height: the height in pixels.
  func document(_ shapes: [PlotShape], title: String, summary: String, width: Int, height: Int) -> String {
    let (title, summary, id) = (Self.escaped(title), Self.escaped(summary), Self.escaped(self.id))
    let head = """
      <svg xmlns="http://www.w3.org/2000/svg" class="plot" width="\(width)" height="\(height)" \
      viewBox="0 0 \(width) \(height)" role="img" aria-labelledby="\(id)-title \(id)-desc">
      <title id="\(id)-title">\(title)</title>
      <desc id="\(id)-desc">\(summary)</desc>
      <style>
      \(style)
      </style>

      """
    return head + shapes.map { element($0) + "\n" }.joined() + "</svg>\n"
  }

  private var style: String {
    let base = """
      .plot text{font-family:sans-serif}.plot .bold{font-weight:bold}
      .plot .line{fill:none;stroke-linejoin:round;stroke-linecap:butt}
      """
    switch theme {
    case .light: return base + "\n" + rules(isDark: false)
    case .dark: return base + "\n" + rules(isDark: true)
    case .automatic:
      return base + "\n" + rules(isDark: false) + "\n@media (prefers-color-scheme:dark){\n" + rules(isDark: true)
        + "\n}"
    }
  }

  private func rules(isDark: Bool) -> String {
    let colors: [PlotColor] =
      [.background, .text, .label, .grid, .axis] + PlotColor.series.indices.map { .series($0) }
    return colors.map { color in
      let (name, value) = (Self.name(color), Self.hex(color.color(isDark: isDark)))
      return ".plot .\(name){fill:\(value)}.plot .line.\(name){fill:none;stroke:\(value)}"
    }.joined(separator: "\n")
  }

  private static func name(_ color: PlotColor) -> String {
    switch color {
    case .background: "background"
    case .text: "text"
    case .label: "label"
    case .grid: "grid"
    case .axis: "axis"
    case .series(let index): "series\(PlotColor.index(ofSeries: index))"
    }
  }

  private static func hex(_ color: Color) -> String {
    "#" + [color.red, color.green, color.blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private func element(_ shape: PlotShape) -> String {
    switch shape {
    case .line(let points, let color, let width, let dashes, let opacity):
      let dashed = dashes.isEmpty ? "" : " stroke-dasharray=\"\(dashes.map(Self.number).joined(separator: " "))\""
      return "<path class=\"line \(Self.name(color))\" stroke-width=\"\(Self.number(width))\"\(dashed)"
        + "\(Self.opacity(opacity)) d=\"\(Self.path(points))\"/>"
    case .polygon(let points, let color, let opacity):
      return "<path class=\"\(Self.name(color))\"\(Self.opacity(opacity)) d=\"\(Self.path(points))Z\"/>"
    case .dot(let place, let radius, let color, let opacity):
      return "<circle class=\"\(Self.name(color))\"\(Self.opacity(opacity)) cx=\"\(Self.number(place.x))\" "
        + "cy=\"\(Self.number(place.y))\" r=\"\(Self.number(radius))\"/>"
    case .text(let text, let place, let anchor, let size, let color, let isBold, let isUpward):
      let (x, y) = (Self.number(place.x), Self.number(place.y))
      let turn = isUpward ? " transform=\"rotate(-90 \(x) \(y))\"" : ""
      return "<text class=\"\(Self.name(color))\(isBold ? " bold" : "")\" x=\"\(x)\" y=\"\(y)\" "
        + "font-size=\"\(Self.number(size))\" text-anchor=\"\(anchor.rawValue)\"\(turn)>\(Self.escaped(text))</text>"
    case .group(let name, let shapes):
      return "<g><title>\(Self.escaped(name))</title>\n" + shapes.map { element($0) + "\n" }.joined() + "</g>"
    }
  }

  private static func opacity(_ opacity: Double) -> String { opacity == 1 ? "" : " opacity=\"\(number(opacity))\"" }

  private static func path(_ points: [PlotShape.Position]) -> String {
    points.enumerated().map { ($0 == 0 ? "M" : "L") + number($1.x) + " " + number($1.y) }.joined()
  }

  /// A number with at most two decimals.
  private static func number(_ value: Double) -> String {
    precondition(value.isFinite && abs(value) < 1e12, "expected a place in a drawing, found \(value)")
    let hundredths = Int((value * 100).rounded())
    let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
    let sign = hundredths < 0 ? "-" : ""
    guard rest > 0 else { return "\(sign)\(whole)" }
    let decimals = rest % 10 == 0 ? "\(rest / 10)" : (rest < 10 ? "0\(rest)" : "\(rest)")
    return "\(sign)\(whole).\(decimals)"
  }

  /// A text in which nothing is markup.
  static func escaped(_ text: String) -> String {
    PlotText.plain(text).unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }
}
