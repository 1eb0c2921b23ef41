/// The text of plots: estimated widths, and forms that every viewer draws as one line.
///
/// A viewer of an SVG chooses the font. The estimate is that of DejaVu Sans, a wide one.
enum PlotText {
  /// The width of a text in pixels, about.
  static func width(_ text: String, size: Double) -> Double {
    text.unicodeScalars.reduce(0) { $0 + width($1) } * size
  }

  private static func width(_ scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "i", "j", "l", ".", ",", ":", ";", "'", "|", "!", " ", "I", "(", ")", "[", "]", "f", "t": 0.39
    case "m", "w", "M", "W", "@", "%", "—", "…": 1
    case "A"..."Z": 0.74
    case _ where scalar.value < 0x300: 0.64
    case _ where scalar.properties.isGraphemeExtend: 0
    case _ where scalar.value >= 0x1100: 1.05
    default: 0.7
    }
  }

  /// The text in one line, with an ellipsis if it is wider than `width`.
  static func fitted(_ text: String, to width: Double, size: Double) -> String {
    let line = plain(text)
    guard self.width(line, size: size) > width else { return line }
    var (result, used) = ("", self.width("…", size: size))
    for character in line {
      used += self.width(String(character), size: size)
      guard used <= width else { break }
      result.append(character)
    }
    return result + "…"
  }

  /// The text without characters that XML forbids, that break lines, or that change the direction of other texts. Each
  /// is replaced by `�`. At most 2,000 characters are kept.
  static func plain(_ text: String) -> String {
    text.unicodeScalars.prefix(2000).reduce(into: "") { result, scalar in
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned:
        result.unicodeScalars.append("\u{FFFD}")
      case .format where scalar.properties.isBidiControl: result.unicodeScalars.append("\u{FFFD}")
      default: result.unicodeScalars.append(scalar.value & 0xFFFE == 0xFFFE ? "\u{FFFD}" : scalar)
      }
    }
  }
}
