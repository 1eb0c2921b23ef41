import Autograd
import GraphIR
import NN

/// Advantage actor-critic: Mnih, Badia, Mirza, Graves, Lillicrap, Harley, Silver, Kavukcuoglu, arXiv:1602.01783, in its synchronous
/// form, with the details of Stable-Baselines3.
///
/// The state holds `actor/NAME` and `critic/NAME` for the parameters and `rmsprop/…` or `adam/…` for their common optimiser.
public struct A2C: OnPolicyAlgorithm {
  /// What is trained.
  public let policy: ActorCriticPolicy
  /// The numbers of the algorithm.
  public let settings: A2CSettings

  /// - Throws: ``AlgorithmError`` where a setting is out of range.
  public init(_ policy: ActorCriticPolicy, settings: A2CSettings) throws {
    self.policy = policy
    self.settings = settings
    try settings.validate()
    try policy.validate(settings.rollout)
  }

  /// The environment.
  public var environment: EnvironmentSettings { settings.environment }
  /// How often the policy is evaluated.
  public var evaluation: EvaluationSettings { settings.evaluation }
  /// How rollouts are collected.
  public var rollout: RolloutSettings { settings.rollout }
  /// A rollout is used once.
  public var epochs: Int { 1 }
  /// A rollout is one update.
  public var batch: Int { settings.rollout.steps * settings.environment.copies }
  /// The learning rate.
  public var schedules: [String: Schedule] { ["rate": settings.rate] }

  /// −Â log π(a|s) − β H(π) + c (R − V(s))², each a mean over the rollout.
  ///
  /// - Returns: the loss and what to report of it.
  func loss(
    _ actor: Network, _ critic: Network, _ batch: RolloutBatch
  ) throws -> (loss: Tensor, metrics: NamedTensors) {
    let distribution = try policy.distribution(actor, batch.observations)
    let advantages = settings.normalizeAdvantage ? batch.advantages.standardized() : batch.advantages
    let policyLoss = -(advantages * distribution.logProbability(of: batch.actions)).mean()
    let valueLoss = (batch.returns - (try policy.value(critic, batch.observations))).squared().mean()
    let entropy = distribution.entropy.mean()
    var loss = policyLoss - settings.entropyCoefficient * entropy + settings.valueCoefficient * valueLoss
    var metrics = ["policy": policyLoss, "value": valueLoss, "entropy": entropy]
    if let penalty = try policy.penalty(settings.penalty, actor, critic, batch) {
      loss = loss + settings.penalty.weight * penalty
      metrics["penalty"] = penalty
    }
    return (loss, metrics)
  }

  /// One update on a rollout.
  public func update(_ state: NamedTensors, _ batch: RolloutBatch, scheduled: [String: Tensor]) throws -> Self.Result {
    guard let rate = scheduled["rate"] else { preconditionFailure("an update needs the rate") }
    let (actor, critic) = networks(state)
    var (loss, metrics) = try loss(actor, critic, batch)
    let (parameters, gradients, norm) = try clippedGradients(
      of: loss, actor, critic, maxNorm: settings.maxGradientNorm)
    metrics["gradientNorm"] = norm
    let result =
      switch settings.optimizer {
      case .rmsprop(let rmsprop): try rmsprop.step(parameters, gradients, state.scoped("rmsprop"), rate: rate)
      case .adam(let adam): try adam.step(parameters, gradients, state.scoped("adam"), rate: rate)
      }
    var next = state
    next.merge(result.parameters.mapValues { $0.detached() }) { $1 }
    next.merge(result.state, under: optimizerName)
    return (next, metrics.mapValues { $0.detached() })
  }

  private var optimizerName: String {
    switch settings.optimizer {
    case .rmsprop: "rmsprop"
    case .adam: "adam"
    }
  }

  /// The types of the optimiser's tensors.
  public var optimizerTypes: [String: TensorType] {
    var types: [String: TensorType] = [:]
    switch settings.optimizer {
    case .rmsprop(let rmsprop): types.merge(rmsprop.stateTypes(for: parameterTypes), under: optimizerName)
    case .adam(let adam): types.merge(adam.stateTypes(for: parameterTypes), under: optimizerName)
    }
    return types
  }
}
