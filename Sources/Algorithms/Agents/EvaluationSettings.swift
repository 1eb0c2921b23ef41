/// How often a policy is evaluated in the course of its training.
public struct EvaluationSettings: Sendable, Hashable, Codable {
  /// The consequence of an evaluation that fails.
  public enum Failure: String, Sendable, CaseIterable, Codable {
    /// Training continues; the run keeps a note of the failure.
    case `continue`
    /// Training stops.
    case stop
  }

  /// Steps of the environment between evaluations; 0 for none.
  public var every = 0
  /// Episodes of an evaluation.
  public var episodes = 10
  /// Episodes that are run at a time, each in a copy of the environment of its own; nil for one of a Python
  /// environment, and for all of a native one.
  public var envs: Int?
  /// The consequence of an evaluation that fails; nil for ``Failure/continue``.
  public var onFailure: Failure?

  /// No evaluation.
  public init() {}

  /// - Throws: ``AlgorithmError`` that names the setting that is out of range.
  func validate() throws {
    try SettingCheck.require("evaluation.every", every, "at least 0") { $0 >= 0 }
    try SettingCheck.count("evaluation.episodes", episodes, atMost: 10_000)
    if let envs { try SettingCheck.count("evaluation.envs", envs, atMost: 10_000) }
  }

  /// Whether an evaluation is due after a step of every copy.
  func isDue(at step: Int, copies: Int) -> Bool {
    every > 0 && step > 0 && step / every > (step - copies) / every
  }

  /// The copies of an environment for so many episodes.
  public func copies(of environment: EnvironmentSettings, episodes: Int) -> Int {
    min(episodes, envs ?? (environment.isGymnasium ? 1 : episodes))
  }
}
