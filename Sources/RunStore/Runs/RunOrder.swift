import GRDB

/// The order of a listing of runs. Runs without the value come last.
public enum RunOrder: Hashable, Sendable {
  /// The time of the last write to it.
  case updated
  /// The time at which it started.
  case created
  /// The number of finished steps.
  case step
  /// The run's name.
  case name
  /// The model's name.
  case model
  /// The last value of a metric.
  case metric(String)

  /// The order of a name: `updated`, `created`, `step`, `name`, `model`, or a metric for any other.
  public init(_ name: String) {
    self =
      switch name {
      case "updated": .updated
      case "created": .created
      case "step": .step
      case "name": .name
      case "model": .model
      default: .metric(name)
      }
  }

  /// An expression on the columns of `run`, and its arguments.
  var sql: (expression: String, arguments: StatementArguments) {
    switch self {
    case .updated: ("updated_at", [])
    case .created: ("created_at", [])
    case .step: ("step", [])
    case .name: ("name", [])
    case .model: ("model", [])
    case .metric(let key): ("(SELECT value FROM latest_metric WHERE run = shown.id AND key = ?)", [key])
    }
  }
}
