import Autograd
import GraphIR
import NN

/// Advantage actor-critic: Mnih, Badia, Mirza, Graves, Lillicrap, Harley, Silver, Kavukcuoglu, arXiv:1602.01783, in its
/// synchronous form, with the details of Stable-Baselines3.
///
/// The state holds `actor/NAME` and `critic/NAME` for the parameters, and `rmsprop/…` or `adam/…` for their common
/// optimiser.
public struct A2C: OnPolicyAlgorithm {
  /// The trained networks.
  public let policy: ActorCriticPolicy
  /// The hyperparameters of the algorithm.
  public let settings: A2CSettings

  /// - Throws: ``AlgorithmError`` if a setting is out of range.
  public init(_ policy: ActorCriticPolicy, settings: A2CSettings) throws {
    self.policy = policy
    self.settings = settings
    try settings.validate()
    try policy.validate(settings.rollout, in: settings.environment)
  }

  /// A rollout is used once.
  public var epochs: Int { 1 }
  /// A rollout is one update.
  public var batch: Int { settings.rollout.steps * settings.environment.copies }
  /// The learning rate.
  public var schedules: [String: Schedule] { ["rate": settings.rate] }

  /// −Â log π(a|s) − β H(π) + c (R − V(s))², each a mean over the rollout.
  ///
  /// - Returns: the loss and its metrics.
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
  public func update(_ state: NamedTensors, _ batch: RolloutBatch, scheduled: [String: Tensor]) throws -> StepResult {
    guard let rate = scheduled["rate"] else { preconditionFailure("an update needs the rate") }
    let (actor, critic) = networks(state)
    var (loss, metrics) = try loss(actor, critic, batch)
    let (parameters, gradients, norm) = try clippedGradients(
      of: loss, actor, critic, maxNorm: settings.maxGradientNorm)
    metrics["gradientNorm"] = norm
    let next = try state.updated(by: settings.optimizer.base, parameters, gradients: gradients, rate: rate)
    return (next, metrics.mapValues { $0.detached() })
  }
}
