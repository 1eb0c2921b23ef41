/// The hyperparameters that on-policy algorithms share, with Stable-Baselines3's defaults.
public struct RolloutSettings: Sendable, Hashable, Codable {
  /// The value of an episode beyond its time limit.
  public enum Truncation: String, Sendable, Codable, CaseIterable {
    /// The value of its last observation.
    case bootstrap
    /// 0, as if the task itself had ended.
    case terminal
  }

  /// Steps of each parallel environment between updates.
  public var steps: Int
  /// γ, the discount.
  public var discount = 0.99
  /// λ of generalised advantage estimation, arXiv:1506.02438.
  public var gaeLambda: Double
  /// The value of an episode beyond its time limit.
  public var truncation = Truncation.bootstrap
  /// Whether exploration depends on the state (arXiv:2005.05719).
  public var stateDependentExploration = false
  /// The steps between draws of the exploration's matrix; nil for one draw per rollout.
  public var explorationSteps: Int?
  /// The logarithm of a Gaussian policy's initial standard deviation.
  public var logDeviation = 0.0
  /// Whether networks are initialised with orthogonal weights and biases of 0. The gains are √2, 0.01 for the policy's
  /// head and 1 for the value's.
  public var orthogonal = true

  /// Creates settings with these defaults.
  public init(steps: Int, gaeLambda: Double) {
    self.steps = steps
    self.gaeLambda = gaeLambda
  }
}
