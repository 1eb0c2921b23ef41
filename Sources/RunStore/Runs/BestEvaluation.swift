import Foundation

/// The best one of a run's evaluations, ``Metric/evaluation``.
///
/// A run records it in the JSON object of its settings. Here is the only place that reads it from there.
public enum BestEvaluation: String, Sendable, CaseIterable {
  /// The greatest, as for returns and accuracies. Runs whose settings do not say it have this one.
  case greatest
  /// The least, as for distances of generated samples.
  case least

  /// The key in the settings of a run; its value is the name of the case.
  public static let key = "bestEvaluation"

  /// The one that the settings of a run record.
  public init(settings: String) {
    let object = try? JSONSerialization.jsonObject(with: Data(settings.utf8)) as? [String: Any]
    self = (object?[Self.key] as? String).flatMap(Self.init(rawValue:)) ?? .greatest
  }

  /// Whether an evaluation is better than another one.
  func isBetter(_ evaluation: Double, than other: Double) -> Bool {
    switch self {
    case .greatest: evaluation > other
    case .least: evaluation < other
    }
  }

  /// SQL for an evaluation's rank, greatest first, in a query on `checkpoint` and `metric`.
  static let rank = """
    value * (
      SELECT iif(json_extract(settings, '$.\(key)') = '\(least.rawValue)', -1, 1) FROM run WHERE id = checkpoint.run
    )
    """
}

extension Run {
  /// The best one of the run's evaluations.
  public var bestEvaluation: BestEvaluation { BestEvaluation(settings: settings) }
}
