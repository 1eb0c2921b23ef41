import GenerativeMetrics
import Rendering

/// The mean of some curves, with its 95 % bootstrap interval at each place of at least two curves.
struct MeanCurve {
  /// The most places at which a mean is taken.
  static let places = 200

  /// The mean.
  private(set) var points: [PlotPoint] = []
  /// The interval.
  private(set) var band: [PlotBand] = []

  /// The mean of some curves.
  ///
  /// At most ``places`` different abscissas are the places of the means, with values between points by linear
  /// interpolation. More of them are divided into as many ranges of equal length on the axis, each with the mean of a
  /// curve's points in it. A curve that does not reach a place has no value there.
  ///
  /// - Parameters:
  ///   - curves: points in the order of `x`. Those that are not finite are left out.
  ///   - scale: the scale of the horizontal axis.
  init(_ curves: [[PlotPoint]], scale: PlotAxis.Scale) {
    let curves = curves.map { curve in curve.filter { $0.x.isFinite && $0.y.isFinite } }
    let all = Set(curves.joined().lazy.map(\.x))
    let isExact = all.count <= Self.places
    let range = AxisRange(all, scale: scale)
    let places =
      isExact ? all.sorted() : (0..<Self.places).map { range.value(at: (Double($0) + 0.5) / Double(Self.places)) }
    let columns = curves.map { isExact ? $0 : Self.means($0, range, places) }
    for (index, place) in places.enumerated() {
      let values = columns.compactMap { Self.value(of: $0, at: place) }
      guard !values.isEmpty else { continue }
      points.append(PlotPoint(place, values.reduce(0, +) / Double(values.count)))
      guard values.count > 1 else { continue }
      let interval = Bootstrap.interval(ofMean: values, seed: UInt64(index))
      band.append(PlotBand(place, interval[0], interval[1]))
    }
  }

  /// The means of a curve's points in ranges of the axis around places.
  private static func means(_ curve: [PlotPoint], _ range: AxisRange, _ places: [Double]) -> [PlotPoint] {
    var sums = [(sum: Double, count: Int)](repeating: (0, 0), count: places.count)
    for point in curve {
      guard let position = range.position(of: point.x) else { continue }
      let index = min(max(Int(position * Double(places.count)), 0), places.count - 1)
      sums[index] = (sums[index].sum + point.y, sums[index].count + 1)
    }
    return zip(places, sums).compactMap { place, sum in
      sum.count > 0 ? PlotPoint(place, sum.sum / Double(sum.count)) : nil
    }
  }

  /// The value of a curve at a place, by linear interpolation; nil outside of the curve.
  private static func value(of curve: [PlotPoint], at x: Double) -> Double? {
    var (low, high) = (0, curve.count)
    while low < high {
      let middle = (low + high) / 2
      if curve[middle].x < x { low = middle + 1 } else { high = middle }
    }
    guard low < curve.count else { return nil }
    if curve[low].x == x { return curve[low].y }
    guard low > 0 else { return nil }
    let (before, after) = (curve[low - 1], curve[low])
    return before.y + (after.y - before.y) * (x - before.x) / (after.x - before.x)
  }
}
