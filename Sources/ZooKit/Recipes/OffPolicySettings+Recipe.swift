import TrainingAlgorithms
import Foundation
import GraphIR
import NN

/// The settings of a recipe whose algorithm learns from a replay buffer.
protocol OffPolicyRecipe: PenalizedAgentSettings, OffPolicySettings {
  /// The number of critics.
  static var criticCount: Int { get }

  /// Creates the actor with these hidden layers.
  func actor(inputs: Int, layers: [any Layer], actions: Int) throws -> Sequential

  func algorithm(_ networks: OffPolicyNetworks) throws -> any Algorithm
}

extension SettingTable where Settings: OffPolicyRecipe {
  static var offPolicy: Self {
    ReplaySettings.table.at(\.replay) + [.optimizer(\.optimizer)] + penalizedAgent
  }
}

extension ReplaySettings {
  /// The keys of the replay buffer, the updates and the exploration.
  public static let table: SettingTable<Self> = [
    .init("capacity", \.capacity, .count, "Transitions in the replay buffer."),
    .init("learningStarts", \.learningStarts, .natural, "Steps with uniformly random actions before the first update."),
    .init("updateEvery", \.updateFrequency, .updateFrequency, "Steps of each environment between updates."),
    .init("updates", \.updates, .updates, "Updates each time; all for as many as steps since the last ones."),
    .init("batch", \.batch, .count, "Transitions of an update."),
    .init("gamma", \.discount, .fraction, "The discount γ."),
    .init("tau", \.tau, .share, "The share τ of a network in its target's update."),
    .init("truncation", \.truncation, .choice, "The value of an episode beyond its time limit."),
    .init("noise", \.noise, .noise, "The noise on actions; none for no noise."),
  ]
}

extension RecipeValue {
  /// Reads a whole number of at least 1. The message also names the word that is allowed instead.
  fileprivate func integer(or word: String) throws(RecipeError) -> Int {
    do {
      return try integer()
    } catch let error where error.code == .wrongType {
      throw wrongType("a whole number, or \(word)")
    }
  }
}

extension SettingCodec where Value == UpdateFrequency {
  /// A number of steps, or `episode`.
  fileprivate static var updateFrequency: Self {
    Self("a whole number of at least 1, or episode", write: { $0.recipe }) { (value) throws(RecipeError) in
      if (try? value.text()) == "episode" { return .episode }
      return .steps(try value.integer(or: "episode"))
    }
  }
}

extension UpdateFrequency {
  fileprivate var recipe: String {
    switch self {
    case .steps(let steps): "\(steps)"
    case .episode: "episode"
    }
  }
}

extension SettingCodec where Value == Int? {
  /// A number of updates, or `all` for as many as the steps since the last ones.
  fileprivate static var updates: Self {
    Self("a whole number of at least 1, or all", write: { $0.map(String.init) ?? "all" }) {
      (value) throws(RecipeError) in
      if (try? value.text()) == "all" { return nil }
      return try value.integer(or: "all")
    }
  }
}

private enum NoiseKey: String, CaseIterable {
  case normal
  case ornsteinUhlenbeck = "ornstein-uhlenbeck"
}
private enum ProcessKey: String, CaseIterable { case sigma, theta, dt }

