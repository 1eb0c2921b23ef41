import Algorithms
import Foundation
import GraphIR
import NN

/// The part of a recipe that only imitation has: beside the agent's networks a `discriminator` and an `expert`.
extension ImitationSettings: AgentSettings {
  private enum Role: String, CaseIterable { case actor, critic, discriminator, expert }

  static let table: SettingTable<Self> =
    TD3Settings.table.at(\.agent) + [
      .init(
        "discriminator",
        [
          .init("rate", \.discriminatorRate, Read.positive),
          .init("penalty", \.discriminatorPenalty, WGANGPSettings.Penalty.table),
          .init("optimizer", [.init("adam", \.discriminatorAdam, Adam.table)]),
        ])
    ]
  static let actionForm = TD3Settings.actionForm

  var environment: EnvironmentSettings {
    get { agent.environment }
    set { agent.environment = newValue }
  }
  var evaluation: EvaluationSettings {
    get { agent.evaluation }
    set { agent.evaluation = newValue }
  }
  var penalty: AgentPenalty {
    get { agent.penalty }
    set { agent.penalty = newValue }
  }
  var rate: Schedule {
    get { agent.rate }
    set { agent.rate = newValue }
  }
  var wrapped: AlgorithmSettings { .imitation(self) }

  func networks(_ value: RecipeValue, folder: URL?) throws(RecipeError) -> [String: RecipeNetwork] {
    let roles = try value.mapping(of: Role.self)
    var networks = try agent.networks(actor: roles.required(.actor), critic: roles.required(.critic), in: value)
    let spaces = try value.spaces(of: environment)
    let width = spaces.observationWidth + spaces.actionWidth
    let name = Role.discriminator.rawValue
    networks[name] = try AgentLayers(roles.required(.discriminator), inputs: width).network {
      try AgentNetworks.network(name, inputs: width, layers: $0, head: "score", width: 1)
    }
    networks[Role.expert.rawValue] = try RecipeNetwork(
      trajectories: roles.required(.expert), role: Role.expert.rawValue, spaces, folder: folder)
    return networks
  }

  func algorithm(_ networks: [String: Graph]) throws -> any RunnableAlgorithm {
    guard let expert = try networks.network(Role.expert.rawValue).constants.first?.value else {
      throw ModelZooError(.invalidRun, "the network '\(Role.expert.rawValue)' has no steps of an expert")
    }
    return try Imitation(
      agent.offPolicyNetworks(networks), discriminator: networks.network(Role.discriminator.rawValue), expert: expert,
      settings: self)
  }
}
