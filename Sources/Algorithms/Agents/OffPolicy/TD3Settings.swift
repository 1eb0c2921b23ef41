import NN

/// The numbers of TD3, with Stable-Baselines3's defaults.
public struct TD3Settings: Sendable, Hashable, Codable {
  /// The environment.
  public var environment = EnvironmentSettings(id: "Pendulum-v1")
  /// The interval and the episodes of evaluations.
  public var evaluation = EvaluationSettings()
  /// How transitions are collected and used.
  public var replay = ReplaySettings()
  /// The optimiser of each network. Its learning rate is ``rate``.
  public var optimizer = AnyOptimizer(Adam())
  /// The learning rate.
  public var rate = Schedule.constant(1e-3)
  /// d: updates of the critics for each of the actor and the targets.
  public var policyDelay = 2
  /// σ̃: the deviation of the noise on the target's actions.
  public var targetNoise = 0.2
  /// c: the greatest magnitude of the noise on the target's actions.
  public var targetNoiseClip = 0.5
  /// A gradient penalty.
  public var penalty = AgentPenalty()

  /// Stable-Baselines3's numbers.
  public init() {}
}
