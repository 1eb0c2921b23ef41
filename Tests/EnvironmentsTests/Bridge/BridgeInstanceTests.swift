import Foundation
import Testing

import Environments

@Suite("Slow and single environments of Gymnasium", Bridge.condition)
struct BridgeInstanceTests {
  @Test("The timeout applies to a call of one environment")
  func timeout() throws {
    var environment = try Bridge.trial(
      ["seconds": .float(0.7)], name: "Slow-v0", module: "zoo_trials", count: 4, timeout: .seconds(2), trial: .none)
    var step = VectorStep(for: environment)
    // 2.8 seconds in all.
    _ = try environment.advance(1, from: &step)
    #expect(step.rewards == [0.25, 0.25, 0.25, 0.25])
  }

  @Test("The timeout of a call applies to the trial, not that of a start", arguments: ["seconds", "reset seconds"])
  func trialTimeout(_ call: String) throws {
    let error = #expect(throws: EnvironmentError.self) {
      try Bridge.trial(
        [call: .float(30)], name: "Slow-v0", module: "zoo_trials", timeout: .seconds(1), trial: .saving)
    }
    #expect(error?.message.contains("no answer within 1.0 seconds") == true, "\(error?.message ?? "")")
  }

  @Test("A probe and a trial need one instance at a time", arguments: [true, false])
  func single(_ isForever: Bool) throws {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    let arguments: [String: GymnasiumArgument] = ["path": .text(file), "forever": .bool(isForever)]
    for _ in 0..<2 {
      let probe = try Bridge.probe("Single-v0", arguments)
      #expect(probe.savingObstacle == nil && probe.seedingObstacle == nil)
      #expect(!FileManager.default.fileExists(atPath: file), "it was not closed")
    }
    var environment = try Bridge.trial(arguments, name: "Single-v0", module: "zoo_trials", count: 1, trial: .none)
    var step = VectorStep(for: environment)
    _ = try environment.advance(20, from: &step)
    let error = #expect(throws: EnvironmentError.self) { try Bridge.probe("Single-v0", arguments) }
    #expect(error?.message.contains("FileExistsError") == true, "\(error?.message ?? "")")
  }

  @Test("Instances are closed if another one can't be created")
  func closed() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    let error = #expect(throws: EnvironmentError.self) {
      try Bridge.trial(["path": .text(file)], name: "Single-v0", module: "zoo_trials", count: 2, trial: .none)
    }
    #expect(error?.message.contains("while there is 1 other") == true, "\(error?.message ?? "")")
    #expect(!FileManager.default.fileExists(atPath: file), "it was not closed")
  }

  @Test("States contain only a seed if an obstacle is known, and so do later ones")
  func knownObstacle() throws {
    let environment = try GymnasiumEnvironment(
      "CartPole-v1", count: 1, seed: 0, trial: .none, savingObstacle: "the run saves none")
    #expect(environment.savingObstacle == "the run saves none")
    let state = try environment.state
    #expect(!state.continuesEpisodes)
    var other = try GymnasiumEnvironment("CartPole-v1", count: 1, seed: 0, trial: .none)
    #expect(try other.state.continuesEpisodes)
    try other.restore(state)
    #expect(try !other.state.continuesEpisodes)
  }
}
