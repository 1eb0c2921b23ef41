import Foundation
import Testing

import Environments

@Suite("Gymnasium in another process", Bridge.condition)
struct BridgeTests {
  static let modes = EnvironmentID.allCases.flatMap { id in AutoresetMode.allCases.map { (id, $0) } }

  @Test("Environments in Python have the bits of the native ones", arguments: modes)
  func native(_ id: EnvironmentID, _ mode: AutoresetMode) throws {
    var native = try id.makeVector(count: 3, seed: 4, timeLimit: 90, autoresetMode: mode)
    var bridged = try Bridge.make(id, seed: 4, timeLimit: 90, mode: mode)
    #expect(bridged.observationSpace == native.observationSpace)
    #expect(bridged.actionSpace == native.actionSpace)
    #expect(bridged.timeLimit == 90 && bridged.count == 3 && bridged.id == id.rawValue)
    var (expected, found) = (VectorStep(for: native), VectorStep(for: bridged))
    var actor = Actor(id.rawValue, native.actionSpace, seed: 5)
    var ends = 0
    // Once directly after creation, and once after a seeded reset.
    for seed in [nil, .max - 1] as [UInt64?] {
      try native.reset(seed: seed, into: &expected)
      try bridged.reset(seed: seed, into: &found)
      #expect(found == expected)
      for number in 0..<1500 {
        let over = (0..<3).map { expected.isOver($0) }
        ends += over.count { $0 }
        if mode == .disabled, over.contains(true) {
          try native.reset(where: over, into: &expected)
          try bridged.reset(where: over, into: &found)
          try #require(found == expected, "reset before step \(number)")
        }
        let actions = actor.act(expected.observations, copies: 3)
        try native.step(actions, into: &expected)
        try bridged.step(actions, into: &found)
        try #require(found == expected, "step \(number)")
        try #require(found.observations.map(\.bitPattern) == expected.observations.map(\.bitPattern), "step \(number)")
      }
    }
    #expect(ends > 60)
  }

  @Test("A new environment has the state that its seed determines")
  func seeds() throws {
    var environment = try Bridge.make(.cartPole, seed: 40)
    var (first, second) = (VectorStep(for: environment), VectorStep(for: environment))
    let fresh = try environment.advance(20, from: &first)
    try environment.reset(seed: 40, into: &second)
    #expect(try environment.advance(20, from: &second) == fresh)
    try environment.reset(seed: 41, into: &second)
    #expect(try environment.advance(20, from: &second) != fresh)
  }

  @Test("Time limits are the environment's own by default")
  func timeLimits() throws {
    #expect(try Bridge.make(.pendulum, count: 1).timeLimit == 200)
    #expect(try Bridge.trial().timeLimit == 50)
    #expect(try Bridge.trial(name: "Endless-v0").timeLimit == .max)
  }

