import Algorithms

/// The numbers of an algorithm.
public enum AlgorithmSettings: Sendable, Hashable {
  /// Those of `WGANGP`.
  case wganGP(WGANGPSettings)
  /// Those of `PPO`.
  case ppo(PPOSettings)
  /// Those of `A2C`.
  case a2c(A2CSettings)
  /// Those of `DDPG`.
  case ddpg(DDPGSettings)
  /// Those of `TD3`.
  case td3(TD3Settings)
  /// Those of `SAC`.
  case sac(SACSettings)
  /// Those of `Imitation`.
  case imitation(ImitationSettings)

  /// The algorithm that the numbers are of.
  public var algorithm: RecipeAlgorithm {
    switch self {
    case .wganGP: .wganGP
    case .ppo: .ppo
    case .a2c: .a2c
    case .ddpg: .ddpg
    case .td3: .td3
    case .sac: .sac
    case .imitation: .imitation
    }
  }

  /// The environment that an agent is trained in; nil for what is no agent.
  public var environment: EnvironmentSettings? { (settings as? any AgentSettings)?.environment }

  /// How often an agent's policy is evaluated; nil for what is no agent.
  public var evaluation: EvaluationSettings? { (settings as? any AgentSettings)?.evaluation }

  /// The numbers themselves.
  var settings: any RecipeSettings {
    switch self {
    case .wganGP(let settings): settings
    case .ppo(let settings): settings
    case .a2c(let settings): settings
    case .ddpg(let settings): settings
    case .td3(let settings): settings
    case .sac(let settings): settings
    case .imitation(let settings): settings
    }
  }

  /// Takes over the environment and how often the policy is evaluated, where the algorithm trains an agent.
  mutating func readAgent(environment: RecipeValue, evaluation: RecipeValue?) throws(RecipeError) {
    func reading(_ settings: some AgentSettings) throws(RecipeError) -> AlgorithmSettings {
      var settings = settings
      settings.environment = try environment.environment()
      if let evaluation { try type(of: settings).table.read("evaluation", evaluation, into: &settings) }
      return settings.wrapped
    }
    if let agent = settings as? any AgentSettings { self = try reading(agent) }
  }

  /// Takes over the settings that `value` has and leaves the others as they are.
  mutating func read(_ value: RecipeValue) throws(RecipeError) { self = try settings.reading(value) }
}

extension RecipeAlgorithm {
  /// The type of the algorithm's numbers.
  var settings: any RecipeSettings.Type {
    switch self {
    case .wganGP: WGANGPSettings.self
    case .ppo: PPOSettings.self
    case .a2c: A2CSettings.self
    case .ddpg: DDPGSettings.self
    case .td3: TD3Settings.self
    case .sac: SACSettings.self
    case .imitation: ImitationSettings.self
    }
  }
}
