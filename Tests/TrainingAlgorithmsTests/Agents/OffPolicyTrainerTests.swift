import Checkpointing
import Environments
import GraphRuntime
import Foundation
import GraphIR
import NN
import TestSupport
import Testing

@testable import TrainingAlgorithms

@Suite("Training off-policy agents")
struct OffPolicyTrainerTests {
  /// Trainers that differ in every part of the state in a checkpoint.
  enum Setting: String, CaseIterable {
    case ddpg, td3, sac, stateDependent, episode, terminal, constant, penalties, density

    private func settings() -> (environment: EnvironmentSettings, replay: ReplaySettings) {
      var environment = EnvironmentSettings(id: "Pendulum-v1")
      environment.copies = self == .episode ? 1 : 2
      environment.timeLimit = 7
      var replay = ReplaySettings()
      (replay.capacity, replay.learningStarts, replay.batch) = (25, 9, 4)
      switch self {
      case .ddpg: replay.noise = .ornsteinUhlenbeck(sigma: 0.5)
      case .td3, .terminal, .penalties: replay.noise = .normal(sigma: 0.1)
      case .sac, .constant, .density: break
      case .stateDependent: replay.updateFrequency = .steps(5)
      case .episode: replay.updateFrequency = .episode
      }
      if self == .td3 { replay.updateFrequency = .steps(2) }
      if self == .td3 || self == .episode { replay.updates = nil }
      if self == .terminal { replay.truncation = .terminal }
      return (environment, replay)
    }

    /// A new trainer, or one that continues from a saved `state`.
    func trainer(
      _ kernels: Kernels, resuming state: TrainingState? = nil, seed: UInt64 = 3
    ) throws -> any Trainer {
      let (environment, replay) = settings()
      let rate = Schedule.linear(1e-2)
      func make<Algorithm: OffPolicyAlgorithm>(
        _ head: SmallReplayAgent.Head, critics: Int, _ algorithm: (OffPolicyNetworks) throws -> Algorithm
      ) throws -> any Trainer {
        let (networks, roles) = try SmallReplayAgent.networks(environment.spaces(), head: head, critics: critics)
        guard let state else {
          return try algorithm(networks).begin(
            TrainingSetup(seed: seed, target: 80, makeRunner: kernels.makeRunner),
            parameters: SmallAgent.parameters(roles, seed: seed))
        }
        return try algorithm(networks).resume(
          TrainingSetup(seed: 0, target: 80, makeRunner: kernels.makeRunner), state)
      }
      switch self {
      case .ddpg, .episode:
        var settings = DDPGSettings()
        (settings.environment, settings.replay, settings.rate) = (environment, replay, rate)
        return try make(.action, critics: 1) { try DDPG($0, settings: settings) }
      case .td3, .terminal, .penalties:
        var settings = TD3Settings()
        (settings.environment, settings.replay, settings.rate) = (environment, replay, rate)
        settings.policyDelay = 3
        (settings.evaluation.every, settings.evaluation.episodes) = (20, 2)
        if self == .penalties { settings.penalty.weight = 0.1 }
        return try make(.action, critics: 2) { try TD3($0, settings: settings) }
      case .sac, .stateDependent, .constant, .density:
        var settings = SACSettings()
        (settings.environment, settings.replay, settings.rate) = (environment, replay, rate)
        settings.stateDependentExploration = self == .stateDependent
        if self == .stateDependent { settings.explorationSteps = 3 }
        if self == .constant {
          settings.entropyCoefficient = .constant(0.2)
          (settings.penalty.network, settings.penalty.weight, settings.penalty.respectTo) = (.critic, 0.1, .both)
        }
        if self == .density { (settings.penalty.weight, settings.penalty.quantity) = (0.1, .logProbability) }
        let head = self == .stateDependent ? SmallReplayAgent.Head.stateDependent(logDeviation: -1) : .squashed
        return try make(head, critics: 2) { try SAC($0, settings: settings) }
      }
    }

