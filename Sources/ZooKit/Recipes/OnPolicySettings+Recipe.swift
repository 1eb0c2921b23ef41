import Algorithms
import Environments
import Foundation
import GraphIR
import NN

/// The numbers of an algorithm that learns from rollouts.
protocol OnPolicySettings: AgentSettings {
  var rollout: RolloutSettings { get set }
  var normalizeAdvantage: Bool { get set }
  var entropyCoefficient: Double { get set }
  var valueCoefficient: Double { get set }
  var maxGradientNorm: Double { get set }

  func algorithm(_ policy: ActorCriticPolicy) throws -> any RunnableAlgorithm
}

extension SettingTable where Settings: OnPolicySettings {
  static var onPolicy: Self {
    RolloutSettings.table.at(\.rollout) + [
      .init("normalizeAdvantage", \.normalizeAdvantage, Read.flag),
      .init("entropyCoefficient", \.entropyCoefficient, Read.nonnegative),
      .init("valueCoefficient", \.valueCoefficient, Read.nonnegative),
      .init("maxGradientNorm", \.maxGradientNorm, Read.positive),
    ] + agent
  }
}

extension RolloutSettings {
  fileprivate static let table: SettingTable<Self> = [
    .init("rolloutSteps", \.steps, Read.count), .init("gamma", \.discount, Read.fraction),
    .init("gaeLambda", \.gaeLambda, Read.fraction), .init("truncation", \.truncation, Read.choice),
    .init("orthogonal", \.orthogonal, Read.flag),
    .exploration(
      \.stateDependentExploration, always: [.init("logDeviation", \.logDeviation, Read.number)],
      stateDependent: [.init("every", \.explorationSteps, Read.count)]),
  ]
}

extension OnPolicySettings {
  static var actionForm: EnvironmentSettings.ActionForm { .clipped }

  func networks(_ value: RecipeValue, folder: URL?) throws(RecipeError) -> [String: RecipeNetwork] {
    let spaces = try value.spaces(of: environment)
    let roles = try value.mapping(of: AgentRole.self)
    let (inputs, actions, rollout) = (spaces.observationWidth, spaces.actionWidth, rollout)
    func start(_ gain: Float) -> Linear.Initialization { rollout.orthogonal ? .orthogonal(gain: gain) : .uniform }
    let hidden = start(Float(2).squareRoot())
    let actor = try AgentLayers(roles.required(.actor), inputs: inputs, hidden).network { layers in
      guard case .box = spaces.action else {
        return try AgentNetworks.network(
          "actor", inputs: inputs, layers: layers, head: "logits", width: actions, initialization: start(0.01))
      }
      return rollout.stateDependentExploration
        ? try AgentNetworks.stateDependentPolicy(
          inputs: inputs, layers: layers, actions: actions, logDeviation: rollout.logDeviation,
          initialization: start(0.01))
        : try AgentNetworks.gaussianPolicy(
          inputs: inputs, layers: layers, actions: actions, logDeviation: rollout.logDeviation,
          initialization: start(0.01))
    }
    let critic = try AgentLayers(roles.required(.critic), inputs: inputs, hidden).network { layers in
      try AgentNetworks.network(
        "critic", inputs: inputs, layers: layers, head: "value", width: 1, initialization: start(1))
    }
    return [AgentRole.actor.rawValue: actor, AgentRole.critic.rawValue: critic]
  }

  func algorithm(_ networks: [String: Graph]) throws -> any RunnableAlgorithm {
    try algorithm(
      ActorCriticPolicy(
        actor: networks.network(AgentRole.actor.rawValue), critic: networks.network(AgentRole.critic.rawValue),
        spaces: environment.spaces()))
  }
}

extension PPOSettings: OnPolicySettings {
  static let table: SettingTable<Self> =
    [
      .init("epochs", \.epochs, Read.count), .init("batch", \.batch, Read.count),
      .init("clipRange", \.clipRange, Read.schedule), .init("valueClipRange", \.valueClipRange, Read.schedule),
      .init("targetKL", \.targetKL, Read.positive), .init("optimizer", [.init("adam", \.adam, Adam.table)]),
    ] + .onPolicy

  var wrapped: AlgorithmSettings { .ppo(self) }

  func algorithm(_ policy: ActorCriticPolicy) throws -> any RunnableAlgorithm { try PPO(policy, settings: self) }
}

extension A2CSettings: OnPolicySettings {
  static let table: SettingTable<Self> = [.init("optimizer", \.optimizer, Optimizer.read)] + .onPolicy

  var wrapped: AlgorithmSettings { .a2c(self) }

  func algorithm(_ policy: ActorCriticPolicy) throws -> any RunnableAlgorithm { try A2C(policy, settings: self) }
}

extension A2CSettings.Optimizer {
  private enum Key: String, CaseIterable { case adam, rmsprop }

  /// Reads `{adam: {eps: 1e-5}}` or `{rmsprop: {alpha: 0.99}}`.
  @Sendable fileprivate static func read(_ value: RecipeValue) throws(RecipeError) -> Self {
    let optimizer = try value.mapping(of: Key.self)
    switch (optimizer[.adam], optimizer[.rmsprop]) {
    case (let numbers?, nil):
      var adam = Adam(eps: 1e-5)
      try Adam.table.read(numbers, into: &adam)
      return .adam(adam)
    case (nil, let numbers?):
      var rmsprop = RMSprop(alpha: 0.99, eps: 1e-5)
      let table: SettingTable<RMSprop> = [.init("alpha", \.alpha, Read.decay), .init("eps", \.eps, Read.positive)]
      try table.read(numbers, into: &rmsprop)
      return .rmsprop(rmsprop)
    default:
      throw value.error(
        .badValue, "\(value.path) names \(optimizer[.adam] == nil ? "no optimizer" : "two"), expected adam or rmsprop")
    }
  }
}
