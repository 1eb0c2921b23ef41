import Autograd
import GraphIR
import NN

/// Proximal policy optimisation: Schulman, Wolski, Dhariwal, Radford, Klimov, arXiv:1707.06347, with the details of
/// Stable-Baselines3.
///
/// The state holds `actor/NAME` and `critic/NAME` for the parameters and `adam/…` for their common optimiser.
public struct PPO: OnPolicyAlgorithm {
  /// The trained networks.
  public let policy: ActorCriticPolicy
  /// The hyperparameters of the algorithm.
  public let settings: PPOSettings

  /// - Throws: ``AlgorithmError`` if a setting is out of range.
  public init(_ policy: ActorCriticPolicy, settings: PPOSettings) throws {
    self.policy = policy
    self.settings = settings
    try settings.validate()
    try policy.validate(settings.rollout, in: settings.environment)
  }

  /// The number of passes over a rollout.
  public var epochs: Int { settings.epochs }
  /// The number of steps in a minibatch, at most those of a rollout.
  public var batch: Int { min(settings.batch, settings.rollout.steps * settings.environment.copies) }

  /// The learning rate, ε, and the clip range of values.
  public var schedules: [String: Schedule] {
    var schedules = ["rate": settings.rate, "clipRange": settings.clipRange]
    schedules["valueClipRange"] = settings.valueClipRange
    return schedules
  }

  /// The objective of equation 9, to be minimised, with the clipped surrogate of equation 7.
  ///
  /// - Parameters:
  ///   - actor: the network of π.
  ///   - critic: the network of V.
  ///   - batch: a minibatch of the rollout.
  ///   - clip: ε.
  ///   - valueClip: the greatest difference of values from those of the rollout; nil for no bound.
  /// - Returns: the loss and its metrics.
  func loss(
    _ actor: Network, _ critic: Network, _ batch: RolloutBatch, clip: Tensor, valueClip: Tensor?
  ) throws -> (loss: Tensor, metrics: NamedTensors) {
    let distribution = try policy.distribution(actor, batch.observations)
    let logRatio = distribution.logProbability(of: batch.actions) - batch.logProbabilities
    let ratio = logRatio.exp()
    let advantages = settings.normalizeAdvantage && self.batch > 1 ? batch.advantages.standardized() : batch.advantages
    let clipped = ratio.maximum(1 - clip).minimum(1 + clip)
    let surrogate = -(ratio * advantages).minimum(clipped * advantages).mean()

    var values = try policy.value(critic, batch.observations)
    if let valueClip { values = batch.values + (values - batch.values).maximum(-valueClip).minimum(valueClip) }
    let valueLoss = (batch.returns - values).squared().mean()
    let entropy = distribution.entropy.mean()
    var loss = surrogate - settings.entropyCoefficient * entropy + settings.valueCoefficient * valueLoss
    var metrics = [
      "policy": surrogate, "value": valueLoss, "entropy": entropy,
      // Schulman's estimate of the divergence. Its terms are never negative.
      "kl": (ratio - 1 - logRatio).mean(),
      "clipped": ((ratio - 1).abs() .> clip).cast(to: ratio.dtype).mean(),
    ]
    if let penalty = try policy.penalty(settings.penalty, actor, critic, batch) {
      loss = loss + settings.penalty.weight * penalty
      metrics["penalty"] = penalty
    }
    return (loss, metrics)
  }

  /// One update on a minibatch.
  public func update(_ state: NamedTensors, _ batch: RolloutBatch, scheduled: [String: Tensor]) throws -> StepResult {
    guard let rate = scheduled["rate"], let clip = scheduled["clipRange"] else {
      preconditionFailure("an update needs the rate and the clip range")
    }
    let (actor, critic) = networks(state)
    var (loss, metrics) = try loss(actor, critic, batch, clip: clip, valueClip: scheduled["valueClipRange"])
    let (parameters, gradients, norm) = try clippedGradients(
      of: loss, actor, critic, maxNorm: settings.maxGradientNorm)
    metrics["gradientNorm"] = norm
    let next = try state.updated(by: settings.optimizer.base, parameters, gradients: gradients, rate: rate)
    return (next, metrics.mapValues { $0.detached() })
  }

  /// Whether the policy differs too much from the one that acted.
  public func stops(_ metrics: [String: Double]) -> Bool {
    guard let target = settings.targetKL, let divergence = metrics["kl"] else { return false }
    return divergence > 1.5 * target
  }
}