    /// The states after each step up to this one, and the steps' metrics.
    func course(_ kernels: Kernels, to last: Int) throws -> (states: [TrainingState], metrics: [[String: Double]]) {
      var trainer = try trainer(kernels)
      var (states, metrics) = ([try trainer.state], [[String: Double]]())
      while trainer.step < last {
        metrics.append(try trainer.advanceAndEvaluate())
        states.append(try trainer.state)
      }
      return (states, metrics)
    }
  }

  /// Every step: before and after learning starts, of every episode, between the actor's updates, around the end of the
  /// ring.
  @Test(arguments: Setting.allCases, [Kernels.cpu, .plan])
  func resumesBitForBitAtEveryStep(_ setting: Setting, _ kernels: Kernels) throws {
    let (states, metrics) = try setting.course(kernels, to: 60)
    #expect(metrics.contains { $0["return"] != nil } && metrics.contains { $0["actor"] != nil })
    for cut in states.indices.dropLast() {
      var resumed = try setting.trainer(kernels, resuming: states[cut])
      #expect(try resumed.state == states[cut])
      #expect(try resumed.advanceAndEvaluate() == metrics[cut], "cut \(cut)")
      #expect(try resumed.state == states[cut + 1], "cut \(cut)")
    }
  }

  @Test(arguments: Setting.allCases) func plansAgreeWithNodes(_ setting: Setting) throws {
    // Few updates, because a policy's actions amplify differences in the last bits.
    let (expected, found) = (try setting.course(.cpu, to: 14), try setting.course(.plan, to: 14))
    let (first, second) = (try #require(expected.states.last).tensors, try #require(found.states.last).tensors)
    #expect(first.keys.sorted() == second.keys.sorted())
    for (name, value) in first where value.dtype != .int64 {
      #expect(mismatch(try #require(second[name]), value, relative: 1e-6, absolute: 1e-6) == nil, "\(name)")
    }
  }

  /// The matrix of state-dependent exploration stays the same until the next update, or for a number of steps.
  @Test(arguments: [nil, 3] as [Int?]) func explorationIsKept(every steps: Int?) throws {
    var (settings, environment) = (SACSettings(), EnvironmentSettings(id: "Pendulum-v1"))
    environment.copies = 2
    (settings.environment, settings.stateDependentExploration, settings.explorationSteps) = (environment, true, steps)
    (settings.replay.updateFrequency, settings.replay.learningStarts, settings.replay.batch) = (.steps(8), 4, 4)
    let (networks, roles) = try SmallReplayAgent.networks(
      environment.spaces(), head: .stateDependent(logDeviation: -1), critics: 2)
    var trainer = try SAC(networks, settings: settings).begin(
      TrainingSetup(seed: 1, target: 80, makeRunner: Kernels.cpu.makeRunner),
      parameters: SmallAgent.parameters(roles, seed: 1))
    var earlier = try trainer.state.tensors["agent/exploration"]
    for step in 0..<40 {
      _ = try trainer.advance()
      let matrix = try trainer.state.tensors["agent/exploration"]
      #expect((matrix != earlier) == (step % 8 % (steps ?? 8) == 0), "step \(step)")
      earlier = matrix
    }
  }

  @Test func seedsDecide() throws {
    let states = try ([3, 3, 4] as [UInt64]).map { seed in
      var trainer = try Setting.sac.trainer(.cpu, seed: seed)
      for _ in 0..<8 { _ = try trainer.advance() }
      return try trainer.state
    }
    #expect(states[0] == states[1])
    for name in ["environment/Pendulum-v1/variables", "replay/0000", "actor/linear1.weight"] {
      #expect(states[0].tensors[name] != nil && states[0].tensors[name] != states[2].tensors[name], "\(name)")
    }
  }

  /// Two environments: step 10 is the first one after 9, when learning starts.
  @Test(
    arguments: [
      (Setting.ddpg, [0, 0, 0, 0, 0, 1, 2, 3, 4, 5]), (.td3, [0, 0, 0, 0, 0, 0, 4, 4, 8, 8]),
      (.stateDependent, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2]),
      (.episode, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 7, 7, 7, 7, 7, 7, 14]),
    ])
  func updatesAreDoneWhenDue(_ setting: Setting, _ counts: [Int64]) throws {
    let copies = setting == .episode ? 1 : 2
    let states = try setting.course(.cpu, to: copies * (counts.count - 1)).states
    #expect(states.map { $0.counters["updates/count"] } == counts)
    #expect(states.allSatisfy { $0.counters["updates/due"] == 0 && $0.counters["updates/actorIsDue"] == 0 })
  }

  @Test func actorAndTargetsFollowWithADelay() throws {
    // One update per step, the first of them in step 5.
    let (states, metrics) = try Setting.terminal.course(.cpu, to: 40)
    for index in 1..<states.count {
      let count = Int(states[index].counters["updates/count"] ?? 0)
      #expect(count == max(0, index - 4))
      func changes(_ name: String) -> Bool { states[index - 1].tensors[name] != states[index].tensors[name] }
      let isTurn = count > 0 && count % 3 == 0
      #expect(changes("critic1/linear1.weight") == (count > 0) && changes("critic2/linear1.weight") == (count > 0))
      for name in ["actor/linear1.weight", "target/actor/linear1.weight", "target/critic2/value.weight"] {
        #expect(changes(name) == isTurn, "\(name), step \(index)")
      }
      let keys = (count > 0 ? ["critic", "q"] : []) + (isTurn ? ["actor"] : [])
      #expect(Set(metrics[index - 1].keys).subtracting(["return", "length", "evaluation"]) == Set(keys))
    }
    #expect(metrics.indices.filter { metrics[$0]["evaluation"] != nil } == [9, 19])
  }

  /// The rows of a buffer with room for all transitions.
  private func rows(_ setting: Setting, _ count: Int) throws -> [[Float]] {
    var trainer = try setting.trainer(.cpu)
    while trainer.step < count { _ = try trainer.advance() }
    let numbers: [Float] = try #require(trainer.state.tensors["replay/0000"]).elements()
    return stride(from: 0, to: numbers.count, by: 9).map { Array(numbers[$0..<$0 + 9]) }
  }

  @Test(arguments: [Setting.td3, .terminal, .sac]) func theBufferHasWhatHappened(_ setting: Setting) throws {
    let rows = try rows(setting, 24)
    #expect(rows.count == 24)
    for (index, row) in rows.enumerated() {
      let isLast = index / 2 == 6
      #expect(row[5] == (isLast && setting == .terminal ? 1 : 0), "row \(index)")
      #expect(abs(row[0] * row[0] + row[1] * row[1] - 1) < 1e-5 && abs(row[3]) <= 1 && row[4] <= 0)
      // The physics: the next angular velocity from an action that is rescaled to ±2.
      let velocity = row[2] + (15 * row[1] + 3 * 2 * row[3]) * 0.05
      #expect(abs(row[8] - max(-8, min(velocity, 8))) < 1e-4, "row \(index)")
      // The next row of the same environment continues from there, unless the episode has ended.
      if index + 2 < rows.count { #expect((Array(row[6...]) == Array(rows[index + 2][..<3])) == !isLast) }
    }
    // Before learning starts, actions are uniform on ±1. The policy's own actions are small at first.
    #expect(rows[..<10].contains { abs($0[3]) > 0.5 } && Set(rows.map { $0[3] }).count > 20)
  }

  /// If the actor's step fails, the previous critic updates stay. The actor's update is still due on the same
  /// transitions.
  @Test(arguments: [Setting.sac, .stateDependent, .ddpg], [Kernels.cpu, .plan])
  func aStepOfTheActorThatIsDueComesFirst(_ setting: Setting, _ kernels: Kernels) throws {
    let states = try setting.course(kernels, to: 22).states
    let (before, after) = (states[9], states[10])
    var due = after
    for name in after.tensors.keys where ["actor/", "target/", "entropy/"].contains(where: name.hasPrefix) {
      due.tensors[name] = before.tensors[name]
    }
    for name in ["replay", "update"] { due.streams[name] = before.streams[name] }
    due.counters["updates/count"] = before.counters["updates/count"]
    due.counters["updates/due"] = 1
    due.counters["updates/actorIsDue"] = 1
    var resumed = try setting.trainer(kernels, resuming: due)
    #expect(try resumed.state == due)
    #expect(try resumed.advance()["actor"] != nil)
    #expect(try resumed.state == states[11])
    due.counters["updates/due"] = 0
    #expect(throws: CheckpointError.self) { try setting.trainer(kernels, resuming: due) }
  }

  @Test func aBrokenNetworkIsReported() throws {
    let whole = try #require(Setting.td3.course(.cpu, to: 28).states.last)
    for (name, culprit) in [("actor/action.bias", "action"), ("critic2/value.bias", "critic")] {
      var state = whole
      let type = try #require(state.tensors[name]).type
      state.tensors[name] = TensorValue(repeating: .nan, type: type)
      var broken = try Setting.td3.trainer(.cpu, resuming: state)
      let error = #expect(throws: AlgorithmError.self) {
        for _ in 0..<2 { _ = try broken.advance() }
      }
      #expect(error?.code == .diverged && error?.message.contains(culprit) == true, "\(String(describing: error))")
      #expect(try broken.state.tensors["target/critic1/value.bias"] == whole.tensors["target/critic1/value.bias"])
    }
  }

  @Test func refusesAStateThatDoesNotFit() throws {
    let whole = try #require(Setting.ddpg.course(.cpu, to: 14).states.last)
    for name in whole.tensors.keys.sorted() {
      var state = whole
      state.tensors[name] = nil
      #expect(throws: (any Error).self, "\(name)") { try Setting.ddpg.trainer(.cpu, resuming: state) }
    }
    for name in whole.counters.keys.sorted() {
      var state = whole
      state.counters[name] = nil
      let error = #expect(throws: CheckpointError.self) { try Setting.ddpg.trainer(.cpu, resuming: state) }
      #expect(error?.message.contains(name) == true)
    }
    for name in whole.streams.keys.sorted() {
      var state = whole
      state.streams[name] = nil
      let error = #expect(throws: CheckpointError.self) { try Setting.ddpg.trainer(.cpu, resuming: state) }
      #expect(error?.message.contains(name) == true)
    }
  }

  /// The graph takes Pendulum's observations and outputs its actions, ±2.
  @Test(arguments: [SmallReplayAgent.Head.action, .squashed, .stateDependent(logDeviation: -1)])
  func thePolicyIsAGraph(head: SmallReplayAgent.Head) throws {
    let environment = EnvironmentSettings(id: "Pendulum-v1")
    func graph() throws -> (graph: Graph, roles: [String: Sequential], outputs: [String]) {
      switch head {
      case .action:
        let (networks, roles) = try SmallReplayAgent.networks(environment.spaces(), head: head, critics: 2)
        return (try #require(try TD3(networks, settings: TD3Settings()).policyGraph()), roles, ["action"])
      case .squashed, .stateDependent:
        let (networks, roles) = try SmallReplayAgent.networks(environment.spaces(), head: head, critics: 2)
        var settings = SACSettings()
        if case .stateDependent = head { settings.stateDependentExploration = true }
        return (
          try #require(try SAC(networks, settings: settings).policyGraph()), roles, ["action", "logDeviation", "mean"]
        )
      }
    }
    let (policy, roles, outputs) = try graph()
    try policy.verify()
    #expect(policy.outputs.map(\.name) == outputs && policy.inputs.map(\.name) == ["observation"])
    let parameters = SmallAgent.parameters(roles, seed: 8).filter { $0.key.hasPrefix("actor/") }
    #expect(policy.parameters.map(\.name).sorted() == parameters.keys.sorted())
    let observations = TensorValue([1, 0, 0.5, -0.6, 0.8, -3] as [Float], shape: [2, 3])
    let action = try Executor(policy, parameters: parameters).run(["observation": observations]).outputs["action"]
    let heads = try Executor(#require(roles["actor"]).graph, parameters: parameters.scoped("actor"))
      .run(["input": observations]).outputs
    let expected = try heads["action"]?.doubles ?? #require(heads["mean"]).doubles.map { tanh($0) }
    #expect(mismatch(try #require(action).doubles, expected.map { 2 * $0 }, relative: 1e-6, absolute: 1e-6) == nil)
  }
}
