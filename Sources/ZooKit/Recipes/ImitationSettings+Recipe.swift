import TrainingAlgorithms
import Foundation
import GraphIR
import NN

/// The part of a recipe for imitation: besides the agent's networks, a `discriminator` and an `expert`.
extension ImitationSettings: PenalizedAgentSettings {
  private enum Role: String, CaseIterable { case actor, critic, discriminator, expert }

  /// `imitation`.
  public static let name = "imitation"
  /// The keys below `settings`.
  public static let table: SettingTable<Self> =
    TD3Settings.table.at(\.agent) + [
      .init(
        "discriminator",
        [
          .init("rate", \.discriminatorRate, .positive, "The discriminator's learning rate."),
          .init("penalty", \.discriminatorPenalty, WGANGPSettings.Penalty.table),
          .optimizer(\.discriminatorOptimizer),
        ])
    ]
  /// Vectors within ±1.
  public static let actionForm = TD3Settings.actionForm

  /// The environment.
  public var environment: EnvironmentSettings {
    get { agent.environment }
    set { agent.environment = newValue }
  }
  /// The interval and the episodes of evaluations.
  public var evaluation: EvaluationSettings {
    get { agent.evaluation }
    set { agent.evaluation = newValue }
  }
  /// A gradient penalty of the agent's networks.
  public var penalty: AgentPenalty {
    get { agent.penalty }
    set { agent.penalty = newValue }
  }
  /// The agent's learning rate.
  public var rate: Schedule {
    get { agent.rate }
    set { agent.rate = newValue }
  }

  /// Reads the agent's networks, the discriminator, and the expert's steps as a network without inputs.
  ///
  /// - Throws: ``RecipeError`` at the wrong network.
  public func networks(_ value: RecipeValue) throws(RecipeError) -> [String: RecipeNetwork] {
    let roles = try value.mapping(of: Role.self)
    var networks = try agent.networks(actor: roles.required(.actor), critic: roles.required(.critic), in: value)
    let spaces = try value.spaces(of: environment)
    let width = spaces.observationWidth + spaces.actionWidth
    let name = Role.discriminator.rawValue
    networks[name] = try AgentLayers(roles.required(.discriminator), inputs: width).network {
      try AgentNetworks.network(name, inputs: width, layers: $0, head: "score", width: 1)
    }
    networks[Role.expert.rawValue] = try RecipeNetwork(
      trajectories: roles.required(.expert), role: Role.expert.rawValue, spaces)
    return networks
  }

  /// Creates the algorithm with its networks.
  ///
  /// - Throws: `AlgorithmError`, or ``ModelZooError`` if a network is missing.
  public func algorithm(_ networks: [String: Graph]) throws -> any Algorithm {
    guard let expert = try networks.network(Role.expert.rawValue).constants.first?.value else {
      throw ModelZooError(.invalidRun, "the network '\(Role.expert.rawValue)' has no steps of an expert")
    }
    return try Imitation(
      agent.offPolicyNetworks(networks), discriminator: networks.network(Role.discriminator.rawValue), expert: expert,
      settings: self)
  }
}
