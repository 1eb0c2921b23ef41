import Foundation
import Pictures

/// Curves over axes, drawn as SVG, PNG, PDF, or text.
///
/// ```swift
/// let plot = Plot(
///   title: "ppo-cartpole", x: PlotAxis("steps"),
///   panels: [PlotPanel(y: PlotAxis("return"), series: [PlotSeries("seed 1", points)])])
/// try OutputFile("curves.svg").write(Data(plot.svg().utf8))
/// ```
///
/// Equal plots have equal bytes as SVG. Values that are not finite are gaps. Curves of any number of points are reduced
/// by ``ColumnExtremes`` before they are drawn.
public struct Plot: Hashable, Sendable {
  /// The colours of the background and of the texts.
  public enum Theme: String, Hashable, Sendable, CaseIterable {
    /// Those that the viewer prefers (`prefers-color-scheme`) in an SVG; light ones elsewhere.
    case automatic = "auto"
    /// Dark on white.
    case light
    /// Light on black.
    case dark
  }

  /// The heading.
  public var title: String
  /// A line below the heading, for example the meaning of intervals; empty for none.
  public var note: String
  /// The horizontal axis.
  public var x: PlotAxis
  /// The panels from top to bottom.
  public var panels: [PlotPanel]
  /// The width in pixels.
  public var width: Int
  /// The height in pixels.
  public var height: Int

  /// The sizes in pixels that a plot can have.
  public static let sizes = 120...10_000

  /// A plot.
  ///
  /// - Parameters:
  ///   - title: the heading.
  ///   - note: a line below the heading; none by default.
  ///   - x: the horizontal axis.
  ///   - panels: the panels from top to bottom.
  ///   - width: the width in pixels, of ``sizes``; 800 by default.
  ///   - height: the height in pixels, of ``sizes``; by default 180 and 270 for each panel.
  public init(
    title: String, note: String = "", x: PlotAxis, panels: [PlotPanel], width: Int = 800, height: Int? = nil
  ) {
    let height = height ?? min(180 + 270 * panels.count, Self.sizes.upperBound)
    precondition(!panels.isEmpty, "a plot needs a panel")
    precondition(
      Self.sizes.contains(width) && Self.sizes.contains(height),
      "expected a width and a height in \(Self.sizes), found \(width) x \(height)")
    (self.title, self.note, self.x, self.panels, self.width, self.height) = (title, note, x, panels, width, height)
  }

  /// The names of the curves with entries in the legend, in the order of their first appearance.
  var names: [String] {
    var seen: Set<String> = []
    return panels.flatMap(\.series).map(\.name).filter { seen.insert($0).inserted }
  }

  /// The values of the horizontal axis, which all panels share.
  func xRange() -> AxisRange {
    AxisRange(
      panels.lazy.flatMap(\.series).flatMap { series in
        series.points.lazy.filter { $0.y.isFinite }.map(\.x)
      }, scale: x.scale, margin: 0.01)
  }

  /// The values of a panel's vertical axis.
  func yRange(of panel: PlotPanel) -> AxisRange {
    let values = panel.series.flatMap { series in
      let points = series.points.lazy.filter { hasPlace($0.x, x) && hasPlace($0.y, panel.y) }.map(\.y)
      let ends = series.band.lazy.filter(\.isFinite).flatMap { [$0.low, $0.high] }.filter { hasPlace($0, panel.y) }
      return [points.min(), points.max(), ends.min(), ends.max()].compactMap { $0 }
    }
    return AxisRange(values, scale: panel.y.scale, margin: 0.04)
  }

  private func hasPlace(_ value: Double, _ axis: PlotAxis) -> Bool {
    value.isFinite && (axis.scale != .logarithmic || value > 0)
  }

  /// A description for readers who do not see the drawing: the axes, and the ends of each curve.
  public var summary: String {
    var sentences = note.isEmpty ? [] : ["\(note)."]
    for panel in panels {
      sentences.append("\(panel.y.label) over \(x.label):")
      for series in panel.series where !series.isFaint {
        let finite = series.points.filter(\.isFinite)
        guard let first = finite.first, let last = finite.last else {
          sentences.append("\(series.name) has no values.")
          continue
        }
        let (low, high) = finite.reduce((first.y, first.y)) { (min($0.0, $1.y), max($0.1, $1.y)) }
        sentences.append(
          "\(series.name) begins at \(NumberLabels.short(first.y)) and ends at \(NumberLabels.short(last.y)), between "
            + "\(NumberLabels.short(low)) and \(NumberLabels.short(high)).")
      }
    }
    return sentences.joined(separator: " ")
  }

  /// The place of the horizontal axis in the drawing.
  public var frame: PlotFrame { PlotLayout(self).frame }

  /// The plot as an SVG document.
  ///
  /// - Parameters:
  ///   - theme: the colours; by default those that the viewer prefers.
  ///   - id: the beginning of the document's identifiers, which differ within one page; `plot` by default.
  public func svg(theme: Theme = .automatic, id: String = "plot") -> String {
    SVGWriter(theme: theme, id: id).document(
      PlotLayout(self).shapes, title: title, summary: summary, width: width, height: height)
  }

  /// The plot as a picture.
  ///
  /// - Parameter theme: the colours; automatic ones are light.
  /// - Throws: ``RenderingError`` with code `.encodingFailed`.
  public func picture(theme: Theme = .light) throws(RenderingError) -> Picture {
    try CairoPainter.picture(PlotLayout(self).shapes, width: width, height: height, isDark: theme == .dark)
  }

  /// The plot as the content of a PDF file of one page; a pixel is 1/96 inch.
  ///
  /// - Parameter theme: the colours; automatic ones are light.
  /// - Throws: ``RenderingError`` with code `.encodingFailed`.
  public func pdf(theme: Theme = .light) throws(RenderingError) -> Data {
    try CairoPainter.pdf(
      PlotLayout(self).shapes, title: PlotText.plain(title), width: width, height: height, isDark: theme == .dark)
  }

  /// The file name endings of the supported formats.
  public static let endings = ["svg", "png", "pdf"]

  /// The bytes of a file with an ending.
  ///
  /// - Parameters:
  ///   - ending: of ``endings``; an SVG for any other.
  ///   - theme: the colours.
  /// - Throws: ``RenderingError`` or `PictureError` with code `.encodingFailed`.
  public func data(ending: String, theme: Theme = .automatic) throws -> Data {
    switch ending.lowercased() {
    case "png": try picture(theme: theme).pngData()
    case "pdf": try pdf(theme: theme)
    default: Data(svg(theme: theme).utf8)
    }
  }
}
