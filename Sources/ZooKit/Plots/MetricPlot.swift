import Foundation
import Rendering
import RunStore

/// The curves of metrics of some runs, as a `Plot` with a panel for each metric.
///
/// ```swift
/// let plot = try MetricPlot(metrics: ["return"], group: "penalty.weight").plot(of: runs, in: zoo.store)
/// ```
public struct MetricPlot: Sendable {
  /// The quantity of the horizontal axis.
  public enum Abscissa: String, Sendable, CaseIterable {
    /// The step.
    case steps
    /// The time of training, without the pauses between its parts. Interpolated, see `StepTimes`.
    case seconds
    /// The date and time. Interpolated, see `StepTimes`.
    case time
  }

  /// The metrics, a panel each; empty for the first of ``usual`` that every run has.
  public var metrics: [String]
  /// A setting. Runs with one value of it become one curve: their mean. Nil, the default, for a curve of each run.
  public var group: String?
  /// The horizontal axis; steps by default.
  public var abscissa: Abscissa
  /// The smoothing of each run's curve; none by default.
  public var smoothing: Smoothing
  /// Whether the horizontal axis is logarithmic.
  public var isXLogarithmic: Bool
  /// Whether the vertical axes are logarithmic.
  public var isYLogarithmic: Bool
  /// The least value of the horizontal axis that is drawn; nil, the default, for all.
  public var from: Double?
  /// The greatest value of the horizontal axis that is drawn; nil, the default, for all.
  public var to: Double?
  /// The width in pixels.
  public var width: Int
  /// The height in pixels; nil for that of `Plot`.
  public var height: Int?

  /// The metrics that say most about a run, in this order.
  public static let usual = [
    "return", Metric.evaluation, "wasserstein", "margin", "validationLoss", "loss", "accuracy", "critic", "penalty",
  ]

  /// A plot of metrics.
  public init(
    metrics: [String] = [], group: String? = nil, abscissa: Abscissa = .steps, smoothing: Smoothing = .none,
    isXLogarithmic: Bool = false, isYLogarithmic: Bool = false, width: Int = 800, height: Int? = nil
  ) {
    self.metrics = metrics
    self.group = group
    self.abscissa = abscissa
    self.smoothing = smoothing
    self.isXLogarithmic = isXLogarithmic
    self.isYLogarithmic = isYLogarithmic
    self.width = width
    self.height = height
  }

  /// Reads and arranges the curves.
  ///
  /// - Parameters:
  ///   - runs: the runs, at least one.
  ///   - store: the store with the runs.
  /// - Throws: ``ModelZooError`` with code `invalidArgument` if a run lacks a metric, or no run has the setting of
  ///   ``group``; `StoreError` if the file can't be read.
  public func plot(of runs: [Run], in store: Store) throws -> Plot {
    precondition(!runs.isEmpty, "a plot needs a run")
    let metrics = try metrics(of: runs)
    let axis = try TrainingAxis(abscissa, of: runs, in: store, isLogarithmic: isXLogarithmic)
    let names = try names(of: runs)
    let panels = try metrics.map { key in
      PlotPanel(
        y: PlotAxis(key, scale: isYLogarithmic ? .logarithmic : .linear),
        series: try series(key, runs, names, axis, store).map(limited))
    }
    return Plot(
      title: title(of: runs), note: note, x: axis.axis, panels: panels, width: width, height: height)
  }

  /// The metrics to draw, which every run has.
  private func metrics(of runs: [Run]) throws -> [String] {
    for run in runs {
      let known = run.latestMetrics.keys.sorted()
      guard !known.isEmpty else {
        throw ModelZooError(.invalidArgument, "run \(run.id) has no metrics yet, expected some to draw")
      }
      for metric in metrics where run.latestMetrics[metric] == nil {
        throw ModelZooError(
          .invalidArgument, "run \(run.id) has no metric '\(metric)'; its metrics are \(known.joined(separator: ", "))")
      }
    }
    guard metrics.isEmpty else { return metrics }
    let common = runs.map { Set($0.latestMetrics.keys) }.reduce(Set(runs[0].latestMetrics.keys)) { $0.intersection($1) }
    let usual = Self.usual(among: common)
    guard !usual.isEmpty else {
      throw ModelZooError(.invalidArgument, "the runs have no metric in common; name runs that have one")
    }
    return usual
  }

