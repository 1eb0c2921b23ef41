import Algorithms
import Datasets
import Environments
import GraphIR
import Store

/// The policy of a checkpoint with the environment that it was trained in.
struct StoredPolicy {
  /// What every copy saw and did in one step.
  typealias Step = (observations: [Float], actions: ActionBatch)

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
        "run \(try zoo.store.resolve(reference).run.id) trains no agent; draw samples: zoo sample \(reference)")
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
    let (sees, does) = (policy.inputs[0].type.shape[1], action.type.shape[1])
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
    copies: Int, seed: UInt64, autoreset: AutoresetMode = .sameStep
  ) throws -> any VectorEnvironment {
    try settings.environment.makeForEvaluation(
      seed: seed, actions: sampler.actionForm, copies: copies, moments: nil, autoreset: autoreset)
  }

  /// The action of one copy as the environment takes it.
  func action(_ actions: ActionBatch) -> Action {
    switch actions {
    case .discrete(let choices): .discrete(choices[0])
    case .continuous(let values): .continuous(inBounds(values))
    }
  }

  /// The first episodes of all copies, one after the other; choices are numbers.
  func trajectories(_ history: [Step], lengths: [Int]) -> Trajectories {
    let width = spaces.observationWidth
    var (episodes, rows): ([Int], [Float]) = ([], [])
    var actionWidth = 1
    if case .box(let box) = spaces.action { actionWidth = box.count }
    for (copy, length) in lengths.enumerated() {
      for step in history.prefix(length) {
        episodes.append(copy)
        rows += step.observations[copy * width..<(copy + 1) * width]
        switch step.actions {
        case .discrete(let choices): rows.append(Float(choices[copy] + spaces.firstChoice))
        case .continuous(let values): rows += inBounds(values[copy * actionWidth..<(copy + 1) * actionWidth])
        }
      }
    }
    return Trajectories(observationWidth: width, actionWidth: actionWidth, episodes: episodes, rows: rows)
  }

  /// An action as the environment takes it, stretched from ±1 where the policy acts so, and clipped.
  private func inBounds(_ values: some Collection<Float>) -> [Float] {
    guard case .box(let box) = spaces.action else { return Array(values) }
    return values.enumerated().map { index, value in
      let (low, high) = (box.low[index], box.high[index])
      let stretched = sampler.actionForm == .rescaled ? low + (value + 1) / 2 * (high - low) : value
      return min(max(stretched, low), high)
    }
  }
}
