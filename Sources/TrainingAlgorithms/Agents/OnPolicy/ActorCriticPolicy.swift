import Autograd
import Environments
import GraphIR
import NN

/// The networks of on-policy algorithms: a policy π(a|s) and a value function V(s).
///
/// Discrete actions are one-hot rows, concatenated for several actions at once. Binary actions are rows of 0 and 1.
public struct ActorCriticPolicy: Sendable {
  /// The network from states to the parameters of a distribution: `logits`, or `mean` and `logDeviation`, with `latent`
  /// if exploration depends on the state.
  public let actor: Graph
  /// The network from states to `value`, [N, 1].
  public let critic: Graph
  /// The spaces of observations and actions.
  public let spaces: EnvironmentSpaces

  // Like WGANGP's, the initialiser checks its parts: each type has other conditions.

  /// - Throws: ``AlgorithmError`` if the networks do not fit the environment.
  public init(actor: Graph, critic: Graph, spaces: EnvironmentSpaces) throws {
    self.actor = actor
    self.critic = critic
    self.spaces = spaces
    try validate()
  }

  /// The networks by role.
  public var networks: [String: Graph] { ["actor": actor, "critic": critic] }

  /// The distribution of actions at states [N, S].
  func distribution(_ actor: Network, _ states: Tensor) throws -> PolicyDistribution {
    let outputs = try actor.outputs(states)
    if let logits = outputs["logits"] {
      switch spaces.action {
      case .multiDiscrete(let counts, _): return .multiCategorical(MultiCategorical(logits: logits, counts: counts))
      case .multiBinary: return .bernoulli(Bernoulli(logits: logits))
      case .discrete, .box: return .categorical(Categorical(logits: logits))
      }
    }
    guard let mean = outputs["mean"], let logDeviation = outputs["logDeviation"] else {
      preconditionFailure("the actor outputs \(outputs.keys.sorted()), expected a mean and a standard deviation")
    }
    guard let latent = outputs["latent"] else {
      return .gaussian(DiagonalGaussian(mean: mean, logDeviation: logDeviation))
    }
    return .stateDependent(StateDependentGaussian(mean: mean, latent: latent, logDeviation: logDeviation))
  }

  /// V(s), [N, S] to [N].
  func value(_ critic: Network, _ states: Tensor) throws -> Tensor { try critic(states).reshaped([-1]) }

  /// The shape of the draws for `count` actions, and whether they are normal rather than uniform.
  func draws(count: Int) -> (shape: Shape, isNormal: Bool) {
    guard let latent = actor.outputs.first(where: { $0.name == "latent" }) else {
      return ([count, spaces.actionWidth], actor.outputs[0].name != "logits")
    }
    return ([count, latent.type.shape[1], spaces.actionWidth], true)
  }

  /// Whether exploration depends on the state, by a matrix that is kept for several steps.
  var isStateDependent: Bool { actor.outputs.contains { $0.name == "latent" } }

  /// - Throws: ``AlgorithmError`` if the policy can't explore according to the settings.
  func validate(_ rollout: RolloutSettings, in environment: EnvironmentSettings) throws {
    try SettingCheck.require(
      "normalize.observation", environment.normalizeObservation, "false, as pictures are scaled in the networks"
    ) { !$0 || spaces.picture == nil }
    try SettingCheck.require(
      "exploration.stateDependent", rollout.stateDependentExploration, "false, as the policy has no output 'latent'"
    ) { !$0 || isStateDependent }
    if case .box = spaces.action { return }
    try SettingCheck.require(
      "exploration.logDeviation", rollout.logDeviation, "none, as discrete actions have no standard deviation"
    ) { $0 == 0 }
  }

  private func validate() throws {
    let (width, count) = (spaces.observationWidth, spaces.actionWidth)
    for (role, graph) in networks.sorted(by: { $0.key < $1.key }) {
      guard graph.inputs.count == 1, graph.inputs[0].type == TensorType(graph.inputs[0].type.dtype, [-1, width]) else {
        throw AlgorithmError(
          .network,
          "the \(role) takes \(graph.inputs.map { graph.describe($0.type) }.joined(separator: ", ")), expected "
            + "observations [batch, \(width)]")
      }
      try graph.requireNoStatistics(of: role)
    }
    let head: String
    switch spaces.action {
    case .discrete, .multiDiscrete, .multiBinary: head = "logits"
    case .box: head = "mean"
    }
    guard actor.outputs.first?.name == head, actor.outputs[0].type.shape == [-1, count] else {
      throw AlgorithmError(
        .network,
        "the actor outputs \(actor.outputs.map { "\($0.name) \(actor.describe($0.type))" }.joined(separator: ", ")), "
          + "expected \(head) [batch, \(count)]")
    }
    guard critic.outputs.count == 1, critic.outputs[0].type.shape == [-1, 1] else {
      throw AlgorithmError(
        .network,
        "the critic outputs \(critic.outputs.map { critic.describe($0.type) }.joined(separator: ", ")), expected a "
          + "value for each state, [batch, 1]")
    }
  }
}
