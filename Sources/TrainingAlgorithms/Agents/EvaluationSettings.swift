/// The evaluations of a policy during its training.
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
  /// The number of parallel environments, with one episode each at a time; nil for one Python environment, or for all
  /// episodes in native ones.
  public var envs: Int?
  /// The consequence of an evaluation that fails; nil for ``Failure/continue``.
  public var onFailure: Failure?
  /// The mean return at which the run ends; nil to train to the target.
  public var stopAt: Double?

  /// No evaluation.
  public init() {}

  /// - Throws: ``AlgorithmError`` that names the setting that is out of range.
  func validate() throws {
    try SettingCheck.require("evaluation.every", every, "at least 0") { $0 >= 0 }
    try SettingCheck.count("evaluation.episodes", episodes, atMost: 10_000)
    if let envs { try SettingCheck.count("evaluation.envs", envs, atMost: 10_000) }
    if let stopAt {
      let expected = "none, as there is no evaluation; set evaluation.every first"
      try SettingCheck.require("stop.evaluation", stopAt, expected) { _ in every > 0 }
    }
  }

  /// Whether an evaluation is due after a step of all parallel environments.
  func isDue(at step: Int, copies: Int) -> Bool {
    every > 0 && step > 0 && step / every > (step - copies) / every
  }

  /// Returns the number of parallel environments for this number of episodes.
  public func copies(of environment: EnvironmentSettings, episodes: Int) -> Int {
    min(episodes, envs ?? (environment.isGymnasium ? 1 : episodes))
  }
}
