import Autograd
import GraphIR
import NN

/// An algorithm that learns from the latest steps of its present policy.
///
/// An algorithm whose settings are ``OnPolicySettings`` has their properties.
public protocol OnPolicyAlgorithm: Algorithm {
  /// The type of the settings.
  associatedtype Settings

  /// The settings of the algorithm.
  var settings: Settings { get }
  /// The trained networks.
  var policy: ActorCriticPolicy { get }
  /// The environment.
  var environment: EnvironmentSettings { get }
  /// The interval and the episodes of evaluations.
  var evaluation: EvaluationSettings { get }
  /// The settings that on-policy algorithms share.
  var rollout: RolloutSettings { get }
  /// The number of passes over a rollout.
  var epochs: Int { get }
  /// The number of steps in a minibatch.
  var batch: Int { get }
  /// The values that change during a run, by name: inputs `schedule/NAME` of the update.
  var schedules: [String: Schedule] { get }
  /// The types of the optimiser's tensors, named as in the state.
  var optimizerTypes: [String: TensorType] { get }

  /// One update.
  ///
  /// - Parameters:
  ///   - state: parameters and optimiser.
  ///   - batch: a minibatch of the rollout.
  ///   - scheduled: the present value of each of the ``schedules``, scalars.
  /// - Throws: autograd's errors.
  func update(_ state: NamedTensors, _ batch: RolloutBatch, scheduled: [String: Tensor]) throws -> StepResult

  /// Whether the updates on this rollout stop before the update with these metrics is applied.
  func stops(_ metrics: [String: Double]) -> Bool
}

extension OnPolicyAlgorithm {
  /// Never.
  public func stops(_ metrics: [String: Double]) -> Bool { false }

  /// The networks by role.
  public var roles: [String: Graph] { policy.networks }
  /// The types of the networks' parameters and the optimiser's tensors.
  public var stateTypes: [String: TensorType] { parameterTypes.merging(optimizerTypes) { $1 } }
  /// The steps of a rollout.
  public var cycle: Int { rollout.steps }
  /// A step in each of the parallel environments.
  public var stepsPerAdvance: Int { environment.copies }

  /// The end of the first rollout.
  public var firstUpdate: FirstUpdate {
    FirstUpdate(
      step: rollout.steps * environment.copies,
      arithmetic:
        "the first update follows a rollout of \(rollout.steps) steps in each of \(environment.copies) environments "
        + "(rolloutSteps x envs), at step \(rollout.steps * environment.copies)")
  }

  /// The policy as a graph: see `PolicyGraph`.
  ///
  /// - Throws: `GraphError`.
  public func policyGraph() throws -> Graph? { try policy.graph(in: environment) }

  /// A trainer before its first step.
  ///
  /// - Throws: `EnvironmentError` if there is no such environment.
  public func trainer(_ setup: TrainingSetup, _ runner: any ProgramRunner) throws -> any Trainer {
    try OnPolicyTrainer(self, setup, runner)
  }

  /// The networks, with parameters that require gradients.
  func networks(_ state: NamedTensors) -> (actor: Network, critic: Network) {
    (
      Network(policy.actor, parameters: state.scoped("actor"), requiresGrad: true),
      Network(policy.critic, parameters: state.scoped("critic"), requiresGrad: true)
    )
  }

  /// The gradient of a loss with respect to both networks, clipped to a norm, and the norm before clipping.
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
