import Foundation
import Testing

import Environments

@Suite("Failures of Gymnasium's environments", Bridge.condition)
struct BridgeFailureTests {
  /// The behaviour of an environment in its 40th step, and words of the message.
  static let faults: [(String, [String])] = [
    ("hang", ["no answer within 2.0 seconds", "killed", "it gets slow here"]),
    ("chatter", ["no answer within 2.0 seconds", "killed", "still here"]),
    ("exit", ["exited with status 3", "about to leave"]),
    ("fork", ["exited with status 4"]),
    ("abort", ["killed by signal 6 (Aborted)", "zoo_environments.py\", line"]),
    ("raise", ["0 raised in step", "step 40 of all", "ValueError: a wheel came off (", "zoo_environments.py:"]),
    ("leave", ["step() of environment 0 raised in step", "step 40 of all", "SystemExit: the licence has ended ("]),
    ("shape", ["environment 0", "step() returned", "shape (7,)", "step 40 of all", "shape (1,)"]),
    ("observation", ["environment 0 returned the observation [nan]", "step 40 of all"]),
    ("reward", ["environment 0 returned the reward inf", "step 40 of all"]),
  ]

  @Test("A fault ends the process, and the error describes it", arguments: faults.indices)
  func fault(_ number: Int) throws {
    let (fault, words) = Self.faults[number]
    var environment = try Bridge.trial(
      ["fault": .text(fault), "at": .int(40)], name: "Endless-v0", mode: .sameStep, timeout: .seconds(2))
    var step = VectorStep(for: environment)
    _ = try environment.advance(39, from: &step)
    let error = #expect(throws: EnvironmentError.self) { try environment.advance(1, from: &step) }
    #expect(error?.code == .worker)
    #expect(error?.message.hasPrefix("zoo_environments:Endless-v0: ") == true)
    for word in words {
      #expect(error?.message.contains(word) == true, "'\(word)' isn't in: \(error?.message ?? "")")
    }
    #expect(try Bridge.hasEnded(environment.processIdentifiers[0], within: 1))
    let again = #expect(throws: EnvironmentError.self) { try environment.state }
    #expect(again?.message == error?.message)
  }

  @Test("A killed process is reported, and another continues from the last state")
  func killed() throws {
    var environment = try Bridge.make(.cartPole, seed: 3, mode: .sameStep)
    var step = VectorStep(for: environment)
    try environment.reset(seed: 3, into: &step)
    _ = try environment.advance(13, from: &step)
    let state = try environment.state
    var saved = step
    let expected = try environment.advance(30, from: &step)
    kill(environment.processIdentifiers[0], SIGKILL)
    #expect(try Bridge.hasEnded(environment.processIdentifiers[0], within: 10))
    for _ in 0..<3 {
      let error = #expect(throws: EnvironmentError.self) { try environment.advance(1, from: &step) }
      #expect(error?.code == .worker)
      #expect(error?.message.contains("killed by signal 9 (Killed)") == true, "\(error?.message ?? "")")
    }
    var resumed = try Bridge.make(.cartPole, seed: 0, mode: .sameStep)
    try resumed.restore(state)
    #expect(try resumed.advance(30, from: &saved) == expected)
  }

  @Test("A process that is killed in the middle of a step is reported at once")
  func killedInStep() throws {
    var environment = try Bridge.trial(["fault": .text("hang"), "at": .int(40)], name: "Endless-v0", mode: .sameStep)
    let process = environment.processIdentifiers[0]
    Thread.detachNewThread {
      sleep(1)
      kill(process, SIGKILL)
    }
    var step = VectorStep(for: environment)
    let start = ContinuousClock.now
    let error = #expect(throws: EnvironmentError.self) { try environment.advance(40, from: &step) }
    #expect(error?.message.contains("killed by signal 9 (Killed)") == true, "\(error?.message ?? "")")
    #expect(ContinuousClock.now - start < .seconds(30), "it waited for the timeout")
  }

  @Test("Processes that an environment has started end with it")
  func helper() throws {
    var helpers: [Int32] = []
    do {
      var environment = try Bridge.trial(["fault": .text("helper")])
      var step = VectorStep(for: environment)
      _ = try environment.advance(1, from: &step)
      helpers = step.rewards.map { Int32($0) }
    }
    #expect(Set(helpers).count == 2)
    for helper in helpers {
      #expect(try Bridge.hasEnded(helper, within: 10))
    }
  }

  @Test("Signals that ask zoo to stop don't end the process", arguments: [SIGINT, SIGTERM])
  func stopSignals(_ signal: Int32) throws {
    var environment = try Bridge.make(.cartPole)
    var step = VectorStep(for: environment)
    kill(environment.processIdentifiers[0], signal)
    _ = try environment.advance(100, from: &step)
  }

  @Test("The error names the missing part and the remedy")
  func missing() throws {
    func error(
      _ id: String, _ python: String? = nil, arguments: [String: GymnasiumArgument] = [:]
    ) -> EnvironmentError? {
      #expect(throws: EnvironmentError.self) {
        try GymnasiumEnvironment(id, arguments: arguments, count: 1, seed: 0, python: python)
      }
    }
    func check(_ error: EnvironmentError?, _ code: EnvironmentError.Code, _ words: String...) {
      #expect(error?.code == code)
      for word in words {
        #expect(error?.message.contains(word) == true, "'\(word)' isn't in: \(error?.message ?? "")")
      }
    }
    check(error("CartPole-v1", "/nowhere/python"), .worker, "/nowhere/python", "pip install gymnasium", "ZOO_PYTHON")
    check(error("CartPole-v1", "/bin/false"), .worker, "exited with status 1")
    check(
      error("CartPole-v1", Bridge.fixture("python-without-packages")), .worker,
      "can't import Gymnasium", "No module named", "-m pip install gymnasium")
    check(error("CartPool-v1"), .unknownEnvironment, "CartPool-v1", "Did you mean: `CartPole`?")
    check(error("CartPole-v7"), .unknownEnvironment, "CartPole-v7", "v1")
    check(error("no_such_module:Walk-v0"), .unknownEnvironment, "no module 'no_such_module'", "PYTHONPATH")
    check(error("CartPole-v1", arguments: ["wheels": .int(4)]), .invalidSetting, "'wheels'", "4")
  }

  @Test("Settings out of range are refused")
  func settings() throws {
    for (count, limit, timeout, words) in [
      (0, 1, 1, "at least 1 environment"), (1, 0, 1, "time limit of at least 1"), (1, 1, 0, "timeout above 0"),
    ] {
      let error = #expect(throws: EnvironmentError.self) {
        try GymnasiumEnvironment("CartPole-v1", count: count, seed: 0, timeLimit: limit, timeout: .seconds(timeout))
      }
      #expect(error?.code == .invalidSetting)
      #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
  }

  @Test("Actions of a space that isn't supported are named")
  func spaces() {
    let error = #expect(throws: EnvironmentError.self) { try Bridge.trial(["action": .text("integers")]) }
    #expect(error?.code == .invalidSetting)
    for word in ["its action space is Box(0, 9, (2,), int64)", "expected a", "gymnasium.wrappers."] {
      #expect(error?.message.contains(word) == true, "'\(word)' isn't in: \(error?.message ?? "")")
    }
  }
}
