import NN

/// The hyperparameters of SAC, with Stable-Baselines3's defaults.
///
/// Exploration depends on the state (arXiv:2005.05719) if the actor has the output `latent`.
public struct SACSettings: OffPolicySettings, Hashable, Codable {
  /// The environment.
  public var environment = EnvironmentSettings(id: "Pendulum-v1")
  /// The interval and the episodes of evaluations.
  public var evaluation = EvaluationSettings()
  /// The collection and the use of transitions.
  public var replay = ReplaySettings()
  /// The optimiser of each network. Its learning rate is ``rate``.
  public var optimizer = AnyOptimizer(Adam())
  /// The learning rate, of the entropy coefficient too.
  public var rate = Schedule.constant(3e-4)
  /// α: the weight of the policy's entropy.
  public var entropyCoefficient = EntropyCoefficient.automatic(initial: 1)
  /// H̄: the target entropy of a learned coefficient; nil for minus the number of elements of an action.
  public var targetEntropy: Double?
  /// Whether exploration depends on the state. Its matrix is constant for some steps.
  public var stateDependentExploration = false
  /// The steps between draws of the matrix of state-dependent exploration; nil for one draw between updates.
  public var explorationSteps: Int?
  /// The logarithm of the initial standard deviation of state-dependent exploration.
  public var logDeviation = -3.0
  /// The greatest magnitude of the mean before tanh, with state-dependent exploration.
  public var meanBound = 2.0
  /// A gradient penalty.
  public var penalty = AgentPenalty()

  /// Stable-Baselines3's hyperparameters.
  public init() {}
}
