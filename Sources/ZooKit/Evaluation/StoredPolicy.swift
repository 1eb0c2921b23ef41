import Algorithms
import Datasets
import Environments
import GraphIR
import RunStore

/// The policy of a checkpoint with its environment.
struct StoredPolicy {
  let checkpoint: Checkpoint
  let settings: any AgentSettings
  var sampler: PolicySampler
  private let spaces: EnvironmentSpaces

  /// - Throws: `StoreError` if there is no such run or checkpoint; ``ModelZooError`` if the run trains no agent or
  ///   its environment has changed.
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

  /// - Throws: ``ModelZooError`` if the spaces of the environment differ from those in training.
  private static func check(
    _ policy: Graph, against spaces: EnvironmentSpaces, of environment: String, run: String
  ) throws {
    let action = policy.outputs.first { ["logits", "mean"].contains($0.name) } ?? policy.outputs[0]
    // A policy without a distribution outputs the indices of discrete actions only.
    let does = action.type.shape.rank > 1 ? action.type.shape[1] : spaces.actionWidth
    let sees = policy.inputs[0].type.shape[1]
    guard sees == spaces.observationWidth, does == spaces.actionWidth else {
      throw ModelZooError(
        .invalidRun,
        "'\(environment)': expected observations of width \(sees) and actions of width \(does) as in run \(run), "
          + "found \(spaces.observationWidth) and \(spaces.actionWidth); restore the environment")
    }
  }

  /// Creates `copies` parallel environments. The policy's graph includes the normalisation of observations.
  ///
  /// - Parameters:
  ///   - copies: the number of environments.
  ///   - seed: the seed of the first one.
  ///   - autoreset: the step in which a new episode begins.
  ///   - isDrawn: whether a Gymnasium environment draws pictures.
  /// - Throws: the environment's errors.
  func environment(
    copies: Int, seed: UInt64, autoreset: AutoresetMode = .nextStep, isDrawn: Bool = false
  ) throws -> any VectorEnvironment {
    var environment = settings.environment
    if isDrawn, environment.isGymnasium { environment.arguments["render_mode"] = .text("rgb_array") }
    return try environment.makeForEvaluation(
      seed: seed, actions: sampler.actionForm, copies: copies, moments: nil, autoreset: autoreset)
  }

  /// A recorder of observations and actions.
  func recorder() -> EpisodeRecorder { EpisodeRecorder(spaces) }
}
