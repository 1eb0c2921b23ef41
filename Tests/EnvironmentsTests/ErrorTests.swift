import Testing

import Environments

@Suite("Bad input")
struct ErrorTests {
  /// One mistake of each kind, its error code, and words of its message.
  struct Mistake: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let code: EnvironmentError.Code
    let words: [String]
    let make: @Sendable () throws -> Void

    init(
      _ description: String, _ code: EnvironmentError.Code, _ words: [String],
      _ make: @escaping @Sendable () throws -> Void
    ) {
      testDescription = description
      self.code = code
      self.words = words
      self.make = make
    }
  }

  private static func step(_ id: EnvironmentID, _ action: Action) throws {
    var environment = try id.make(seed: 0)
    let before = environment.state
    defer { #expect(environment.state == before) }
    _ = try environment.step(action)
  }

  /// Takes a step with three environments, none of which may then have moved.
  private static func step(
    _ id: EnvironmentID, _ actions: ActionBatch, wrap: (any VectorEnvironment) throws -> any VectorEnvironment = { $0 }
  ) throws {
    var environment = try wrap(id.makeVector(count: 3, seed: 0))
    var step = VectorStep(for: environment)
    let before = try environment.state
    defer { #expect(throws: Never.self) { try #require(environment.state == before) } }
    try environment.step(actions, into: &step)
  }

  static let mistakes = [
    Mistake("an unknown name", .unknownEnvironment, ["'CartPole-v9'"] + EnvironmentID.allCases.map(\.rawValue)) {
      _ = try EnvironmentID(named: "CartPole-v9")
    },
    Mistake("no copies", .invalidSetting, ["CartPole-v1", "at least 1 environment", "found 0"]) {
      _ = try EnvironmentID.cartPole.makeVector(count: 0, seed: 0)
    },
    Mistake("no time", .invalidSetting, ["Acrobot-v1", "time limit", "found 0"]) {
      _ = try EnvironmentID.acrobot.make(seed: 0, timeLimit: 0)
    },
    Mistake("no time for copies", .invalidSetting, ["Acrobot-v1", "time limit", "found -1"]) {
      _ = try EnvironmentID.acrobot.makeVector(count: 1, seed: 0, timeLimit: -1)
    },
    Mistake("an empty window", .invalidSetting, ["CartPole-v1", "window", "found 0"]) {
      _ = try RecordEpisodeStatistics(EnvironmentID.cartPole.makeVector(count: 1, seed: 0), window: 0)
    },
    Mistake("an epsilon of 0", .invalidSetting, ["CartPole-v1", "epsilon", "found 0.0 and none"]) {
      _ = try NormalizeObservation(EnvironmentID.cartPole.makeVector(count: 1, seed: 0), epsilon: 0)
    },
    Mistake("a negative clip", .invalidSetting, ["CartPole-v1", "clip", "and -1.0"]) {
      _ = try NormalizeReward(EnvironmentID.cartPole.makeVector(count: 1, seed: 0), clip: -1)
    },
    Mistake("moments of other observations", .invalidSetting, ["CartPole-v1", "4 elements", "found 3"]) {
      _ = try NormalizeObservation(EnvironmentID.cartPole.makeVector(count: 1, seed: 0), moments: .init(width: 3))
    },
    Mistake("a discount above 1", .invalidSetting, ["CartPole-v1", "discount", "found 1.5"]) {
      _ = try NormalizeReward(EnvironmentID.cartPole.makeVector(count: 1, seed: 0), discount: 1.5)
    },
    Mistake("clipped choices", .invalidSetting, ["CartPole-v1", "discrete"]) {
      _ = try ClipAction(EnvironmentID.cartPole.makeVector(count: 1, seed: 0))
    },
    Mistake("rescaled choices", .invalidSetting, ["CartPole-v1", "discrete"]) {
      _ = try RescaleAction(EnvironmentID.cartPole.makeVector(count: 1, seed: 0))
    },
    Mistake("infinite bounds rescaled", .invalidSetting, ["Pendulum-v1", "inf"]) {
      _ = try RescaleAction(ClipAction(EnvironmentID.pendulum.makeVector(count: 1, seed: 0)))
    },
    Mistake("empty bounds", .invalidSetting, ["Pendulum-v1", "found 1.0 and 1.0"]) {
      _ = try RescaleAction(EnvironmentID.pendulum.makeVector(count: 1, seed: 0), low: 1, high: 1)
    },
    Mistake("no such choice", .invalidAction, ["CartPole-v1", "from 0 to 1", "found 2"]) {
      try step(.cartPole, .discrete(2))
    },
    Mistake("a negative choice", .invalidAction, ["Acrobot-v1", "from 0 to 2", "found -1"]) {
      try step(.acrobot, .discrete(-1))
    },
    Mistake("numbers for a choice", .invalidAction, ["CartPole-v1", "a discrete action", "found a vector"]) {
      try step(.cartPole, .continuous([1]))
    },
    Mistake("a choice for numbers", .invalidAction, ["Pendulum-v1", "1 number", "found a discrete action"]) {
      try step(.pendulum, .discrete(0))
    },
    Mistake("too many numbers", .invalidAction, ["Pendulum-v1", "1 number", "found 2"]) {
      try step(.pendulum, .continuous([1, 2]))
    },
    Mistake("NaN", .invalidAction, ["MountainCarContinuous-v0", "finite", "nan"]) {
      try step(.mountainCarContinuous, .continuous([.nan]))
    },
    Mistake("an infinity", .invalidAction, ["MountainCarContinuous-v0", "finite", "-inf"]) {
      try step(.mountainCarContinuous, .continuous([-.infinity]))
    },
    Mistake("too few choices", .invalidAction, ["CartPole-v1", "3 discrete actions", "found 2"]) {
      try step(.cartPole, ActionBatch.discrete([0, 1]))
    },
    Mistake("no such choice for a copy", .invalidAction, ["CartPole-v1", "found 5 in environment 2"]) {
      try step(.cartPole, ActionBatch.discrete([0, 1, 5]))
    },
    Mistake("too few numbers", .invalidAction, ["Pendulum-v1", "1 number for each of 3 environments", "found 2"]) {
      try step(.pendulum, ActionBatch.continuous([0, 1]))
    },
    Mistake("NaN for a copy, through all wrappers", .invalidAction, ["Pendulum-v1", "nan in environment 1"]) {
      try step(.pendulum, ActionBatch.continuous([0, .nan, 1])) {
        try NormalizeReward(NormalizeObservation(RecordEpisodeStatistics(ClipAction(RescaleAction($0)))))
      }
    },
    Mistake("a step after the end", .episodeOver, ["Pendulum-v1", "over", "reset"]) {
      var environment = Pendulum(seed: 0, timeLimit: 3)
      for _ in 0..<4 {
        _ = try environment.step(.continuous([0]))
      }
    },
    Mistake("a step of copies after the end", .episodeOver, ["Pendulum-v1", "environments 0, 2", "reset"]) {
      var environment = try EnvironmentID.pendulum.makeVector(count: 3, seed: 0, timeLimit: 3, autoresetMode: .disabled)
      var step = VectorStep(for: environment)
      for number in 0..<4 {
        if number == 2 {
          try environment.reset(where: [false, true, false], into: &step)
        }
        try environment.step(.continuous([0, 0, 0]), into: &step)
      }
    },
    Mistake("a state of another environment", .invalidState, ["Pendulum-v1", "CartPole-v1"]) {
      var environment = Pendulum(seed: 0)
      try environment.restore(CartPole(seed: 0).state)
    },
    Mistake("a Python that isn't there", .worker, ["CartPole-v1", "/nowhere/python", "pip install gymnasium"]) {
      _ = try GymnasiumEnvironment("CartPole-v1", count: 1, seed: 0, python: "/nowhere/python")
    },
  ]

  @Test("The message has the expected and the found value", arguments: mistakes)
  func message(_ mistake: Mistake) {
    let error = #expect(throws: EnvironmentError.self) { try mistake.make() }
    #expect(error?.code == mistake.code)
    for word in mistake.words {
      #expect(error?.description.contains(word) == true, "'\(word)' isn't in: \(error?.description ?? "")")
    }
  }

  @Test("Every code occurs")
  func codes() {
    #expect(Set(Self.mistakes.map(\.code)) == Set(EnvironmentError.Code.allCases))
  }

  @Test("A cause follows the message")
  func cause() {
    struct Underlying: Error, CustomStringConvertible {
      let description = "why"
    }
    #expect(EnvironmentError(.invalidState, "what", cause: Underlying()).description == "what (why)")
  }
}
