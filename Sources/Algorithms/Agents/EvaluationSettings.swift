/// How often a policy is evaluated in the course of its training.
public struct EvaluationSettings: Sendable, Hashable, Codable {
  /// Steps of the environment between evaluations; 0 for none.
  public var every = 0
  /// Episodes of an evaluation, each in a copy of the environment of its own.
  public var episodes = 10

  /// No evaluation.
  public init() {}

  /// - Throws: ``AlgorithmError`` that names the setting that is out of range.
  func validate() throws {
    try SettingCheck.require("evaluation.every", every, "at least 0") { $0 >= 0 }
    try SettingCheck.count("evaluation.episodes", episodes, atMost: 10_000)
  }

  /// Whether an evaluation is due after a step that began at `earlier`.
  func isDue(from earlier: Int, to step: Int) -> Bool { every > 0 && step / every > earlier / every }
}