  /// The metrics to draw if none is named: at most two.
  public static func usual(among keys: some Collection<String>) -> [String] {
    let known = usual.filter(keys.contains)
    return Array((known.isEmpty ? keys.sorted() : known).prefix(2))
  }

  /// The name of each run's curve.
  private func names(of runs: [Run]) throws -> [String] {
    guard let group else {
      let names = runs.map { $0.name ?? $0.id }
      return zip(runs, names).map { run, name in names.count { $0 == name } > 1 ? "\(name) (\(run.id))" : name }
    }
    let values = runs.map { $0.setting(group) }
    guard values.contains(where: { $0 != nil }) else {
      throw ModelZooError(
        .invalidArgument,
        "no run has a setting '\(group)'; \(Suggestion.hint(for: group, among: Set(runs.flatMap(\.settingPaths))))")
    }
    return values.map { value in
      let count = values.count { $0 == value }
      return "\(group)=\(value ?? "none") (\(count) run\(count == 1 ? "" : "s"))"
    }
  }

  /// A curve without the parts outside of ``from`` and ``to``.
  private func limited(_ series: PlotSeries) -> PlotSeries {
    guard from != nil || to != nil else { return series }
    func isDrawn(_ x: Double) -> Bool { x >= from ?? -.infinity && x <= to ?? .infinity }
    var series = series
    series.points.removeAll { !isDrawn($0.x) }
    series.band.removeAll { !isDrawn($0.x) }
    return series
  }

  private func series(
    _ key: String, _ runs: [Run], _ names: [String], _ axis: TrainingAxis, _ store: Store
  ) throws -> [PlotSeries] {
    guard group == nil else {
      let curves = try runs.map { axis.points(smoothing.apply(to: try store.curve(of: $0.id, key: key)), of: $0) }
      var seen: Set<String> = []
      return names.filter { seen.insert($0).inserted }.map { name in
        let mean = MeanCurve(zip(names, curves).filter { $0.0 == name }.map(\.1), scale: axis.axis.scale)
        return PlotSeries(name, mean.points, band: mean.band)
      }
    }
    return try zip(runs, names).flatMap { run, name in
      guard smoothing != .none else {
        return [PlotSeries(name, axis.points(try reduced(key, run, store), of: run))]
      }
      let values = try store.curve(of: run.id, key: key)
      return [
        PlotSeries(name, axis.points(values, of: run), isFaint: true),
        PlotSeries(name, axis.points(smoothing.apply(to: values), of: run)),
      ]
    }
  }

  /// The values of a run, reduced by the store to two for each column of pixels.
  private func reduced(_ key: String, _ run: Run, _ store: Store) throws -> [MetricPoint] {
    guard let steps = try store.stepRange(of: run.id, key: key) else { return [] }
    var (first, last) = (Double(isXLogarithmic ? max(steps.lowerBound, 1) : steps.lowerBound), Double(steps.upperBound))
    if abscissa == .steps { (first, last) = (max(first, from ?? first), min(last, to ?? last)) }
    guard first <= last else { return [] }
    let range = AxisRange([first, last], scale: isXLogarithmic ? .logarithmic : .linear)
    // Twice as many columns as pixels: those of the drawing lie elsewhere.
    return try store.curve(of: run.id, key: key, extremesIn: ColumnExtremes(range, columns: 2 * width).steps)
  }

  private func title(of runs: [Run]) -> String {
    let models = Set(runs.map(\.model))
    guard models.count == 1 else { return "\(runs.count) runs of \(models.count) models" }
    guard runs.count == 1 else { return "\(runs[0].model): \(runs.count) runs" }
    return "\(runs[0].model): \(runs[0].name ?? runs[0].id)"
  }

  private var note: String {
    [smoothing.note, group.map { _ in "mean over runs, with its 95 % bootstrap interval" }]
      .compactMap { $0 }.joined(separator: "; ")
  }
}
