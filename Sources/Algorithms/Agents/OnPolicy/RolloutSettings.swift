/// The numbers that on-policy algorithms share, with Stable-Baselines3's defaults.
public struct RolloutSettings: Sendable, Hashable, Codable {
  /// What an episode that was cut off by its time limit is worth beyond its last step.
  public enum Truncation: String, Sendable, Codable, CaseIterable {
    /// The value of its last observation.
    case bootstrap
    /// Nothing, as if the task itself had ended.
    case terminal
  }

  /// Steps of each copy of the environment between updates.
  public var steps: Int
  /// γ, the discount.
  public var discount = 0.99
  /// λ of generalised advantage estimation, arXiv:1506.02438.
  public var gaeLambda: Double
  /// What becomes of episodes that are cut off.
  public var truncation = Truncation.bootstrap
  /// Whether exploration depends on the state (arXiv:2005.05719).
  public var stateDependentExploration = false
  /// Steps after which the exploration's matrix is drawn anew; nil for once a rollout.
  public var explorationSteps: Int?
  /// The logarithm of a Gaussian policy's first deviation.
  public var logDeviation = 0.0
  /// Whether networks begin with orthogonal weights (gains √2, 0.01 for the policy's head, 1 for the value's) and biases of 0.
  public var orthogonal = true

  /// Numbers with these defaults.
  public init(steps: Int, gaeLambda: Double) {
    self.steps = steps
    self.gaeLambda = gaeLambda
  }
}
