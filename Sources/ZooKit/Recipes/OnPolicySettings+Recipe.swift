import TrainingAlgorithms
import Environments
import Foundation
import GraphIR
import NN

/// The settings of a recipe whose algorithm learns from rollouts.
protocol OnPolicyRecipe: PenalizedAgentSettings, OnPolicySettings {
  func algorithm(_ policy: ActorCriticPolicy) throws -> any Algorithm
}

extension SettingTable where Settings: OnPolicyRecipe {
  static var onPolicy: Self {
    RolloutSettings.table.at(\.rollout) + [
      .init(
        "normalizeAdvantage", \.normalizeAdvantage, .flag,
        "Whether an update's advantages are normalised to mean 0 and standard deviation 1."),
      .init("entropyCoefficient", \.entropyCoefficient, .nonnegative, "The entropy's weight in the loss."),
      .init("valueCoefficient", \.valueCoefficient, .nonnegative, "The weight of the value's loss."),
      .init("maxGradientNorm", \.maxGradientNorm, .positive, "The norm to which gradients are clipped."),
    ] + penalizedAgent
  }
}

extension RolloutSettings {
  fileprivate static let table: SettingTable<Self> = [
    .init("rolloutSteps", \.steps, .count, "Steps of a rollout in each environment."),
    .init("gamma", \.discount, .fraction, "The discount γ."),
    .init("gaeLambda", \.gaeLambda, .fraction, "λ of generalised advantage estimation."),
    .init("truncation", \.truncation, .choice, "The value of an episode beyond its time limit."),
    .init("orthogonal", \.orthogonal, .flag, "Whether networks are initialised with orthogonal weights."),
    .exploration(
      \.stateDependentExploration,
      always: [
        .init("logDeviation", \.logDeviation, .number, "The logarithm of the initial standard deviation.")
      ],
      stateDependent: [
        .init("every", \.explorationSteps, .count, "Steps between draws of the matrix; none for once a rollout.")
      ]),
  ]
}

extension OnPolicyRecipe {
  /// The environment's own actions; vectors beyond its bounds are clipped.
  public static var actionForm: EnvironmentSettings.ActionForm { .clipped }

  /// Reads the actor and the critic.
  ///
  /// - Throws: ``RecipeError`` at the wrong network.
  public func networks(_ value: RecipeValue) throws(RecipeError) -> [String: RecipeNetwork] {
    let spaces = try value.spaces(of: environment)
    let roles = try value.mapping(of: AgentRole.self)
    let (inputs, actions, rollout) = (spaces.observationWidth, spaces.actionWidth, rollout)
    func start(_ gain: Float) -> Linear.Initialization { rollout.orthogonal ? .orthogonal(gain: gain) : .uniform }
    let hidden = start(Float(2).squareRoot())
    func read(_ role: AgentRole) throws(RecipeError) -> AgentLayers {
      try AgentLayers(roles.required(role), inputs: inputs, picture: spaces.picture, hidden)
    }
    let actor = try read(.actor).network { layers in
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
    let critic = try read(.critic).network { layers in
      try AgentNetworks.network(
        "critic", inputs: inputs, layers: layers, head: "value", width: 1, initialization: start(1))
    }
    return [AgentRole.actor.rawValue: actor, AgentRole.critic.rawValue: critic]
  }

  /// Creates the algorithm with its networks.
  ///
  /// - Throws: `AlgorithmError`, or ``ModelZooError`` if a network is missing.
  public func algorithm(_ networks: [String: Graph]) throws -> any Algorithm {
    try algorithm(
      ActorCriticPolicy(
        actor: networks.network(AgentRole.actor.rawValue), critic: networks.network(AgentRole.critic.rawValue),
        spaces: environment.spaces()))
  }
}

extension PPOSettings: OnPolicyRecipe {
  /// `ppo`.
  public static let name = "ppo"

  /// The keys below `settings`.
  public static let table: SettingTable<Self> =
    [
      .init("epochs", \.epochs, .count, "Passes over a rollout."),
      .init("batch", \.batch, .count, "Steps of an update."),
      .init("clipRange", \.clipRange, .schedule, "The range ε of the probability ratio."),
      .init("valueClipRange", \.valueClipRange, .schedule, "The range of values around the rollout's; none for any."),
      .init("targetKL", \.targetKL, .positive, "The divergence that ends a rollout's updates, × 1.5; none for no end."),
      .optimizer(\.optimizer),
    ] + .onPolicy

  func algorithm(_ policy: ActorCriticPolicy) throws -> any Algorithm { try PPO(policy, settings: self) }
}

extension A2CSettings: OnPolicyRecipe {
  /// `a2c`.
  public static let name = "a2c"

  /// The keys below `settings`.
  public static let table: SettingTable<Self> =
    [.optimizer(\.optimizer, defaults: [Adam(eps: 1e-5), RMSprop(alpha: 0.99, eps: 1e-5)])] + .onPolicy

  func algorithm(_ policy: ActorCriticPolicy) throws -> any Algorithm { try A2C(policy, settings: self) }
}
