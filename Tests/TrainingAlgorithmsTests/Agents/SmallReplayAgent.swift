import Environments
import GraphIR
import NN

@testable import TrainingAlgorithms

/// Small networks for agents that learn from a replay buffer.
enum SmallReplayAgent {
  static func networks(
    _ spaces: EnvironmentSpaces, head: Head, critics: Int, hidden: [Int] = [5, 4], dtype: DataType = .float32
  ) throws -> (networks: OffPolicyNetworks, roles: [String: Sequential]) {
    let (states, actions) = (spaces.observationWidth, spaces.actionWidth)
    let layers: [any Layer] = hidden.flatMap { [Linear($0), Activation.relu] as [any Layer] }
    var roles: [String: Sequential] = [:]
    switch head {
    case .action:
      roles["actor"] = try AgentNetworks.network(
        "actor", inputs: states, layers: layers, head: "action", width: actions, activation: { $0.tanh() },
        dtype: dtype)
    case .squashed:
      roles["actor"] = try AgentNetworks.squashedPolicy(
        inputs: states, layers: layers, actions: actions, dtype: dtype)
    case .stateDependent(let logDeviation):
      roles["actor"] = try AgentNetworks.stateDependentPolicy(
        inputs: states, layers: layers, actions: actions, logDeviation: logDeviation, initialization: .uniform,
        meanBound: 2, dtype: dtype)
    }
    let names = (1...critics).map { "critic\($0)" }
    for name in names {
      roles[name] = try AgentNetworks.network(
        name, inputs: states + actions, layers: layers, head: "value", width: 1, dtype: dtype)
    }
    guard let actor = roles["actor"] else { preconditionFailure("there is no actor") }
    let networks = try OffPolicyNetworks(
      actor: actor.graph, critics: names.compactMap { roles[$0]?.graph }, spaces: spaces)
    return (networks, roles)
  }

  /// The last layer of the actor.
  enum Head {
    case action, squashed
    case stateDependent(logDeviation: Double)
  }
}
