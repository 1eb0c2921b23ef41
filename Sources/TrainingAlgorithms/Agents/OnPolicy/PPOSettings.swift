import NN

/// The hyperparameters of PPO, with Stable-Baselines3's defaults.
public struct PPOSettings: OnPolicySettings, Hashable, Codable {
  /// The environment.
  public var environment = EnvironmentSettings(id: "CartPole-v1")
  /// The interval and the episodes of evaluations.
  public var evaluation = EvaluationSettings()
  /// The collection of rollouts.
  public var rollout = RolloutSettings(steps: 2048, gaeLambda: 0.95)
  /// Passes over a rollout.
  public var epochs = 10
  /// Steps of an update.
  public var batch = 64
  /// The optimiser. Its learning rate is ``rate``.
  public var optimizer = AnyOptimizer(Adam(eps: 1e-5))
  /// The learning rate.
  public var rate = Schedule.constant(3e-4)
  /// ε: the range of the probability ratio around 1.
  public var clipRange = Schedule.constant(0.2)
  /// The range of values around those of the rollout; nil for no bound.
  public var valueClipRange: Schedule?
  /// Whether the advantages of an update are normalised to mean 0 and standard deviation 1.
  public var normalizeAdvantage = true
  /// c₂: the weight of the entropy in the loss.
  public var entropyCoefficient = 0.0
  /// c₁: the weight of the value loss.
  public var valueCoefficient = 0.5
  /// The greatest norm of the gradient.
  public var maxGradientNorm = 0.5
  /// The target divergence from the policy that acted. The updates of a rollout end above 1.5 times this value; nil for
  /// no end.
  public var targetKL: Double?
  /// A gradient penalty.
  public var penalty = AgentPenalty()

  /// Stable-Baselines3's hyperparameters.
  public init() {}
}
