import Environments
import Foundation
import GraphIR
import Testing

@testable import TrainingAlgorithms

@Suite("Settings of off-policy agents")
struct OffPolicySettingsTests {
  /// A change of settings, and the words that its message must contain.
  struct Mistake<Settings>: CustomTestStringConvertible, @unchecked Sendable {
    let name: String
    let change: (inout Settings) -> Void
    var testDescription: String { name }

    init(_ name: String, _ change: @escaping (inout Settings) -> Void) { (self.name, self.change) = (name, change) }
  }

  private func expectRefusal(_ name: String, _ body: () throws -> Void) {
    let error = #expect(throws: AlgorithmError.self) { try body() }
    #expect(error?.code == .setting && error?.message.contains(name) == true, "\(String(describing: error))")
  }

  private func networks(_ head: SmallReplayAgent.Head, _ critics: Int) throws -> OffPolicyNetworks {
    try SmallReplayAgent.networks(
      EnvironmentSettings(id: "Pendulum-v1").spaces(), head: head, critics: critics
    ).networks
  }

  static let td3: [Mistake<TD3Settings>] = [
    Mistake("envs") { $0.environment.copies = 0 },
    Mistake("timeLimit") { $0.environment.timeLimit = 0 },
    Mistake("normalize.observation") { $0.environment.normalizeObservation = true },
    Mistake("normalize.reward") { $0.environment.normalizeReward = true },
    Mistake("evaluation.episodes") { $0.evaluation.episodes = 0 },
    Mistake("capacity") { $0.replay.capacity = 0 },
    Mistake("learningStarts") { $0.replay.learningStarts = -1 },
    Mistake("updateEvery") { $0.replay.updateFrequency = .steps(0) },
    Mistake("envs") {
      $0.replay.updateFrequency = .episode
      $0.environment.copies = 2
    },
    Mistake("updates") { $0.replay.updates = 0 },
    Mistake("batch") { $0.replay.batch = 0 },
    Mistake("batch") { $0.replay.batch = 1 << 40 },
    Mistake("gamma") { $0.replay.discount = 1.01 },
    Mistake("gamma") { $0.replay.discount = .nan },
    Mistake("tau") { $0.replay.tau = 0 },
    Mistake("tau") { $0.replay.tau = 1.5 },
    Mistake("noise.sigma") { $0.replay.noise = .normal(sigma: -1) },
    Mistake("noise.sigma") { $0.replay.noise = .ornsteinUhlenbeck(sigma: .infinity) },
    Mistake("noise.theta") { $0.replay.noise = .ornsteinUhlenbeck(sigma: 1, theta: -1) },
    Mistake("noise.dt") { $0.replay.noise = .ornsteinUhlenbeck(sigma: 1, dt: 0) },
    Mistake("rate") { $0.rate = .constant(0) },
    Mistake("policyDelay") { $0.policyDelay = 0 },
    Mistake("targetNoise") { $0.targetNoise = -0.1 },
    Mistake("targetNoiseClip") { $0.targetNoiseClip = .nan },
    Mistake("penalty.weight") { $0.penalty.weight = -1 },
    Mistake("penalty.of") { $0.penalty.quantity = .logProbability },
    Mistake("penalty.respectTo") { $0.penalty.respectTo = .actions },
  ]

  @Test(arguments: td3) func td3Refuses(_ mistake: Mistake<TD3Settings>) throws {
    let networks = try networks(.action, 2)
    var settings = TD3Settings()
    _ = try TD3(networks, settings: settings)
    mistake.change(&settings)
    expectRefusal(mistake.name) { _ = try TD3(networks, settings: settings) }
  }

  static let sac: [Mistake<SACSettings>] = [
    Mistake("normalize.observation") { $0.environment.normalizeObservation = true },
    Mistake("capacity") { $0.replay.capacity = -3 },
    Mistake("rate") { $0.rate = .linear(-1) },
    Mistake("entropyCoefficient") { $0.entropyCoefficient = .constant(-0.1) },
    Mistake("entropyCoefficient") { $0.entropyCoefficient = .automatic(initial: 0) },
    Mistake("targetEntropy") { $0.targetEntropy = .nan },
    Mistake("exploration.every") { $0.explorationSteps = 0 },
    Mistake("exploration.logDeviation") { $0.logDeviation = .infinity },
    Mistake("exploration.meanBound") { $0.meanBound = 0 },
    Mistake("penalty.weight") { $0.penalty.weight = .infinity },
    Mistake("penalty.of") { ($0.penalty.network, $0.penalty.quantity) = (.critic, .logProbability) },
    Mistake("penalty.respectTo") { $0.penalty.respectTo = .both },
  ]

  @Test(arguments: sac) func sacRefuses(_ mistake: Mistake<SACSettings>) throws {
    let networks = try networks(.squashed, 2)
    var settings = SACSettings()
    _ = try SAC(networks, settings: settings)
    mistake.change(&settings)
    expectRefusal(mistake.name) { _ = try SAC(networks, settings: settings) }
  }

