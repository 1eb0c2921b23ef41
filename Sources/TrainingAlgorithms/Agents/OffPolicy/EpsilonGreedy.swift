/// ε-greedy exploration: a uniformly random discrete action with probability ε. ε decreases linearly, then stays.
///
/// Source: Mnih et al., "Human-level control through deep reinforcement learning", Nature 518, 2015; the defaults are
/// those of Stable-Baselines3.
public struct EpsilonGreedy: Sendable, Hashable, Codable {
  /// ε in the first step.
  public var initial: Double
  /// ε at the end of the decrease and after it.
  public var final: Double
  /// The fraction of the run's steps in which ε decreases.
  public var fraction: Double

  /// An exploration with a linear decrease of ε.
  public init(initial: Double = 1, final: Double = 0.05, fraction: Double = 0.1) {
    self.initial = initial
    self.final = final
    self.fraction = fraction
  }

  /// ε at a step of a run.
  func value(at step: Int, of target: Int) -> Double {
    let progress = Double(step) / (fraction * Double(target))
    return progress >= 1 ? final : initial + progress * (final - initial)
  }

  /// - Throws: ``AlgorithmError`` that names the setting that is out of range.
  func validate() throws {
    try SettingCheck.fraction("epsilon.initial", initial)
    try SettingCheck.fraction("epsilon.final", final)
    try SettingCheck.require("epsilon.fraction", fraction, "a number above 0 and at most 1") { $0 > 0 && $0 <= 1 }
  }
}
