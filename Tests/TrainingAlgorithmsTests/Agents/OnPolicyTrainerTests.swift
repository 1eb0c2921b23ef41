import Checkpointing
import Environments
import GraphIR
import NN
import TestSupport
import Testing

@testable import TrainingAlgorithms

@Suite("Training on-policy agents")
struct OnPolicyTrainerTests {
  /// Trainers that differ in every part of the state in a checkpoint.
  enum Setting: String, CaseIterable {
    case choices, vectors, stateDependent, normalized, terminal, a2c, adam, penalties

    private func settings() -> (environment: EnvironmentSettings, rollout: RolloutSettings) {
      var environment = EnvironmentSettings(id: self == .choices || self == .a2c ? "CartPole-v1" : "Pendulum-v1")
      environment.copies = 2
      environment.timeLimit = 7
      environment.normalizeObservation = self == .normalized
      environment.normalizeReward = self == .normalized
      var rollout = RolloutSettings(steps: 6, gaeLambda: 0.9)
      rollout.stateDependentExploration = self == .stateDependent
      if self == .stateDependent { rollout.explorationSteps = 4 }
      if self == .terminal { rollout.truncation = .terminal }
      return (environment, rollout)
    }

    /// A new trainer, or one that continues from a saved `state`.
    func trainer(
      _ kernels: Kernels, resuming state: TrainingState? = nil, seed: UInt64 = 3, target: Int = 60
    ) throws -> any Trainer {
      let (environment, rollout) = settings()
      let (policy, networks) = try SmallAgent.policy(environment, rollout: rollout)
      func make<Algorithm: OnPolicyAlgorithm>(_ algorithm: Algorithm) throws -> any Trainer {
        guard let state else {
          return try algorithm.begin(
            TrainingSetup(seed: seed, target: target, makeRunner: kernels.makeRunner),
            parameters: SmallAgent.parameters(networks, seed: seed))
        }
        return try algorithm.resume(
          TrainingSetup(seed: 0, target: target, makeRunner: kernels.makeRunner), state)
      }
      switch self {
      case .a2c, .adam:
        var settings = A2CSettings()
        (settings.environment, settings.rollout) = (environment, rollout)
        settings.rate = .linear(1e-2)
        if self == .adam { settings.optimizer = AnyOptimizer(Adam(eps: 1e-5)) }
        return try make(A2C(policy, settings: settings))
      default:
        var settings = PPOSettings()
        (settings.environment, settings.rollout) = (environment, rollout)
        (settings.batch, settings.epochs) = (4, 2)
        settings.rate = .linear(1e-2)
        settings.targetKL = 0.05
        settings.evaluation.every = 20
        settings.evaluation.episodes = 2
        if self == .penalties { settings.penalty.weight = 0.1 }
        return try make(PPO(policy, settings: settings))
      }
    }
  }

  @Test(arguments: Setting.allCases, [Kernels.cpu, .plan])
  func resumesBitForBitAtEveryStep(_ setting: Setting, _ kernels: Kernels) throws {
    var straight = try setting.trainer(kernels)
    var states = [try straight.state]
    var metrics: [[String: Double]] = []
    while straight.step < 60 {
      metrics.append(try straight.advanceAndEvaluate())
      states.append(try straight.state)
    }
    #expect(metrics.contains { $0["return"] != nil } && metrics.contains { $0["policy"] != nil })
    // Every step of a rollout and of an episode is among them.
    for cut in states.indices.dropLast() {
      var resumed = try setting.trainer(kernels, resuming: states[cut])
      #expect(try resumed.state == states[cut])
      let next = try resumed.advanceAndEvaluate()
      #expect(next == metrics[cut], "cut \(cut)")
      #expect(try resumed.state == states[cut + 1], "cut \(cut)")
    }
  }

