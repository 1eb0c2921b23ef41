import Checkpointing
import Environments
import Foundation
import GraphIR
import TestSupport
import Testing

@testable import TrainingAlgorithms

/// Runs whose environment could not be saved: they continue with new episodes, and the interrupted ones are cut off.
@Suite(
  "Resuming with new episodes",
  .enabled(if: ProcessInfo.processInfo.environment["ZOO_PYTHON"] != nil, "ZOO_PYTHON names no Python with gymnasium"))
struct NewEpisodesTests {
  private func environment(_ id: String) -> EnvironmentSettings {
    var settings = EnvironmentSettings(id: id)
    (settings.isGymnasium, settings.copies) = (true, 2)
    return settings
  }

  /// The state of a run in an environment that can be saved, as if it could not.
  private func forgetting(_ state: TrainingState, _ id: String) -> TrainingState {
    var state = state
    state.tensors = state.tensors.filter { !$0.key.hasPrefix("environment/\(id)/pickle") }
    state.tensors["environment/\(id)/seed-of-new-episodes"] = TensorValue([5] as [Int64])
    return state
  }

  private func rows(_ name: String, _ state: TrainingState) throws -> [Float] {
    try #require(state.tensors["rollout/\(name)"]).elements()
  }

  @Test(arguments: RolloutSettings.Truncation.allCases)
  func aRolloutIsCutOff(_ truncation: RolloutSettings.Truncation) throws {
    var settings = PPOSettings()
    settings.environment = environment("CartPole-v1")
    (settings.rollout.steps, settings.rollout.truncation, settings.batch) = (6, truncation, 4)
    let (policy, networks) = try SmallAgent.policy(settings.environment, rollout: settings.rollout)
    let algorithm = try PPO(policy, settings: settings)
    var trainer = try algorithm.begin(
      TrainingSetup(seed: 3, target: 60, makeRunner: Kernels.cpu.makeRunner),
      parameters: SmallAgent.parameters(networks, seed: 3))
    for _ in 0..<3 { _ = try trainer.advance() }
    let saved = try trainer.state
    _ = try trainer.advance()
    // The critic's output for the fourth observation, with the same parameters.
    let values = try rows("values", trainer.state)[6..<8]

    let resumed = try algorithm.resume(
      TrainingSetup(seed: 0, target: 60, makeRunner: Kernels.cpu.makeRunner), forgetting(saved, "CartPole-v1")
    ).state
    #expect(try rows("ends", saved) == [Float](repeating: 0, count: 12))
    #expect(try rows("ends", resumed) == [0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0])
    let gain = truncation == .bootstrap ? values.map { Float(0.99) * $0 } : [0, 0]
    let (before, after) = (try rows("rewards", saved), try rows("rewards", resumed))
    #expect(Array(after[..<4]) == Array(before[..<4]))
    #expect(mismatch(after[4..<6].map(Double.init), gain.map { 1 + Double($0) }, relative: 1e-6) == nil)
    #expect(resumed.counters["rollout/position"] == 3)
    #expect(resumed.tensors["agent/observation"] != saved.tensors["agent/observation"])
  }

  @Test func noiseBeginsAnew() throws {
    var settings = DDPGSettings()
    settings.environment = environment("Pendulum-v1")
    (settings.replay.capacity, settings.replay.noise) = (30, .ornsteinUhlenbeck(sigma: 0.5))
    let (networks, roles) = try SmallReplayAgent.networks(settings.environment.spaces(), head: .action, critics: 1)
    let algorithm = try DDPG(networks, settings: settings)
    var trainer = try algorithm.begin(
      TrainingSetup(seed: 3, target: 60, makeRunner: Kernels.cpu.makeRunner),
      parameters: SmallAgent.parameters(roles, seed: 3))
    for _ in 0..<3 { _ = try trainer.advance() }
    let saved = try trainer.state
    let kept = try algorithm.resume(
      TrainingSetup(seed: 0, target: 60, makeRunner: Kernels.cpu.makeRunner), saved
    ).state
    let anew = try algorithm.resume(
      TrainingSetup(seed: 0, target: 60, makeRunner: Kernels.cpu.makeRunner), forgetting(saved, "Pendulum-v1")
    ).state
    let zeros = TensorValue([0, 0] as [Double], shape: [2, 1])
    #expect(kept.tensors["noise/previous"] == saved.tensors["noise/previous"])
    #expect(saved.tensors["noise/previous"] != zeros && anew.tensors["noise/previous"] == zeros)
  }

  @Test func onlyWhatGoesOnIsCutOff() {
    var rollout = RolloutBuffer(steps: 2, copies: 2, observationWidth: 1, actionWidth: 1)
    rollout.cutOff(worth: [5, 6])
    #expect(rollout.rewards == [0, 0, 0, 0] && rollout.ends == [0, 0, 0, 0])
    rollout.append(rewards: [1, 2], ends: [1, 0])
    rollout.cutOff(worth: [5, 6])
    #expect(rollout.rewards == [1, 8, 0, 0] && rollout.ends == [1, 1, 0, 0])
  }
}
