import Foundation
import Rendering
import RunStore

/// The horizontal axis of some runs, and the place of each step on it.
struct TrainingAxis {
  private static let units: [(name: String, seconds: Double)] = [("days", 86_400), ("hours", 3600), ("minutes", 60)]
  /// The least number of a unit at the end of the axis.
  private static let least = 3.0

  /// The axis.
  let axis: PlotAxis
  private let abscissa: MetricPlot.Abscissa
  private let unit: Double
  private let times: [String: StepTimes]

  /// The axis of some runs.
  ///
  /// - Throws: ``ModelZooError`` for a logarithmic axis of dates; `StoreError` if the file can't be read.
  init(_ abscissa: MetricPlot.Abscissa, of runs: [Run], in store: Store, isLogarithmic: Bool) throws {
    self.abscissa = abscissa
    let scale: PlotAxis.Scale = isLogarithmic ? .logarithmic : .linear
    guard abscissa != .steps else {
      (axis, unit, times) = (PlotAxis("steps", scale: scale), 1, [:])
      return
    }
    let times = try Dictionary(runs.map { ($0.id, try store.stepTimes(of: $0)) }) { first, _ in first }
    self.times = times
    guard abscissa == .seconds else {
      guard !isLogarithmic else {
        throw ModelZooError(.invalidArgument, "an axis of dates can't be logarithmic; take steps or seconds")
      }
      // Labels of hours have no date.
      let day = (runs.map(\.created).min() ?? Date()).formatted(.iso8601.year().month().day())
      unit = 1
      axis = PlotAxis("time from \(day) on (UTC), interpolated between checkpoints", scale: .time)
      return
    }
    let longest = runs.compactMap { times[$0.id]?.seconds(of: $0.step) }.max() ?? 0
    let found = Self.units.first(where: { longest >= Self.least * $0.seconds })
    unit = found?.seconds ?? 1
    axis = PlotAxis("\(found?.name ?? "seconds") of training, interpolated between checkpoints", scale: scale)
  }

  /// The points of a run's curve.
  func points(_ values: [MetricPoint], of run: Run) -> [PlotPoint] {
    guard let times = times[run.id] else { return values.map { PlotPoint(Double($0.step), $0.value) } }
    return values.map { point in
      let place = abscissa == .time ? times.time(of: point.step) : times.seconds(of: point.step) / unit
      return PlotPoint(place, point.value)
    }
  }
}
