import Rendering
import RunStore

/// The settings in which some runs differ, and the metrics that they share, over parallel axes.
public enum SettingPlot {
  /// The most settings that have an axis.
  private static let limit = 8
  /// The beginnings of settings on which nothing of a training depends.
  private static let others = ["name", "samples.", "checkpoint.", "evaluation.", "logs."]

  /// The settings that are not equal in all runs, with the value of each run; nil where it has none. The model, the
  /// algorithm, the name, the seed and the threads count as settings.
  package static func differences(of runs: [Run]) -> [(path: String, values: [String?])] {
    let paths = Set(runs.flatMap(\.settingPaths)).sorted()
    return paths.map { path in (path, runs.map { $0.setting(path) }) }.filter { Set($0.values).count > 1 }
  }

  /// The drawing of some runs; nil if there is no difference to show.
  public static func plot(of runs: [Run]) -> ParallelPlot? {
    let settings = differences(of: runs).filter { !others.contains(where: $0.path.hasPrefix) }.prefix(limit)
    guard !settings.isEmpty else { return nil }
    let common = runs.dropFirst().reduce(Set(runs[0].latestMetrics.keys)) { $0.intersection($1.latestMetrics.keys) }
    let metrics = MetricPlot.usual(among: common).map { key in
      ParallelPlot.Axis(key, runs.map { $0.latestMetrics[key].map { "\($0.value)" } })
    }
    return ParallelPlot(
      title: "Settings and last values", names: runs.map { $0.name ?? $0.id },
      axes: settings.map { ParallelPlot.Axis($0.path, $0.values.map { $0 ?? "none" }) } + metrics)
  }
}
