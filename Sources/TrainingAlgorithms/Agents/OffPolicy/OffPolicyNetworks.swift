import Environments
import GraphIR

/// The networks of off-policy algorithms: a policy and functions Q(s, a).
public struct OffPolicyNetworks: Sendable {
  /// The network from states to an `action` within ±1, or to `mean` and `logDeviation`, with `latent` if exploration
  /// depends on the state.
  public let actor: Graph
  /// The networks from concatenated states and actions, [N, S + A], to `value`, [N, 1].
  public let critics: [Graph]
  /// The spaces of observations and actions.
  public let spaces: EnvironmentSpaces

  /// Networks for actions that are vectors within bounds.
  ///
  /// - Throws: ``AlgorithmError`` if the networks do not fit the environment.
  public init(actor: Graph, critics: [Graph], spaces: EnvironmentSpaces) throws {
    self.actor = actor
    self.critics = critics
    self.spaces = spaces
    try validate()
  }

  /// The networks by role: `actor`, `critic1`, `critic2`.
  public var roles: [String: Graph] {
    var roles = ["actor": actor]
    for (name, critic) in zip(criticNames, critics) { roles[name] = critic }
    return roles
  }

  /// The roles of the critics.
  var criticNames: [String] { critics.indices.map { "critic\($0 + 1)" } }

  /// The element type of all networks.
  var dtype: DataType { actor.inputs[0].type.dtype }

  /// The number of features that exploration depends on; nil if it does not depend on the state.
  var latentWidth: Int? { actor.outputs.first { $0.name == "latent" }?.type.shape[1] }

  /// - Throws: ``AlgorithmError`` unless the actor has these outputs and there are `count` critics.
  func require(outputs: [String], critics count: Int) throws {
    let found = actor.outputs.map(\.name)
    guard found == outputs else {
      throw AlgorithmError(.network, "the actor outputs \(found), expected \(outputs)")
    }
    guard critics.count == count else {
      throw AlgorithmError(.network, "there are \(critics.count) critics, expected \(count)")
    }
  }

  private func validate() throws {
    guard case .box(let box) = spaces.action, (box.low + box.high).allSatisfy(\.isFinite)
    else {
      throw AlgorithmError(
        .network,
        "the environment's actions are \(spaces.action), expected vectors between finite bounds; use ppo or a2c, or "
          + "wrap the environment, for instance in gymnasium.wrappers.RescaleAction or ClipAction")
    }
    let (states, actions) = (spaces.observationWidth, spaces.actionWidth)
    for (role, graph) in roles.sorted(by: { $0.key < $1.key }) {
      let width = role == "actor" ? states : states + actions
      guard graph.inputs.map(\.type) == [TensorType(dtype, [-1, width])] else {
        let expected = role == "actor" ? "observations" : "observations and actions"
        throw AlgorithmError(
          .network, "the \(role) takes \(describe(graph.inputs, graph)), expected \(expected) [batch, \(width)]")
      }
      let output: Shape = [-1, role == "actor" ? actions : 1]
      guard graph.outputs.first?.type.shape == output else {
        throw AlgorithmError(
          .network, "the \(role) outputs \(describe(graph.outputs, graph)), expected [batch, \(output[1])]")
      }
      try graph.requireNoStatistics(of: role)
    }
  }

  private func describe(_ values: [Graph.Value], _ graph: Graph) -> String {
    values.map { "\($0.name) \(graph.describe($0.type))" }.joined(separator: ", ")
  }
}
