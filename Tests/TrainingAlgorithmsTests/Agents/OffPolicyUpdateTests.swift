import Autograd
import Environments
import GraphIR
import NN
import TestSupport
import Testing

@testable import TrainingAlgorithms

/// `offpolicy.json`: updates of Stable-Baselines3's DDPG, TD3 and SAC in float64, written by `make_offpolicy.py`.
struct OffPolicyFixture: Decodable {
  struct Settings: Decodable { let rate, tau, discount: Double }

  struct Step: Decodable {
    let metrics: [String: Double]
    let state: [String: Elements]
  }

  struct Case: Decodable {
    let inputs: [String: FormulaTensor]
    let steps: [Step]
  }

  struct Process: Decodable {
    let inputs: [String: FormulaTensor]
    let sigma: Double
    let resetBefore: Int
    let noise: [Double]

    private enum CodingKeys: String, CodingKey {
      case resetBefore = "reset_before"
      case inputs, sigma, noise
    }
  }

  /// A tensor's elements; a scalar is a number.
  struct Elements: Decodable {
    let numbers: [Double]

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      numbers = try (try? [value.decode(Double.self)]) ?? value.decode([Double].self)
    }
  }

  let settings: Settings
  let cases: [String: Case]
  let ornsteinUhlenbeck: Process

  private enum CodingKeys: String, CodingKey {
    case ornsteinUhlenbeck = "ornstein_uhlenbeck"
    case settings, cases
  }

  static func load() throws -> OffPolicyFixture { try Fixtures.load("offpolicy.json") }
}

@Suite("Updates of off-policy algorithms against Stable-Baselines3")
struct OffPolicyUpdateTests {
  private static let names = ["ddpg", "sac", "sac_auto_0.1", "sac_constant", "sac_sde", "td3"]
  private static let spaces = EnvironmentSpaces(
    observation: Box(low: [-1, -1, -1], high: [1, 1, 1]), action: .box(Box(low: [-1, -1], high: [1, 1])))

  @Test func enumeratesTheFixture() throws {
    #expect(try OffPolicyFixture.load().cases.keys.sorted() == Self.names)
  }

  private func algorithm(_ name: String, _ theirs: OffPolicyFixture.Settings) throws -> any OffPolicyActorCritic {
    var replay = ReplaySettings()
    (replay.batch, replay.tau, replay.discount) = (6, theirs.tau, theirs.discount)
    let rate = Schedule.constant(theirs.rate)
    func networks(_ head: SmallReplayAgent.Head, _ critics: Int) throws -> OffPolicyNetworks {
      try SmallReplayAgent.networks(Self.spaces, head: head, critics: critics, dtype: .float64).networks
    }
    switch name {
    case "ddpg":
      var settings = DDPGSettings()
      (settings.replay, settings.rate) = (replay, rate)
      return try DDPG(networks(.action, 1), settings: settings)
    case "td3":
      var settings = TD3Settings()
      (settings.replay, settings.rate) = (replay, rate)
      return try TD3(networks(.action, 2), settings: settings)
    default:
      var settings = SACSettings()
      (settings.replay, settings.rate) = (replay, rate)
      settings.stateDependentExploration = name == "sac_sde"
      if name == "sac_constant" { settings.entropyCoefficient = .constant(0.2) }
      if name == "sac_auto_0.1" {
        settings.entropyCoefficient = .automatic(initial: 0.1)
        settings.targetEntropy = -0.5
      }
      return try SAC(
        networks(settings.stateDependentExploration ? .stateDependent(logDeviation: -1) : .squashed, 2),
        settings: settings)
    }
  }

  private func expectEqual(_ found: [Double], _ expected: [Double], _ tolerance: Double, _ name: String) {
    #expect(mismatch(found, expected, relative: tolerance, absolute: tolerance) == nil, "\(name)")
  }

  @Test(arguments: names) func updatesParameters(_ name: String) throws {
    let fixture = try OffPolicyFixture.load()
    let expected = try #require(fixture.cases[name])
    let algorithm = try algorithm(name, fixture.settings)
    let types = algorithm.stateTypes
    let first = algorithm.initialTensors(expected.inputs.mapValues { $0.value(.float64) })
      .filter { types[$0.key] != nil }
    #expect(first.keys.sorted() == types.keys.sorted())
    var state = first.mapValues { Tensor($0) }
    // Targets that differ from the networks, unlike at the start of a run.
    for (name, input) in expected.inputs where name.hasPrefix("target/") { state[name] = Tensor(input.value(.float64)) }
    try Kernels.cpu.run {
      for (index, step) in expected.steps.enumerated() {
        func input(_ name: String) -> Tensor? {
          expected.inputs["step\(index + 1)/\(name)"].map { Tensor($0.value(.float64)) }
        }
        let dones = try #require(input("dones"))
        let batch = ReplayBatch(
          observations: try #require(input("observations")), actions: try #require(input("actions")),
          rewards: try #require(input("rewards")), dones: (dones .> Tensor(0.5, dtype: .float64)).cast(to: .float64),
          nextObservations: try #require(input("nextObservations")))
        let draws = ["smoothing", "action", "nextAction", "exploration"].reduce(into: [:]) { $0[$1] = input($1) }
        let rate = Tensor(algorithm.rate.first, dtype: .float64)
        var metrics: NamedTensors
        (state, metrics) = try algorithm.criticStep(state, batch, draws: draws, rate: rate)
        if (index + 1) % algorithm.policyDelay == 0 {
          let result = try algorithm.actorStep(state, batch.observations, draws: draws, rate: rate)
          metrics.merge(result.metrics) { $1 }
          state = algorithm.targetStep(result.state)
        }
        #expect(Set(step.metrics.keys).isSubset(of: metrics.keys))
        // Losses multiply the differences of parameters.
        for (metric, number) in step.metrics {
          expectEqual(try #require(metrics[metric]).value.doubles, [number], 1e-8, "\(metric), step \(index + 1)")
        }
        #expect(step.state.keys.sorted() == state.keys.filter { !$0.contains("/adam/") }.sorted())
        for (name, elements) in step.state {
          expectEqual(try #require(state[name]).value.doubles, elements.numbers, 1e-9, "\(name), step \(index + 1)")
        }
      }
    }
  }
}
