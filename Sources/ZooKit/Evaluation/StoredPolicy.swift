import TrainingAlgorithms
import Environments
import GraphIR

/// A trained policy with its environment.
struct StoredPolicy {
  /// The steps of training.
  let step: Int
  let settings: any AgentSettings
  var sampler: PolicySampler
  private let spaces: EnvironmentSpaces

  /// - Throws: as ``NetworkSource/network(_:)``; ``ModelZooError`` if there is no agent or its environment has changed.
  init(_ source: some NetworkSource, isDeterministic: Bool, noise: Double, seed: UInt64) throws {
    guard let settings = source.specification.settings.agent else {
      throw ModelZooError(
        .invalidArgument, "\(source.title) trains no agent; draw samples instead", remedy: .sample(source.reference))
    }
    let network = try source.network(RunGraphs.policy)
    self.settings = settings
    step = network.step
    spaces = try settings.environment.spaces()
    try Self.check(network.graph, against: spaces, of: settings.environment.id, source.title)
    sampler = try PolicySampler(
      network.graph, parameters: network.parameters, spaces, actionForm: type(of: settings).actionForm,
      isDeterministic: isDeterministic, noise: noise, seed: seed)
  }

  /// - Throws: ``ModelZooError`` if the graph is no policy, as that of a file may be, or if the spaces of the
  ///   environment differ from those in training.
  private static func check(
    _ policy: Graph, against spaces: EnvironmentSpaces, of environment: String, _ source: String
  ) throws {
    guard isPolicy(policy, vectors: spaces.firstChoices.isEmpty) else {
      throw ModelZooError(
        .invalidRun, "the policy of \(source) is a network of another kind; expected observations and an 'action'")
    }
    let action = policy.outputs.first { ["logits", "mean"].contains($0.name) } ?? policy.outputs[0]
    // A policy without a distribution outputs the indices of discrete actions only.
    let does = action.type.shape.rank > 1 ? action.type.shape[1] : spaces.actionWidth
    let sees = policy.inputs[0].type.shape[1]
    guard sees == spaces.observationWidth, does == spaces.actionWidth else {
      throw ModelZooError(
        .invalidRun,
        "'\(environment)': expected observations of width \(sees) and actions of width \(does) as in \(source), "
          + "found \(spaces.observationWidth) and \(spaces.actionWidth); restore the environment")
    }
  }

  /// Whether a graph has the inputs and outputs of a policy, except for their widths.
  private static func isPolicy(_ graph: Graph, vectors: Bool) -> Bool {
    let outputs = Dictionary(graph.outputs.map { ($0.name, $0.type) }) { first, _ in first }
    func isMatrix(_ type: TensorType) -> Bool { type.dtype == .float32 && type.shape.rank == 2 }
    guard graph.inputs.count == 1, isMatrix(graph.inputs[0].type), let action = outputs["action"] else { return false }
    let deviation = outputs["logDeviation"].map { $0.dtype == .float32 && (1...2).contains($0.shape.rank) }
    return (vectors ? isMatrix(action) : action.dtype == .int64 && (1...2).contains(action.shape.rank))
      && ["logits", "mean"].allSatisfy { outputs[$0].map(isMatrix) ?? true }
      && (deviation == nil || deviation == true && outputs["mean"] != nil)
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
