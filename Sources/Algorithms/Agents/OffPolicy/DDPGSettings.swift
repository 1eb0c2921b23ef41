import NN

/// The numbers of DDPG, with Stable-Baselines3's defaults.
public struct DDPGSettings: Sendable, Hashable, Codable {
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
  /// A gradient penalty.
  public var penalty = AgentPenalty()

  /// Stable-Baselines3's numbers.
  public init() {}
}