  static let ddpg: [Mistake<DDPGSettings>] = [
    Mistake("normalize.reward") { $0.environment.normalizeReward = true },
    Mistake("batch") { $0.replay.batch = 0 },
    Mistake("rate") { $0.rate = .constant(.nan) },
    Mistake("penalty.of") { $0.penalty.quantity = .logProbability },
  ]

  @Test(arguments: ddpg) func ddpgRefuses(_ mistake: Mistake<DDPGSettings>) throws {
    let networks = try networks(.action, 1)
    var settings = DDPGSettings()
    _ = try DDPG(networks, settings: settings)
    mistake.change(&settings)
    expectRefusal(mistake.name) { _ = try DDPG(networks, settings: settings) }
  }

  @Test func networksThatDoNotFitAreRefused() throws {
    func expectRefusal(_ part: String, _ body: () throws -> Void) {
      let error = #expect(throws: AlgorithmError.self) { try body() }
      #expect(error?.code == .network && error?.message.contains(part) == true, "\(String(describing: error))")
    }
    let (deterministic, squashed) = (try networks(.action, 2), try networks(.squashed, 2))
    expectRefusal("the actor outputs") { _ = try TD3(squashed, settings: TD3Settings()) }
    expectRefusal("the actor outputs") { _ = try SAC(deterministic, settings: SACSettings()) }
    var settings = SACSettings()
    settings.stateDependentExploration = true
    expectRefusal("latent") { _ = try SAC(squashed, settings: settings) }
    expectRefusal("2 critics, expected 1") { _ = try DDPG(deterministic, settings: DDPGSettings()) }
    let choices = try EnvironmentSettings(id: "CartPole-v1").spaces()
    expectRefusal("vectors between finite bounds") {
      _ = try OffPolicyNetworks(actor: deterministic.actor, critics: deterministic.critics, spaces: choices)
    }
    expectRefusal("the critic2 takes") {
      _ = try OffPolicyNetworks(
        actor: deterministic.actor, critics: [deterministic.critics[0], deterministic.actor],
        spaces: deterministic.spaces)
    }
    let car = try EnvironmentSettings(id: "MountainCarContinuous-v0").spaces()
    expectRefusal("the actor takes") {
      _ = try OffPolicyNetworks(actor: deterministic.actor, critics: [], spaces: car)
    }
  }

  /// Defaults of Stable-Baselines3 2.x, and their JSON.
  @Test func defaults() throws {
    let (td3, sac) = (TD3Settings(), SACSettings())
    let replay = td3.replay
    #expect(replay == sac.replay && replay == DDPGSettings().replay)
    #expect((replay.capacity, replay.learningStarts, replay.batch) == (1_000_000, 100, 256))
    #expect((replay.tau, replay.discount, replay.updates) == (0.005, 0.99, 1))
    #expect(replay.updateFrequency == .steps(1) && replay.noise == nil && replay.truncation == .bootstrap)
    #expect(td3.rate == .constant(1e-3) && DDPGSettings().rate == .constant(1e-3) && sac.rate == .constant(3e-4))
    #expect((td3.policyDelay, td3.targetNoise, td3.targetNoiseClip) == (2, 0.2, 0.5))
    #expect(sac.entropyCoefficient == .automatic(initial: 1) && (sac.logDeviation, sac.meanBound) == (-3, 2))
  }

  @Test(arguments: [
    ("\"auto\"", EntropyCoefficient.automatic(initial: 1)), ("\"auto_0.1\"", .automatic(initial: 0.1)),
    ("0.2", .constant(0.2)),
  ])
  func entropyCoefficients(_ text: String, _ expected: EntropyCoefficient) throws {
    let found = try JSONDecoder().decode(EntropyCoefficient.self, from: Data(text.utf8))
    #expect(found == expected)
    #expect(try String(data: JSONEncoder().encode(found), encoding: .utf8) == text)
  }

  @Test(arguments: ["\"automatic\"", "\"auto_\"", "\"auto_x\"", "\"\"", "true"])
  func entropyCoefficientsThatMeanNothing(_ text: String) {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(EntropyCoefficient.self, from: Data(text.utf8)) }
  }

  @Test(arguments: [("32", UpdateFrequency.steps(32)), ("\"episode\"", .episode)])
  func updateFrequencies(_ text: String, _ expected: UpdateFrequency) throws {
    let found = try JSONDecoder().decode(UpdateFrequency.self, from: Data(text.utf8))
    #expect(found == expected)
    #expect(try String(data: JSONEncoder().encode(found), encoding: .utf8) == text)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(UpdateFrequency.self, from: Data("\"episodes\"".utf8))
    }
  }

  @Test func settingsSurviveJSON() throws {
    var settings = SACSettings()
    settings.replay.noise = .ornsteinUhlenbeck(sigma: 0.5)
    settings.replay.updateFrequency = .episode
    settings.replay.updates = nil
    let data = try JSONEncoder().encode(settings)
    #expect(try JSONDecoder().decode(SACSettings.self, from: data) == settings)
  }
}
