import Foundation
import Rendering
import RunStore
import ZooKit

/// The curves that the parameters `x`, `smooth`, `logx`, `logy`, `from`, `to` and `group` of an address ask for.
struct CurveRequest {
  let abscissa: MetricPlot.Abscissa
  let smoothing: Double
  let isXLogarithmic: Bool
  let isYLogarithmic: Bool
  let from: Double?
  let to: Double?
  let group: String?

  /// The weights of earlier values in an exponential mean.
  static let smoothings = 0...0.999

  /// - Throws: ``ServerError`` with code `badRequest`.
  init(_ query: Query) throws {
    abscissa = try query.choice("x", MetricPlot.Abscissa.self) ?? .steps
    smoothing = try query.double("smooth") ?? 0
    guard Self.smoothings.contains(smoothing) else {
      throw ServerError(
        .badRequest, "smooth: expected a weight from 0 to \(Self.smoothings.upperBound), found \(smoothing)")
    }
    (isXLogarithmic, isYLogarithmic) = (query["logx"] != nil, query["logy"] != nil)
    (from, to) = (try query.double("from"), try query.double("to"))
    group = query["group"]
    if let from, let to, from >= to {
      throw ServerError(.badRequest, "from and to: expected a range, found \(from) to \(to)")
    }
  }

  /// The parameters of an address that draws the same, with a metric.
  func parameters(of metric: String, runs: [String] = []) -> String {
    var items = runs.map { (name: "run", value: $0) } + [("metric", metric)]
    if abscissa != .steps { items.append(("x", abscissa.rawValue)) }
    if smoothing > 0 { items.append(("smooth", "\(smoothing)")) }
    if isXLogarithmic { items.append(("logx", "1")) }
    if isYLogarithmic { items.append(("logy", "1")) }
    if let from { items.append(("from", "\(from)")) }
    if let to { items.append(("to", "\(to)")) }
    if let group { items.append(("group", group)) }
    return Query.text(items)
  }

  /// Whether the drawing differs from that of an address without parameters.
  var isChanged: Bool {
    abscissa != .steps || smoothing > 0 || isXLogarithmic || isYLogarithmic || from != nil || to != nil || group != nil
  }

  /// The drawing of a metric.
  ///
  /// - Throws: `ModelZooError` if a run has no such metric, or no run has the setting of the group; `StoreError`.
  func plot(_ metric: String, of runs: [Run], in store: Store, width: Int, height: Int) throws -> Plot {
    var plot = MetricPlot(
      metrics: [metric], group: group, abscissa: abscissa,
      smoothing: smoothing > 0 ? .exponential(smoothing) : .none, isXLogarithmic: isXLogarithmic,
      isYLogarithmic: isYLogarithmic, width: width, height: height)
    (plot.from, plot.to) = (from, to)
    return try plot.plot(of: runs, in: store)
  }
}
