/// A shape of a drawn plot. Positions are pixels from the left and from the top.
enum PlotShape: Sendable {
  /// A place in the drawing.
  struct Position: Hashable, Sendable {
    var x: Double
    var y: Double

    init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
  }

  /// The alignment of a text at its position.
  enum Anchor: String, Sendable { case start, middle, end }

  /// Connected lines.
  case line([Position], PlotColor, width: Double = 1, dashes: [Double] = [], opacity: Double = 1)
  /// A filled polygon.
  case polygon([Position], PlotColor, opacity: Double = 1)
  /// A filled circle.
  case dot(Position, radius: Double, PlotColor, opacity: Double = 1)
  /// A text on its baseline.
  case text(String, Position, Anchor, size: Double, PlotColor, isBold: Bool = false, isUpward: Bool = false)
  /// The shapes of a curve, with its name.
  case group(String, [PlotShape])
}
