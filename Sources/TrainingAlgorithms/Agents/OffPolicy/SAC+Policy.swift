import Autograd
import NN

extension SAC {
  /// a ~ π(·|s), [N, A], and log π(a|s), [N, 1].
  ///
  /// - Parameters:
  ///   - actor: the network of π.
  ///   - observations: s, [N, S].
  ///   - noise: the standard normal draws of the actions.
  func sample(
    _ actor: Network, _ observations: Tensor, noise: Tensor
  ) throws -> (action: Tensor, logProbability: Tensor) {
    let (mean, logDeviation, latent) = try parameters(actor, observations)
    let (action, logProbability) =
      if let latent {
        StateDependentGaussian(
          mean: mean, latent: latent, logDeviation: logDeviation, isSquashed: true, learnsFeatures: true
        ).sampleWithLogProbability(noise: noise)
      } else {
        SquashedGaussian(mean: mean, logDeviation: logDeviation).sample(noise: noise)
      }
    return (action, logProbability.reshaped([-1, 1]))
  }

  /// The outputs of the actor: the mean and the logarithm of the standard deviation before tanh, and the features that
  /// exploration depends on.
  func parameters(
    _ actor: Network, _ observations: Tensor
  ) throws -> (mean: Tensor, logDeviation: Tensor, latent: Tensor?) {
    let outputs = try actor.outputs(observations)
    guard let mean = outputs["mean"], let logDeviation = outputs["logDeviation"] else {
      preconditionFailure("the actor outputs \(outputs.keys.sorted()), expected a mean and a standard deviation")
    }
    return (mean, logDeviation, outputs["latent"])
  }

  /// The actor's penalty in the settings, not yet weighted: that of tanh of the mean, or of log π(a|s) with the actions
  /// of `noise` fixed.
  func actorPenalty(_ actor: Network, _ observations: Tensor, noise: Tensor) throws -> Tensor? {
    switch penalty.quantity {
    case .action: return try penalty.ofActor(at: observations) { try mode(actor, $0).action }
    case .logProbability:
      // The change of volume by tanh does not depend on the state.
      let actions = try normal(actor, observations).sample(noise).detached()
      return try penalty.ofActor(at: observations) {
        try normal(actor, $0).logProbability(of: actions).reshaped([-1, 1])
      }
    }
  }

  /// The distribution of actions before tanh.
  private func normal(_ actor: Network, _ observations: Tensor) throws -> PolicyDistribution {
    let (mean, logDeviation, latent) = try parameters(actor, observations)
    guard let latent else { return .gaussian(DiagonalGaussian(mean: mean, logDeviation: logDeviation)) }
    return .stateDependent(
      StateDependentGaussian(mean: mean, latent: latent, logDeviation: logDeviation, learnsFeatures: true))
  }
}
