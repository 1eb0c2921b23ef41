import GraphIR
import NN

/// The settings of an algorithm that learns from rollouts.
public protocol OnPolicySettings: ActorCriticSettings {
  /// The collection of rollouts.
  var rollout: RolloutSettings { get set }
  /// Whether the advantages of an update are normalised to mean 0 and standard deviation 1.
  var normalizeAdvantage: Bool { get set }
  /// The weight of the entropy in the loss.
  var entropyCoefficient: Double { get set }
  /// The weight of the value's loss.
  var valueCoefficient: Double { get set }
  /// The greatest norm of the gradient. A longer gradient is scaled down.
  var maxGradientNorm: Double { get set }
}

extension OnPolicyAlgorithm where Settings: OnPolicySettings {
  /// The environment.
  public var environment: EnvironmentSettings { settings.environment }
  /// The interval and the episodes of evaluations.
  public var evaluation: EvaluationSettings { settings.evaluation }
  /// The collection of rollouts.
  public var rollout: RolloutSettings { settings.rollout }

  /// The types of the optimiser's tensors.
  public var optimizerTypes: [String: TensorType] {
    var types: [String: TensorType] = [:]
    types.merge(settings.optimizer.base.stateTypes(for: parameterTypes), under: settings.optimizer.name)
    return types
  }
}
