import Algorithms
import Foundation
import GraphIR
import NN

/// The numbers of an algorithm that learns from a replay buffer.
protocol OffPolicySettings: AgentSettings {
  var replay: ReplaySettings { get set }
  var adam: Adam { get set }

  /// The critics that the algorithm trains.
  static var criticCount: Int { get }

  /// The actor with these hidden layers.
  func actor(inputs: Int, layers: [any Layer], actions: Int) throws -> Sequential

  func algorithm(_ networks: OffPolicyNetworks) throws -> any RunnableAlgorithm
}

extension SettingTable where Settings: OffPolicySettings {
  static var offPolicy: Self {
    ReplaySettings.table.at(\.replay) + [.init("optimizer", [.init("adam", \.adam, Adam.table)])] + agent
  }
}

extension ReplaySettings {
  fileprivate static let table: SettingTable<Self> = [
    .init("capacity", \.capacity, Read.count), .init("learningStarts", \.learningStarts, Read.natural),
    .init("updateEvery", \.updateFrequency, UpdateFrequency.read), .init("updates", \.updates, updates),
    .init("batch", \.batch, Read.count), .init("gamma", \.discount, Read.fraction), .init("tau", \.tau, Read.share),
    .init("truncation", \.truncation, Read.choice), .init("noise", \.noise, ActionNoise.read),
  ]

  /// A number of updates, or `all` for as many as steps were done.
  @Sendable private static func updates(_ value: RecipeValue) throws(RecipeError) -> Int? {
    if (try? value.text()) == "all" { return nil }
    return try value.integer(or: "all")
  }
}

extension RecipeValue {
  /// A whole number from 1 on, where a word was expected, too.
  fileprivate func integer(or word: String) throws(RecipeError) -> Int {
    do {
      return try integer()
    } catch let error where error.code == .wrongType {
      throw wrongType("a whole number, or \(word)")
    }
  }
}

extension UpdateFrequency {
  /// A number of steps, or `episode`.
  @Sendable fileprivate static func read(_ value: RecipeValue) throws(RecipeError) -> Self {
    if (try? value.text()) == "episode" { return .episode }
    return .steps(try value.integer(or: "episode"))
  }
}

extension ActionNoise {
  private enum Key: String, CaseIterable {
    case normal
    case ornsteinUhlenbeck = "ornstein-uhlenbeck"
  }
  private enum ProcessKey: String, CaseIterable { case sigma, theta, dt }

  /// `{normal: 0.1}`, `{ornstein-uhlenbeck: 0.5}` or `{ornstein-uhlenbeck: {sigma: 0.5, theta: 0.15, dt: 0.01}}`.
  @Sendable fileprivate static func read(_ value: RecipeValue) throws(RecipeError) -> Self? {
    let noise = try value.mapping(of: Key.self)
    switch (noise[.normal], noise[.ornsteinUhlenbeck]) {
    case (let sigma?, nil): return .normal(sigma: try Read.nonnegative(sigma))
    case (nil, let process?):
      guard process.isMapping else { return .ornsteinUhlenbeck(sigma: try Read.nonnegative(process)) }
      let keys = try process.mapping(of: ProcessKey.self)
      return .ornsteinUhlenbeck(
        sigma: try Read.nonnegative(keys.required(.sigma)), theta: try keys[.theta].map(Read.nonnegative) ?? 0.15,
        dt: try keys[.dt].map(Read.positive) ?? 1e-2)
    default:
      throw value.error(.badValue, "\(value.path) has to name one noise: normal or ornstein-uhlenbeck")
    }
  }
}

extension OffPolicySettings {
  static var actionForm: EnvironmentSettings.ActionForm { .rescaled }

  private static var criticNames: [String] { (1...criticCount).map { "critic\($0)" } }

  func networks(_ value: RecipeValue, folder: URL?) throws(RecipeError) -> [String: RecipeNetwork] {
    let roles = try value.mapping(of: AgentRole.self)
    return try networks(actor: roles.required(.actor), critic: roles.required(.critic), in: value)
  }