  @Test("Boxes of several dimensions and of float64 become flat float32")
  func boxes() throws {
    var environment = try Bridge.trial(["observation": .text("float64"), "action": .text("matrix")], count: 2)
    #expect(
      environment.observationSpace
        == Box(low: [Float](repeating: -100, count: 6), high: .init(repeating: 100, count: 6)))
    #expect(environment.actionSpace == .box(Box(low: [-2, -2, -2, -2], high: [2, 2, 2, 2])))
    var step = VectorStep(for: environment)
    try environment.reset(seed: 8, into: &step)
    let before = step.observations
    try environment.step(.continuous([0, 0, 0, 0, 10, 20, 30, 40]), into: &step)
    for copy in 0..<2 {
      let row = step.observations[copy * 6..<copy * 6 + 6]
      // Consecutive numbers from the position on, which the sum of the action and a draw from ±1 move.
      #expect(zip(row.dropFirst(), row).allSatisfy { abs($0 - $1 - 1) < 1e-4 })
      #expect(abs(row[copy * 6] - before[copy * 6] - (copy == 0 ? 0 : 100)) <= 1)
    }
  }

  @Test("Discrete actions are numbered from 0, whatever their start")
  func shiftedChoices() throws {
    var moves: [Float] = []
    for choice in 0..<3 {
      var environment = try Bridge.trial(["action": .text("shifted")], count: 1)
      #expect(environment.actionSpace == .discrete(count: 3, start: -1))
      var step = VectorStep(for: environment)
      try environment.reset(seed: 8, into: &step)
      try environment.step(.discrete([choice]), into: &step)
      moves.append(step.observations[0])
    }
    // Equal draws: neighbouring actions differ by 1.
    #expect(abs(moves[1] - moves[0] - 1) < 1e-5 && abs(moves[2] - moves[1] - 1) < 1e-5)
  }

  @Test("Wrong actions are refused as in native environments, and no environment moves")
  func actions() throws {
    var environment = try Bridge.make(.pendulum)
    var step = VectorStep(for: environment)
    try environment.reset(seed: 1, into: &step)
    let state = try environment.state
    let wrong: [(ActionBatch, String)] = [
      (.discrete([0, 1, 0]), "found a discrete action"), (.continuous([0, 1]), "found 2"),
      (.continuous([0, .nan, 0]), "nan in environment 1"),
    ]
    for (actions, words) in wrong {
      let error = #expect(throws: EnvironmentError.self) { try environment.step(actions, into: &step) }
      #expect(error?.code == .invalidAction)
      #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
    #expect(try environment.state == state)
  }

  @Test("A step after the end is refused, and no environment moves")
  func episodeOver() throws {
    var environment = try Bridge.make(.pendulum, timeLimit: 3, mode: .disabled)
    var step = VectorStep(for: environment)
    try environment.reset(seed: 1, into: &step)
    _ = try environment.advance(1, from: &step)
    try environment.reset(where: [false, true, false], into: &step)
    _ = try environment.advance(2, from: &step)
    let state = try environment.state
    let error = #expect(throws: EnvironmentError.self) { try environment.advance(1, from: &step) }
    #expect(error?.code == .episodeOver)
    #expect(error?.message.contains("environments 0, 2") == true, "\(error?.message ?? "")")
    #expect(try environment.state == state)
    try environment.reset(where: [true, false, true], into: &step)
    _ = try environment.advance(1, from: &step)
  }

  @Test("Output of an environment does not disturb the process")
  func printing() throws {
    var (quiet, loud) = (try Bridge.trial(), try Bridge.trial(["fault": .text("talk")]))
    var (expected, found) = (VectorStep(for: quiet), VectorStep(for: loud))
    #expect(try loud.advance(100, from: &found) == quiet.advance(100, from: &expected))
  }

  @Test("Arguments of every kind reach the environment")
  func arguments() throws {
    let arguments: [String: GymnasiumArgument] = [
      "a": .none, "b": .bool(true), "c": .int(3), "d": .float(0.5), "e": .text("é"), "f": .list([.int(1), .text("x")]),
      "g": .dictionary(["h": .bool(false)]), "i": .float(2), "j": .list([.float(-1e6)]),
    ]
    let error = #expect(throws: EnvironmentError.self) { try Bridge.trial(arguments) }
    #expect(error?.code == .invalidSetting)
    let printed =
      "{'a': None, 'b': True, 'c': 3, 'd': 0.5, 'e': 'é', 'f': [1, 'x'], 'g': {'h': False}, 'i': 2.0, "
      + "'j': [-1000000.0]}"
    for argument in printed.dropFirst().dropLast().split(separator: ", '") {
      #expect(error?.message.contains(argument) == true, "\(argument) isn't in \(error?.message ?? "")")
    }
    // A run stores its settings as JSON.
    let kept = try JSONDecoder().decode([String: GymnasiumArgument].self, from: JSONEncoder().encode(arguments))
    #expect(kept == arguments)
  }
}
