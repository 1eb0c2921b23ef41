/// The colour of a shape by its use. Themes map uses to colours.
enum PlotColor: Hashable, Sendable {
  case background, text, label, grid, axis
  /// The curve at an index.
  case series(Int)

  /// The colours of curves: those of Okabe and Ito, "Color Universal Design", 2008, without black and yellow, which
  /// have too little contrast with one of the backgrounds. They differ for colour-blind readers, too.
  static let series = [
    Color(0, 114, 178), Color(213, 94, 0), Color(0, 158, 115), Color(204, 121, 167), Color(230, 159, 0),
    Color(86, 180, 233),
  ]

  /// The lengths of strokes and gaps of a curve: curves beyond the number of colours are dashed.
  static func dashes(ofSeries index: Int) -> [Double] {
    [[], [6, 3], [2, 2], [8, 3, 2, 3]][index / series.count % 4]
  }

  /// The index of a curve's colour.
  static func index(ofSeries index: Int) -> Int { index % series.count }

  /// The colour in a theme.
  func color(isDark: Bool) -> Color {
    switch self {
    case .background: isDark ? Color(22, 24, 29) : .white
    case .text: isDark ? Color(232, 234, 237) : Color(26, 26, 26)
    case .label: isDark ? Color(176, 181, 189) : Color(85, 85, 85)
    case .grid: isDark ? Color(48, 52, 60) : Color(229, 229, 229)
    case .axis: isDark ? Color(120, 126, 136) : Color(136, 136, 136)
    case .series(let index): Self.series[Self.index(ofSeries: index)]
    }
  }
}