  @Test func seedsDecide() throws {
    var states: [TrainingState] = []
    for seed in [3, 3, 4] as [UInt64] {
      var trainer = try Setting.choices.trainer(.cpu, seed: seed)
      for _ in 0..<8 { _ = try trainer.advance() }
      states.append(try trainer.state)
    }
    #expect(states[0] == states[1])
    #expect(
      states[0].tensors["environment/CartPole-v1/variables"] != states[2].tensors["environment/CartPole-v1/variables"])
    #expect(states[0].streams != states[2].streams)
  }

  @Test(arguments: Setting.allCases) func plansAgreeWithNodes(_ setting: Setting) throws {
    // Few steps, because a policy's actions amplify differences in the last bits.
    var (eager, plan) = (try setting.trainer(.cpu), try setting.trainer(.plan))
    for _ in 0..<6 {
      _ = try eager.advance()
      _ = try plan.advance()
    }
    let (expected, found) = (try eager.state.tensors, try plan.state.tensors)
    #expect(expected.keys.sorted() == found.keys.sorted())
    for (name, value) in expected where value.dtype == .float32 {
      #expect(mismatch(try #require(found[name]), value, relative: 1e-4, absolute: 1e-5) == nil, "\(name)")
    }
  }

  @Test func schedulesEndAtTheTarget() throws {
    // In the last step, the learning rate is 0, and parameters do not change.
    var trainer = try Setting.a2c.trainer(.cpu, target: 12)
    let before = try trainer.state.tensors["actor/linear1.weight"]
    for _ in 0..<6 { _ = try trainer.advance() }
    #expect(trainer.step == 12)
    #expect(try trainer.state.tensors["actor/linear1.weight"] == before)
    var longer = try Setting.a2c.trainer(.cpu, target: 24)
    for _ in 0..<6 { _ = try longer.advance() }
    #expect(try longer.state.tensors["actor/linear1.weight"] != before)
  }

  @Test func updatesThatStopEarlyLeaveNoRowsToTheNextRollout() throws {
    var settings = PPOSettings()
    settings.environment = EnvironmentSettings(id: "CartPole-v1")
    (settings.rollout.steps, settings.batch, settings.epochs) = (12, 4, 2)
    // The first minibatch has a divergence of almost 0, the second one a larger divergence.
    (settings.rate, settings.targetKL) = (.constant(1e-2), 1e-6)
    let (policy, networks) = try SmallAgent.policy(settings.environment, rollout: settings.rollout)
    var trainer = try PPO(policy, settings: settings).begin(
      TrainingSetup(seed: 3, target: 60, makeRunner: Kernels.cpu.makeRunner),
      parameters: SmallAgent.parameters(networks, seed: 3))
    for rollout in 0..<3 {
      for _ in 0..<12 { _ = try trainer.advance() }
      let counters = try trainer.state.counters
      #expect(counters["shuffle/epoch"] == Int64(rollout))
      #expect(counters["shuffle/position"] == 8)
    }
  }

  @Test func truncationIsWorthTheValueOfTheLastObservation() throws {
    func rewards(_ setting: Setting) throws -> [Float] {
      var trainer = try setting.trainer(.cpu)
      // The time limit ends the episodes in the 7th step, the first of the second rollout.
      for _ in 0..<7 { _ = try trainer.advance() }
      return try #require(trainer.state.tensors["rollout/rewards"]).elements()
    }
    let (bootstrap, terminal) = (try rewards(.vectors), try rewards(.terminal))
    #expect(bootstrap[0..<2] != terminal[0..<2])
    #expect(bootstrap[2...] == terminal[2...])
  }

  @Test func refusesAStateThatDoesNotFit() throws {
    var trainer = try Setting.choices.trainer(.cpu)
    _ = try trainer.advance()
    let whole = try trainer.state
    for name in whole.tensors.keys.sorted() {
      var state = whole
      state.tensors[name] = nil
      #expect(throws: (any Error).self, "\(name)") { try Setting.choices.trainer(.cpu, resuming: state) }
    }
    for name in whole.counters.keys.sorted() {
      var state = whole
      state.counters[name] = nil
      let error = #expect(throws: CheckpointError.self, "\(name)") {
        try Setting.choices.trainer(.cpu, resuming: state)
      }
      #expect(error?.message.contains(name) == true)
    }
    var state = whole
    state.counters["rollout/position"] = 7
    #expect(throws: CheckpointError.self) { try Setting.choices.trainer(.cpu, resuming: state) }
  }

  @Test func aBrokenNetworkIsReportedBeforeItActs() throws {
    var trainer = try Setting.choices.trainer(.cpu)
    _ = try trainer.advance()
    var state = try trainer.state
    let weight = try #require(state.tensors["actor/linear1.weight"])
    state.tensors["actor/linear1.weight"] = TensorValue(repeating: .nan, type: weight.type)
    var broken = try Setting.choices.trainer(.cpu, resuming: state)
    let error = #expect(throws: AlgorithmError.self) { try broken.advance() }
    #expect(error?.code == .diverged)
    #expect(try broken.state == state)
  }
}
