/// A point of a curve. A value that is not finite is a gap of the curve.
public struct PlotPoint: Hashable, Sendable {
  /// The abscissa, for example a step.
  public var x: Double
  /// The value.
  public var y: Double

  /// A point.
  public init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }

  /// Whether both coordinates are finite.
  var isFinite: Bool { x.isFinite && y.isFinite }
}
