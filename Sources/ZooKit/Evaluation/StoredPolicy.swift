import Algorithms
import Datasets
import Environments
import GraphIR
import RunStore

/// The policy of a checkpoint with the environment that it was trained in.
struct StoredPolicy {
  let checkpoint: Checkpoint
  let settings: any AgentSettings
  var sampler: PolicySampler
  private let spaces: EnvironmentSpaces

  /// - Throws: ``StoreError`` where there is no such run or checkpoint, ``ModelZooError`` where the run trains no agent or its environment
  ///   has changed.
  init(_ zoo: ModelZoo, _ reference: String, isDeterministic: Bool, noise: Double, seed: UInt64) throws {
    guard let (_, settings) = try zoo.agent(reference) else {
      throw ModelZooError(
        .invalidArgument,
        "run \(try zoo.store.resolve(reference).run.id) trains no agent; draw samples instead",
        remedy: .sample(reference))
    }
    let network = try zoo.network(reference, RunGraphs.policy)
    self.settings = settings
    checkpoint = network.checkpoint
    spaces = try settings.environment.spaces()
    try Self.check(network.graph, against: spaces, of: settings.environment.id, run: checkpoint.id.run)
    sampler = try PolicySampler(
      network.graph, parameters: network.parameters, spaces, actionForm: type(of: settings).actionForm,
      isDeterministic: isDeterministic, noise: noise, seed: seed)
  }

  /// - Throws: ``ModelZooError`` where the environment, which may be anybody's, is no longer as it was in training.
  private static func check(
    _ policy: Graph, against spaces: EnvironmentSpaces, of environment: String, run: String
  ) throws {
    let action = policy.outputs.first { ["logits", "mean"].contains($0.name) } ?? policy.outputs[0]
    // A policy without a distribution has only the numbers of its discrete actions.
    let does = action.type.shape.rank > 1 ? action.type.shape[1] : spaces.actionWidth
    let sees = policy.inputs[0].type.shape[1]
    guard sees == spaces.observationWidth, does == spaces.actionWidth else {
      throw ModelZooError(
        .invalidRun,
        "run \(run) was trained where an observation has \(sees) numbers and an action \(does), but '\(environment)' now has "
          + "\(spaces.observationWidth) and \(spaces.actionWidth); the environment has to be as it was")
    }
  }

  /// Copies of the environment. The policy's graph has the normalisation of observations in it.
  ///
  /// - Throws: what keeps the environment from being made.
  func environment(
    copies: Int, seed: UInt64, autoreset: AutoresetMode = .nextStep
  ) throws -> any VectorEnvironment {
    try settings.environment.makeForEvaluation(
      seed: seed, actions: sampler.actionForm, copies: copies, moments: nil, autoreset: autoreset)
  }

  /// A recorder of what the policy sees and does.
  func recorder() -> EpisodeRecorder { EpisodeRecorder(spaces) }
}
