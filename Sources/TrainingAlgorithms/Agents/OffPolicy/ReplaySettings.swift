/// The hyperparameters that off-policy algorithms share, with Stable-Baselines3's defaults.
public struct ReplaySettings: Sendable, Hashable, Codable {
  /// Transitions in the replay buffer; new ones replace the oldest.
  public var capacity = 1_000_000
  /// Steps with uniformly random actions before the first update.
  public var learningStarts = 100
  /// The interval between updates: steps or an episode.
  public var updateFrequency = UpdateFrequency.steps(1)
  /// Updates each time; nil for as many as the steps of all environments since the last ones.
  public var updates: Int? = 1
  /// Transitions of an update.
  public var batch = 256
  /// γ, the discount.
  public var discount = 0.99
  /// τ: the share of a network in its target's update.
  public var tau = 0.005
  /// The value of an episode beyond its time limit.
  public var truncation = RolloutSettings.Truncation.bootstrap
  /// The noise added to actions for exploration; nil for none.
  public var noise: ActionNoise?
  /// ε-greedy exploration of discrete actions; nil for none.
  public var epsilon: EpsilonGreedy?

  /// Stable-Baselines3's hyperparameters.
  public init() {}

  /// - Throws: ``AlgorithmError`` that names the setting that is out of range.
  public func validate(copies: Int) throws {
    try SettingCheck.count("capacity", capacity)
    try SettingCheck.require("learningStarts", learningStarts, "at least 0") { $0 >= 0 }
    if let updates { try SettingCheck.count("updates", updates) }
    try SettingCheck.count("batch", batch, atMost: 1 << 16)
    try SettingCheck.fraction("gamma", discount)
    try SettingCheck.require("tau", tau, "a number above 0 and at most 1") { $0 > 0 && $0 <= 1 }
    try noise?.validate()
    try epsilon?.validate()
    switch updateFrequency {
    case .steps(let steps): try SettingCheck.count("updateEvery", steps)
    case .episode:
      try SettingCheck.require("envs", copies, "1, as updates follow each episode") { $0 == 1 }
    }
  }
}
