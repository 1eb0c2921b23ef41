import NN

/// The hyperparameters of A2C, with Stable-Baselines3's defaults.
public struct A2CSettings: OnPolicySettings, Hashable, Codable {
  /// The environment.
  public var environment = EnvironmentSettings(id: "CartPole-v1")
  /// The interval and the episodes of evaluations.
  public var evaluation = EvaluationSettings()
  /// The collection of rollouts.
  public var rollout = RolloutSettings(steps: 5, gaeLambda: 1)
  /// The optimiser. Its learning rate is ``rate``.
  public var optimizer = AnyOptimizer(RMSprop(alpha: 0.99, eps: 1e-5))
  /// The learning rate.
  public var rate = Schedule.constant(7e-4)
  /// Whether the advantages of an update are normalised to mean 0 and standard deviation 1.
  public var normalizeAdvantage = false
  /// The weight of the entropy in the loss.
  public var entropyCoefficient = 0.0
  /// The weight of the value loss.
  public var valueCoefficient = 0.5
  /// The greatest norm of the gradient.
  public var maxGradientNorm = 0.5
  /// A gradient penalty.
  public var penalty = AgentPenalty()

  /// Stable-Baselines3's hyperparameters.
  public init() {}
}
