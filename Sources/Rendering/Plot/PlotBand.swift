/// The interval of a curve at one abscissa.
public struct PlotBand: Hashable, Sendable {
  /// The abscissa.
  public var x: Double
  /// The lower end.
  public var low: Double
  /// The upper end, at least ``low``.
  public var high: Double

  /// An interval.
  public init(_ x: Double, _ low: Double, _ high: Double) { (self.x, self.low, self.high) = (x, low, high) }

  var isFinite: Bool { x.isFinite && low.isFinite && high.isFinite }
}