  /// The critics have the same layers, but begin each in its own way.
  func networks(
    actor actorLayers: RecipeValue, critic criticLayers: RecipeValue, in value: RecipeValue
  ) throws(RecipeError) -> [String: RecipeNetwork] {
    let spaces = try value.spaces(of: environment)
    guard case .box = spaces.action else {
      throw value.error(
        .badValue,
        "'\(environment.id)' takes choices, but \(wrapped.algorithm.rawValue) acts by vectors within bounds; use ppo or a2c"
      )
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

  func algorithm(_ networks: [String: Graph]) throws -> any RunnableAlgorithm {
    try algorithm(offPolicyNetworks(networks))
  }

  /// The agent's networks among those of a run.
  ///
  /// - Throws: ``ModelZooError`` where one is missing, `AlgorithmError` where they do not fit.
  func offPolicyNetworks(_ networks: [String: Graph]) throws -> OffPolicyNetworks {
    try OffPolicyNetworks(
      actor: networks.network(AgentRole.actor.rawValue), critics: Self.criticNames.map { try networks.network($0) },
      spaces: environment.spaces())
  }

  /// A policy without a distribution: tanh of the head.
  func actor(inputs: Int, layers: [any Layer], actions: Int) throws -> Sequential {
    try AgentNetworks.network(
      AgentRole.actor.rawValue, inputs: inputs, layers: layers, head: "action", width: actions,
      activation: { $0.tanh() })
  }
}

extension DDPGSettings: OffPolicySettings {
  static let table: SettingTable<Self> = .offPolicy
  static let criticCount = 1

  var wrapped: AlgorithmSettings { .ddpg(self) }

  func algorithm(_ networks: OffPolicyNetworks) throws -> any RunnableAlgorithm { try DDPG(networks, settings: self) }
}

extension TD3Settings: OffPolicySettings {
  static let table: SettingTable<Self> =
    [
      .init("policyDelay", \.policyDelay, Read.count), .init("targetNoise", \.targetNoise, Read.nonnegative),
      .init("targetNoiseClip", \.targetNoiseClip, Read.nonnegative),
    ] + .offPolicy
  static let criticCount = 2

  var wrapped: AlgorithmSettings { .td3(self) }

  func algorithm(_ networks: OffPolicyNetworks) throws -> any RunnableAlgorithm { try TD3(networks, settings: self) }
}

extension SACSettings: OffPolicySettings {
  static let table: SettingTable<Self> =
    [
      .init("entropyCoefficient", \.entropyCoefficient, EntropyCoefficient.read),
      .init("targetEntropy", \.targetEntropy, Read.number),
      .exploration(
        \.stateDependentExploration,
        stateDependent: [
          .init("every", \.explorationSteps, Read.count), .init("logDeviation", \.logDeviation, Read.number),
          .init("meanBound", \.meanBound, Read.positive),
        ]),
    ] + .offPolicy
  static let criticCount = 2

  var wrapped: AlgorithmSettings { .sac(self) }

  func actor(inputs: Int, layers: [any Layer], actions: Int) throws -> Sequential {
    stateDependentExploration
      ? try AgentNetworks.stateDependentPolicy(
        inputs: inputs, layers: layers, actions: actions, logDeviation: logDeviation, initialization: .uniform,
        meanBound: meanBound)
      : try AgentNetworks.squashedPolicy(inputs: inputs, layers: layers, actions: actions)
  }

  func algorithm(_ networks: OffPolicyNetworks) throws -> any RunnableAlgorithm { try SAC(networks, settings: self) }
}

extension EntropyCoefficient {
  /// A number of at least 0, `auto` for one that is learned from 1 on, or `auto_0.1` for one that is learned from there on.
  @Sendable fileprivate static func read(_ value: RecipeValue) throws(RecipeError) -> Self {
    let word = (try? value.text()) ?? ""
    guard word.hasPrefix("auto") else {
      return .constant(try value.number("a number of at least 0, auto, or auto_0.1") { $0 >= 0 })
    }
    if word == "auto" { return .automatic(initial: 1) }
    guard let initial = Double(word.dropFirst("auto_".count)), word.hasPrefix("auto_"), initial > 0, initial.isFinite
    else {
      throw value.error(.badValue, "\(value.path) is '\(word)', expected auto, or auto_ with a number above 0")
    }
    return .automatic(initial: initial)
  }
}