extension SettingCodec where Value == ActionNoise {
  /// `{normal: 0.1}`, `{ornstein-uhlenbeck: 0.5}` or `{ornstein-uhlenbeck: {sigma: 0.5, theta: 0.15, dt: 0.01}}`.
  fileprivate static var noise: Self {
    let (positive, nonnegative) = (SettingCodec<Double>.positive.read, SettingCodec<Double>.nonnegative.read)
    return Self("{normal: 0.1} or {ornstein-uhlenbeck: 0.5}", write: { $0.recipe }) { (value) throws(RecipeError) in
      let noise = try value.mapping(of: NoiseKey.self)
      switch (noise[.normal], noise[.ornsteinUhlenbeck]) {
      case (let sigma?, nil): return .normal(sigma: try nonnegative(sigma))
      case (nil, let process?):
        guard process.isMapping else { return .ornsteinUhlenbeck(sigma: try nonnegative(process)) }
        let keys = try process.mapping(of: ProcessKey.self)
        return .ornsteinUhlenbeck(
          sigma: try nonnegative(keys.required(.sigma)), theta: try keys[.theta].map(nonnegative) ?? 0.15,
          dt: try keys[.dt].map(positive) ?? 1e-2)
      default:
        let count = noise[.normal] == nil ? "no noise" : "two noises"
        throw value.error(.badValue, "\(value.path) has \(count), expected one: normal or ornstein-uhlenbeck")
      }
    }
  }
}

extension ActionNoise {
  /// The noise in a recipe.
  fileprivate var recipe: String {
    switch self {
    case .normal(let sigma): "{normal: \(sigma)}"
    case .ornsteinUhlenbeck(let sigma, let theta, let dt):
      "{ornstein-uhlenbeck: {sigma: \(sigma), theta: \(theta), dt: \(dt)}}"
    }
  }
}

extension OffPolicyRecipe {
  /// Vectors within ±1.
  public static var actionForm: EnvironmentSettings.ActionForm { .rescaled }

  private static var criticNames: [String] { (1...criticCount).map { "critic\($0)" } }

  /// Reads the actor and the critics.
  ///
  /// - Throws: ``RecipeError`` at the wrong network.
  public func networks(_ value: RecipeValue) throws(RecipeError) -> [String: RecipeNetwork] {
    let roles = try value.mapping(of: AgentRole.self)
    return try networks(actor: roles.required(.actor), critic: roles.required(.critic), in: value)
  }

  /// Reads the actor and the critics. The critics have equal layers, but different initial parameters.
  func networks(
    actor actorLayers: RecipeValue, critic criticLayers: RecipeValue, in value: RecipeValue
  ) throws(RecipeError) -> [String: RecipeNetwork] {
    let spaces = try value.spaces(of: environment)
    guard case .box = spaces.action else {
      throw value.error(
        .badValue,
        "'\(environment.id)' has \(spaces.action), but \(Self.name) needs vectors within bounds; use ppo or a2c")
    }
    guard spaces.picture == nil else {
      throw value.error(
        .badValue, "'\(environment.id)' has pictures as observations, but \(Self.name) needs vectors; use ppo or a2c")
    }
    let (states, actions) = (spaces.observationWidth, spaces.actionWidth)
    let hidden = try AgentLayers(actorLayers, inputs: states)
    var networks = [
      AgentRole.actor.rawValue: try hidden.network { try actor(inputs: states, layers: $0, actions: actions) }
    ]
    let critic = try AgentLayers(criticLayers, inputs: states + actions)
    for name in Self.criticNames {
      networks[name] = try critic.network {
        try AgentNetworks.network(name, inputs: states + actions, layers: $0, head: "value", width: 1)
      }
    }
    return networks
  }

  /// Creates the algorithm with its networks.
  ///
  /// - Throws: `AlgorithmError`, or ``ModelZooError`` if a network is missing.
  public func algorithm(_ networks: [String: Graph]) throws -> any Algorithm {
    try algorithm(offPolicyNetworks(networks))
  }

  /// Returns the agent's networks of a run.
  ///
  /// - Throws: ``ModelZooError`` if one is missing, `AlgorithmError` if they do not fit.
  func offPolicyNetworks(_ networks: [String: Graph]) throws -> OffPolicyNetworks {
    try OffPolicyNetworks(
      actor: networks.network(AgentRole.actor.rawValue), critics: Self.criticNames.map { try networks.network($0) },
      spaces: environment.spaces())
  }

