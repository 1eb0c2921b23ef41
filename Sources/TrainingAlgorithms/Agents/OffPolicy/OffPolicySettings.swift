import NN

/// The settings of an actor-critic algorithm that learns from a replay buffer.
public protocol OffPolicySettings: ActorCriticSettings {
  /// The collection and the use of transitions.
  var replay: ReplaySettings { get set }
}

extension OffPolicyActorCritic where Settings: OffPolicySettings {
  /// The environment.
  public var environment: EnvironmentSettings { settings.environment }
  /// The interval and the episodes of evaluations.
  public var evaluation: EvaluationSettings { settings.evaluation }
  /// The collection and the use of transitions.
  public var replay: ReplaySettings { settings.replay }
  /// The learning rate of all optimisers.
  public var rate: Schedule { settings.rate }
  /// The optimiser of each network.
  public var optimizer: AnyOptimizer { settings.optimizer }
  /// A gradient penalty.
  public var penalty: AgentPenalty { settings.penalty }
}
