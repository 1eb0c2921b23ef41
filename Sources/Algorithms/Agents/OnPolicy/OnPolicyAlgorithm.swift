import Autograd
import GraphIR
import NN

/// An algorithm that learns from what its present policy has just done.
public protocol OnPolicyAlgorithm: Sendable {
  /// State after an update, and what to report of it: scalars by name.
  typealias Result = (state: NamedTensors, metrics: NamedTensors)

  /// What is trained.
  var policy: ActorCriticPolicy { get }
  /// The environment.
  var environment: EnvironmentSettings { get }
  /// How often the policy is evaluated.
  var evaluation: EvaluationSettings { get }
  /// The numbers that on-policy algorithms share.
  var rollout: RolloutSettings { get }
  /// Passes over a rollout.
  var epochs: Int { get }
  /// Steps of an update.
  var batch: Int { get }
  /// What changes in the course of a run, by name: inputs `schedule/NAME` of the update.
  var schedules: [String: Schedule] { get }
  /// The types of the optimiser's tensors, named as in the state.
  var optimizerTypes: [String: TensorType] { get }

  /// One update.
  ///
  /// - Parameters:
  ///   - state: parameters and optimiser.
  ///   - scheduled: the present value of each of the ``schedules``, scalars.
  /// - Throws: what autograd throws.
  func update(_ state: NamedTensors, _ batch: RolloutBatch, scheduled: [String: Tensor]) throws -> Result

  /// Whether the updates of this rollout end before this one, whose metrics are given, is made.
  func stops(_ metrics: [String: Double]) -> Bool
}

extension OnPolicyAlgorithm {
  /// Never.
  public func stops(_ metrics: [String: Double]) -> Bool { false }

  /// The types of the networks' parameters, named as in the state.
  var parameterTypes: [String: TensorType] {
    policy.networks.reduce(into: [:]) { types, role in
      for parameter in role.value.parameters { types["\(role.key)/\(parameter.name)"] = parameter.type }
    }
  }

  /// The types of everything that programs change, named as in the state.
  var stateTypes: [String: TensorType] { parameterTypes.merging(optimizerTypes) { $1 } }

  /// The networks with parameters that gradients are wanted of.
  func networks(_ state: NamedTensors) -> (actor: Network, critic: Network) {
    (
      Network(policy.actor, parameters: state.scoped("actor"), requiresGrad: true),
      Network(policy.critic, parameters: state.scoped("critic"), requiresGrad: true)
    )
  }

  /// The gradient of a loss with respect to both networks, clipped to a norm, and the norm before.
  func clippedGradients(
    of loss: Tensor, _ actor: Network, _ critic: Network, maxNorm: Double
  ) throws -> (parameters: NamedTensors, gradients: NamedTensors, norm: Tensor) {
    var parameters: NamedTensors = [:]
    parameters.merge(actor.parameters, under: "actor")
    parameters.merge(critic.parameters, under: "critic")
    let names = actor.trainableNames.map { "actor/\($0)" } + critic.trainableNames.map { "critic/\($0)" }
    let found = try grad([loss], names.compactMap { parameters[$0] }, materializeGrads: true).compactMap { $0 }
    let (gradients, norm) = NN.clippedGradients(Dictionary(uniqueKeysWithValues: zip(names, found)), maxNorm: maxNorm)
    return (parameters, gradients, norm)
  }
}
