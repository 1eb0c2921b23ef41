import NN

/// The hyperparameters of DDPG, with Stable-Baselines3's defaults.
public struct DDPGSettings: OffPolicySettings, Hashable, Codable {
  /// The environment.
  public var environment = EnvironmentSettings(id: "Pendulum-v1")
  /// The interval and the episodes of evaluations.
  public var evaluation = EvaluationSettings()
  /// The collection and the use of transitions.
  public var replay = ReplaySettings()
  /// The optimiser of each network. Its learning rate is ``rate``.
  public var optimizer = AnyOptimizer(Adam())
  /// The learning rate.
  public var rate = Schedule.constant(1e-3)
  /// A gradient penalty.
  public var penalty = AgentPenalty()

  /// Stable-Baselines3's hyperparameters.
  public init() {}
}
