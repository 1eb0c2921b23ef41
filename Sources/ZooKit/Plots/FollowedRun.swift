import Rendering
import RunStore

/// The metrics of a run that may be training in another process. Reading does not change the store.
///
/// A training writes its metrics with each checkpoint, so they appear then.
public struct FollowedRun {
  /// The run as of the last ``update()``.
  public private(set) var run: Run
  private let store: Store
  private let named: [String]
  private var points: [String: [MetricPoint]] = [:]
  private var eventCount = 0

  /// Follows a run.
  ///
  /// - Parameters:
  ///   - run: the run's id.
  ///   - store: the store with the run.
  ///   - metrics: the metrics to read; empty for those of ``MetricPlot/usual``.
  /// - Throws: `StoreError` if there is no such run.
  public init(_ run: String, in store: Store, metrics: [String] = []) throws {
    (self.run, self.store, named) = (try store.run(run), store, metrics)
    eventCount = try store.events(of: run).count
    try read()
  }

  /// The metrics that are read. Some may have no values yet.
  public var metrics: [String] { named.isEmpty ? MetricPlot.usual(among: run.latestMetrics.keys) : named }

  /// Reads values that are new in the store.
  ///
  /// - Returns: whether the run has changed.
  /// - Throws: `StoreError` if the run was deleted or the file can't be read.
  public mutating func update() throws -> Bool {
    let old = run
    run = try store.run(old.id)
    guard Self.state(run) != Self.state(old) else { return false }
    // A training that continued from an earlier checkpoint has replaced later values. That is an event.
    let count = try store.events(of: run.id).count
    if count != eventCount { points = [:] }
    eventCount = count
    try read()
    return true
  }

  /// The properties of a run that change while it trains. Values are left out: a NaN differs from itself.
  private static func state(_ run: Run) -> [AnyHashable] {
    [run.step, run.status, run.updated, run.latestMetrics.mapValues(\.step)]
  }

  private mutating func read() throws {
    for metric in metrics {
      points[metric, default: []] += try store.curve(of: run.id, key: metric, after: points[metric]?.last?.step)
    }
  }

  /// The curves, a panel for each metric; nil while the run has no metrics.
  public var plot: Plot? {
    guard !metrics.isEmpty else { return nil }
    let panels = metrics.map { metric in
      let curve = (points[metric] ?? []).map { PlotPoint(Double($0.step), $0.value) }
      return PlotPanel(y: PlotAxis(metric), series: [PlotSeries(run.name ?? run.id, curve)])
    }
    return Plot(title: "\(run.model): \(run.name ?? run.id)", x: PlotAxis("steps"), panels: panels)
  }
}