  /// Creates a policy without a distribution: tanh of the head.
  func actor(inputs: Int, layers: [any Layer], actions: Int) throws -> Sequential {
    try AgentNetworks.network(
      AgentRole.actor.rawValue, inputs: inputs, layers: layers, head: "action", width: actions,
      activation: { $0.tanh() })
  }
}

extension DDPGSettings: OffPolicyRecipe {
  /// `ddpg`.
  public static let name = "ddpg"
  /// The keys below `settings`.
  public static let table: SettingTable<Self> = .offPolicy
  static let criticCount = 1

  func algorithm(_ networks: OffPolicyNetworks) throws -> any Algorithm { try DDPG(networks, settings: self) }
}

extension TD3Settings: OffPolicyRecipe {
  /// `td3`.
  public static let name = "td3"
  /// The keys below `settings`.
  public static let table: SettingTable<Self> =
    [
      .init("policyDelay", \.policyDelay, .count, "Updates of the critics for each update of the actor."),
      .init("targetNoise", \.targetNoise, .nonnegative, "The standard deviation of noise on the targets' actions."),
      .init("targetNoiseClip", \.targetNoiseClip, .nonnegative, "The bound of that noise."),
    ] + .offPolicy
  static let criticCount = 2

  func algorithm(_ networks: OffPolicyNetworks) throws -> any Algorithm { try TD3(networks, settings: self) }
}

extension SACSettings: OffPolicyRecipe {
  /// `sac`.
  public static let name = "sac"
  /// The keys below `settings`.
  public static let table: SettingTable<Self> =
    [
      .init("entropyCoefficient", \.entropyCoefficient, .entropy, "The entropy coefficient α."),
      .init("targetEntropy", \.targetEntropy, .number, "The entropy to reach; none for minus an action's width."),
      .exploration(
        \.stateDependentExploration,
        stateDependent: [
          .init("every", \.explorationSteps, .count, "Steps between draws of the matrix; none for once an update."),
          .init("logDeviation", \.logDeviation, .number, "The logarithm of the initial standard deviation."),
          .init("meanBound", \.meanBound, .positive, "The bound of the mean before tanh."),
        ]),
    ] + .offPolicy
  static let criticCount = 2

  func actor(inputs: Int, layers: [any Layer], actions: Int) throws -> Sequential {
    stateDependentExploration
      ? try AgentNetworks.stateDependentPolicy(
        inputs: inputs, layers: layers, actions: actions, logDeviation: logDeviation, initialization: .uniform,
        meanBound: meanBound)
      : try AgentNetworks.squashedPolicy(inputs: inputs, layers: layers, actions: actions)
  }

  func algorithm(_ networks: OffPolicyNetworks) throws -> any Algorithm { try SAC(networks, settings: self) }
}

extension SettingCodec where Value == EntropyCoefficient {
  /// A number of at least 0, or `auto_0.1` for a learned coefficient with the initial value 0.1; `auto` is `auto_1`.
  fileprivate static var entropy: Self {
    let expected = "a number of at least 0, auto, or auto_0.1"
    return Self(expected, write: { $0.recipe }) { (value) throws(RecipeError) in
      let word = (try? value.text()) ?? ""
      guard word.hasPrefix("auto") else { return .constant(try value.number(expected) { $0 >= 0 }) }
      if word == "auto" { return .automatic(initial: 1) }
      guard let initial = Double(word.dropFirst("auto_".count)), word.hasPrefix("auto_"), initial > 0, initial.isFinite
      else {
        throw value.error(.badValue, "\(value.path) is '\(word)', expected auto, or auto_ with a number above 0")
      }
      return .automatic(initial: initial)
    }
  }
}

extension EntropyCoefficient {
  /// The coefficient in a recipe.
  fileprivate var recipe: String {
    switch self {
    case .constant(let number): "\(number)"
    case .automatic(1): "auto"
    case .automatic(let initial): "auto_\(initial)"
    }
  }
}
