/// The programs of off-policy algorithms.
public enum OffPolicyProgram: String, CaseIterable, Sendable {
  /// The actions with exploration, before noise is added: `action`.
  case act
  /// One step of the critics.
  case critic
  /// One step of the actor.
  case actor
  /// One step of the targets.
  case targets
  /// The actions without exploration: `action`.
  case evaluate

  /// States, [N, S].
  static let observation = "env/observation"
  /// The present learning rate.
  static let rate = "schedule/rate"
  /// Standard normal numbers.
  static func normal(_ name: String) -> String { "normal/\(name)" }
  /// Numbers from [0, 1).
  static func uniform(_ name: String) -> String { "uniform/\(name)" }
}
