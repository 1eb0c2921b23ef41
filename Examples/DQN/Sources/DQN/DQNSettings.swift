import TrainingAlgorithms
import GraphIR
import NN
import ZooKit

/// The settings of DQN, with rl-baselines3-zoo's values for CartPole where they differ from Stable-Baselines3's
/// defaults.
struct DQNSettings: AgentSettings {
  static let name = "dqn"
  static let actionForm = EnvironmentSettings.ActionForm.clipped

  var environment = EnvironmentSettings(id: "CartPole-v1")
  var evaluation = EvaluationSettings()
  var replay = ReplaySettings()
  var epsilon = EpsilonGreedy()
  var optimizer = AnyOptimizer(Adam())
  var rate = Schedule.constant(1e-4)
  /// Updates of Q for each of the target.
  var targetInterval = 10_000

  static let table: SettingTable<Self> =
    ReplaySettings.table.at(\.replay) + [
      .init("rate", \.rate, .schedule, "The learning rate."),
      .optimizer(\.optimizer),
      .init("targetInterval", \.targetInterval, .count, "Updates of Q for each of the target network."),
      .init(
        "epsilon", \.epsilon,
        [
          .init("initial", \.initial, .fraction, "The probability of a random action in the first step."),
          .init("final", \.final, .fraction, "The probability of a random action at the end."),
          .init("fraction", \.fraction, .share, "The share of the run in which the probability falls."),
        ]),
    ] + .agent

  /// Reads `{q: {layers: [{linear: 256}, relu]}}`; the head has a value for each action.
  func networks(_ value: RecipeValue) throws(RecipeError) -> [String: RecipeNetwork] {
    let spaces = try value.spaces(of: environment)
    let roles = try value.roles([DQN.role])
    let network = try AgentLayers(roles[0], inputs: spaces.observationWidth).network { layers in
      try AgentNetworks.network(
        DQN.role, inputs: spaces.observationWidth, layers: layers, head: "value", width: spaces.actionWidth)
    }
    return [DQN.role: network]
  }

  func algorithm(_ networks: [String: Graph]) throws -> any Algorithm {
    try DQN(networks.network(DQN.role), environment.spaces(), self)
  }
}
