import NN

/// The numbers of SAC, with Stable-Baselines3's defaults.
///
/// Exploration depends on the state (arXiv:2005.05719) where the actor gives `latent`.
public struct SACSettings: Sendable, Hashable, Codable {
  /// The environment.
  public var environment = EnvironmentSettings(id: "Pendulum-v1")
  /// The interval and the episodes of evaluations.
  public var evaluation = EvaluationSettings()
  /// How transitions are collected and used.
  public var replay = ReplaySettings()
  /// The optimiser of each network. Its learning rate is ``rate``.
  public var optimizer = AnyOptimizer(Adam())
  /// The learning rate, of the entropy coefficient too.
  public var rate = Schedule.constant(3e-4)
  /// α: what the policy's entropy is worth.
  public var entropyCoefficient = EntropyCoefficient.automatic(initial: 1)
  /// H̄: the entropy that a learned coefficient aims at; nil for minus the numbers of an action.
  public var targetEntropy: Double?
  /// Whether exploration depends on the state, by a matrix that stays for some steps.
  public var stateDependentExploration = false
  /// Steps after which the matrix of state-dependent exploration is drawn anew; nil for once between updates.
  public var explorationSteps: Int?
  /// The logarithm of the first deviation of state-dependent exploration.
  public var logDeviation = -3.0
  /// The greatest magnitude of a mean before tanh, with state-dependent exploration.
  public var meanBound = 2.0
  /// A gradient penalty.
  public var penalty = AgentPenalty()

  /// Stable-Baselines3's numbers.
  public init() {}
}
