import NN

/// The settings that all actor-critic algorithms have.
public protocol ActorCriticSettings: Sendable {
  /// The environment.
  var environment: EnvironmentSettings { get set }
  /// The interval and the episodes of evaluations.
  var evaluation: EvaluationSettings { get set }
  /// The optimiser of the networks. Its learning rate is ``rate``.
  var optimizer: AnyOptimizer { get set }
  /// The learning rate.
  var rate: Schedule { get set }
  /// A gradient penalty.
  var penalty: AgentPenalty { get set }
}
