/// The shapes of a plot: heading, legend, axes and curves, placed so that none covers another.
struct PlotLayout {
  private let plot: Plot
  /// The shapes in the order of drawing.
  private(set) var shapes: [PlotShape] = []
  /// The place of the horizontal axis.
  private(set) var frame: PlotFrame
  private let legend: PlotLegend
  private let xRange: AxisRange
  private let yRanges: [AxisRange]

  private static let titleSize = 15.0
  private static let labelSize = 12.0
  private static let tickSize = 11.0
  private static let margin = 12.0
  private static let panelGap = 18.0
  /// The height of the horizontal axis's ticks and label.
  private static let footer = 46.0
  /// The width of a vertical axis's label.
  private static let labelColumn = 22.0

  init(_ plot: Plot) {
    self.plot = plot
    xRange = plot.xRange()
    yRanges = plot.panels.map(plot.yRange)
    frame = PlotFrame(left: 0, right: Double(plot.width), x: xRange)
    legend = PlotLegend(
      plot.names, width: Double(plot.width) - 2 * Self.margin, height: Double(plot.height) - 4 * Self.margin)
    draw()
  }

  private var width: Double { Double(plot.width) }
  private var height: Double { Double(plot.height) }

  private mutating func draw() {
    shapes.append(
      .polygon([.init(0, 0), .init(width, 0), .init(width, height), .init(0, height)], .background))
    var top = Self.margin
    func line(_ text: String, size: Double, _ color: PlotColor, isBold: Bool) {
      guard !text.isEmpty else { return }
      let fitted = PlotText.fitted(text, to: (width - 2 * Self.margin) / (isBold ? 1.08 : 1), size: size)
      shapes.append(.text(fitted, .init(Self.margin, top + size), .start, size: size, color, isBold: isBold))
      top += size + 7
    }
    line(plot.title, size: Self.titleSize, .text, isBold: true)
    line(plot.note, size: Self.labelSize, .label, isBold: false)
    let right = legend.isColumn ? width - Self.margin - legend.size.width - 10 : width - Self.margin
    shapes += legend.shapes(at: legend.isColumn ? .init(right + 10, top) : .init(Self.margin, top))
    top += Self.tickSize / 2 + (legend.isColumn ? 2 : legend.size.height + 2)

    let gaps = Self.panelGap * Double(plot.panels.count - 1)
    let panelHeight = max((height - top - Self.footer - Self.margin / 2 - gaps) / Double(plot.panels.count), 10)
    let ticks = yRanges.map { AxisTicks($0, count: Int(panelHeight / 45)) }
    let widest = ticks.flatMap(\.labels).map { PlotText.width($0, size: Self.tickSize) }.max() ?? 0
    let left = min(Self.margin + Self.labelColumn + widest + 8, width / 2)
    frame = PlotFrame(left: left, right: max(right, left + 10), x: xRange)
    for (index, panel) in plot.panels.enumerated() {
      let area = PlotArea(
        left: frame.left, right: frame.right, top: top, bottom: top + panelHeight, x: xRange, y: yRanges[index])
      draw(panel, ticks[index], area, isLast: index == plot.panels.count - 1)
      top += panelHeight + Self.panelGap
    }
  }

  private mutating func draw(_ panel: PlotPanel, _ yTicks: AxisTicks, _ area: PlotArea, isLast: Bool) {
    let xTicks = self.xTicks(area)
    for (value, label) in zip(yTicks.values, yTicks.labels) {
      guard let y = area.y(value) else { continue }
      shapes.append(.line([.init(area.left, y), .init(area.right, y)], .grid))
      let place = PlotShape.Position(area.left - 7, y + Self.tickSize * 0.36)
      shapes.append(.text(label, place, .end, size: Self.tickSize, .label))
    }
    for (value, label) in zip(xTicks.values, xTicks.labels) {
      guard let x = area.x(value) else { continue }
      shapes.append(.line([.init(x, area.top), .init(x, area.bottom)], .grid))
      shapes.append(.line([.init(x, area.bottom), .init(x, area.bottom + 4)], .axis))
      guard isLast else { continue }
      let place = PlotShape.Position(labelPlace(x, label, area), area.bottom + 17)
      shapes.append(.text(label, place, .middle, size: Self.tickSize, .label))
    }
    shapes.append(
      .line([.init(area.left, area.top), .init(area.left, area.bottom), .init(area.right, area.bottom)], .axis))
    let label = PlotText.fitted(panel.y.label, to: area.bottom - area.top, size: Self.labelSize)
    let place = PlotShape.Position(Self.margin + Self.labelSize * 0.8, (area.top + area.bottom) / 2)
    shapes.append(.text(label, place, .middle, size: Self.labelSize, .text, isUpward: true))
    if isLast {
      let label = PlotText.fitted(plot.x.label, to: area.right - area.left, size: Self.labelSize)
      let place = PlotShape.Position((area.left + area.right) / 2, area.bottom + 36)
      shapes.append(.text(label, place, .middle, size: Self.labelSize, .text))
    }
    let names = plot.names
    let drawn = panel.series.map { (series: $0, color: PlotColor.series(names.firstIndex(of: $0.name) ?? 0)) }
    for (series, color) in drawn { shapes += area.band(series, color) }
    for (series, color) in drawn where series.isFaint { shapes += area.curve(series, color) }
    for (series, color) in drawn where !series.isFaint { shapes += area.curve(series, color) }
  }

  /// The middle of a label below a tick of the horizontal axis: at the tick, but inside of the drawing.
  private func labelPlace(_ x: Double, _ label: String, _ area: PlotArea) -> Double {
    min(x, area.right + Self.margin - 2 - PlotText.width(label, size: Self.tickSize) / 2)
  }

  /// As many ticks of the horizontal axis as their labels leave room for.
  private func xTicks(_ area: PlotArea) -> AxisTicks {
    for count in (2...max(2, Int((area.right - area.left) / 70))).reversed() {
      let ticks = AxisTicks(xRange, count: count)
      let places = zip(ticks.values, ticks.labels).compactMap { value, label in
        area.x(value).map { labelPlace($0, label, area) }
      }
      let widths = ticks.labels.map { PlotText.width($0, size: Self.tickSize) + 12 }
      let isFree = zip(places, places.dropFirst()).enumerated().allSatisfy { index, pair in
        pair.1 - pair.0 >= (widths[index] + widths[index + 1]) / 2
      }
      if isFree { return ticks }
    }
    return AxisTicks(xRange, count: 2)
  }
}
