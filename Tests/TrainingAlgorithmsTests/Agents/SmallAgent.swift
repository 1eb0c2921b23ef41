import Environments
import GraphIR
import NN

@testable import TrainingAlgorithms

/// Small networks for agents, with the zoo's names.
enum SmallAgent {
  static func policy(
    _ environment: EnvironmentSettings, hidden: [Int] = [5, 4], rollout: RolloutSettings
  ) throws -> (policy: ActorCriticPolicy, networks: [String: Sequential]) {
    try policy(environment.spaces(), hidden: hidden, rollout: rollout)
  }

  static func policy(
    _ spaces: EnvironmentSpaces, hidden: [Int] = [5, 4], rollout: RolloutSettings
  ) throws -> (policy: ActorCriticPolicy, networks: [String: Sequential]) {
    let width = spaces.observationWidth
    let layers: [any Layer] = hidden.flatMap { [Linear($0), Activation.tanh] as [any Layer] }
    let critic = try AgentNetworks.network("critic", inputs: width, layers: layers, head: "value", width: 1)
    let actor =
      switch spaces.action {
      case .discrete, .multiDiscrete, .multiBinary:
        try AgentNetworks.network("actor", inputs: width, layers: layers, head: "logits", width: spaces.actionWidth)
      case .box(let box) where rollout.stateDependentExploration:
        try AgentNetworks.stateDependentPolicy(
          inputs: width, layers: layers, actions: box.count, logDeviation: rollout.logDeviation,
          initialization: .uniform)
      case .box(let box):
        try AgentNetworks.gaussianPolicy(
          inputs: width, layers: layers, actions: box.count, logDeviation: rollout.logDeviation,
          initialization: .uniform)
      }
    let policy = try ActorCriticPolicy(actor: actor.graph, critic: critic.graph, spaces: spaces)
    return (policy, ["actor": actor, "critic": critic])
  }

  /// The initial parameters of networks by role, with the names of a state.
  static func parameters(_ networks: [String: Sequential], seed: UInt64) -> [String: TensorValue] {
    var parameters: [String: TensorValue] = [:]
    for (role, network) in networks {
      var stream = RandomStream(seed: seed, name: "init/\(role)")
      for (name, value) in network.initialParameters(from: &stream) { parameters["\(role)/\(name)"] = value }
    }
    return parameters
  }
}

extension Trainer {
  /// Takes a step, and evaluates if that is due, as in a training loop.
  mutating func advanceAndEvaluate() throws -> [String: Double] {
    let metrics = try advance()
    return isEvaluationDue ? metrics.merging(try evaluate()) { $1 } : metrics
  }
}
