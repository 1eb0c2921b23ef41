import Testing

import Environments

/// `Chance-v0` shows draws of `random`, `numpy.random`, its spaces, its own generator and its constructor. Some of them
/// are drawn rarely.
@Suite("Randomness in Gymnasium's environments", Bridge.condition)
struct BridgeChanceTests {
  private func make(seed: UInt64, trial: GymnasiumTrial = .none) throws -> GymnasiumEnvironment {
    try Bridge.trial(name: "Chance-v0", module: "zoo_trials", seed: seed, mode: .sameStep, trial: trial)
  }

  private func observations(_ environment: inout GymnasiumEnvironment, _ steps: Int) throws -> [[Float]] {
    var step = VectorStep(for: environment)
    return try environment.advance(steps, from: &step).map(\.observations)
  }

  @Test("A seed determines the draws of all generators, and saved states include the generators")
  func seeded() throws {
    var environments = try [3, 3, 4].map { try make(seed: $0, trial: $0 == 4 ? .none : .saving) }
    #expect(environments[0].savingObstacle == nil && environments[0].seedingObstacle == nil)
    var (courses, states): ([[[Float]]], [EnvironmentState]) = ([], [])
    for index in environments.indices {
      courses.append(try observations(&environments[index], 25))
      states.append(try environments[index].state)
    }
    #expect(courses[0] == courses[1] && states[0] == states[1])
    for column in 0..<environments[0].observationSpace.count {
      #expect(courses[0].map { $0[column] } != courses[2].map { $0[column] }, "\(column)")
    }
    // The process of another seed continues from the first one's saved state, and the first one is restored.
    let expected = try observations(&environments[0], 25)
    for index in [2, 0] {
      try environments[index].restore(states[0])
      #expect(try observations(&environments[index], 25) == expected)
    }
    // A seed restarts all generators. Draws of the constructor stay the same.
    var step = VectorStep(for: environments[0])
    try environments[0].reset(seed: 3, into: &step)
    let first = step.observations
    _ = try environments[0].advance(9, from: &step)
    try environments[0].reset(seed: 3, into: &step)
    #expect(step.observations == first)
  }

  @Test("A trial has no lasting effect")
  func trials() throws {
    let courses = try [GymnasiumTrial.none, .steps, .saving].map { trial in
      var environment = try make(seed: 3, trial: trial)
      return try observations(&environment, 12)
    }
    #expect(courses[0] == courses[1] && courses[0] == courses[2])
  }

  /// An environment may import PyTorch in its module, or as late as in a step.
  @Test("PyTorch is seeded whenever it is imported", arguments: ["torch", "late torch"])
  func torch(_ source: String) throws {
    func make(seed: UInt64) throws -> GymnasiumEnvironment {
      try Bridge.trial(
        ["source": .text(source)], name: "Chance-v0", module: "zoo_trials", count: 1, seed: seed, mode: .sameStep,
        trial: seed == 3 ? .saving : .none)
    }
    var environments = try [3, 3, 4].map { try make(seed: $0) }
    #expect(environments[0].savingObstacle == nil && environments[0].seedingObstacle == nil)
    let early = try environments[0].state
    let courses = try environments.indices.map { try observations(&environments[$0], 25) }
    #expect(courses[0] == courses[1] && courses[0] != courses[2])
    // A state from before the import continues as the run did, even if PyTorch was imported later.
    for index in [0, 2] {
      try environments[index].restore(early)
      #expect(try observations(&environments[index], 25) == courses[0], "\(index)")
    }
  }

  /// A generator that no seed reaches is saved with the environment. Random numbers of the system, the time and the
  /// module are not saved.
  @Test(
    "Randomness that a seed does not reach is detected",
    arguments: [
      ("generator", true), ("system", false), ("coin", false), ("uuid", false), ("time", false), ("module", false),
    ])
  func unseeded(_ source: String, _ isSaved: Bool) throws {
    let probe = try Bridge.probe("Chance-v0", ["source": .text(source)])
    #expect((probe.savingObstacle == nil) == isSaved, "\(probe)")
    #expect(probe.savingObstacle?.contains("differs from the original from") ?? isSaved)
    #expect(probe.seedingObstacle?.contains("with the same seed differs from") == true, "\(probe)")
  }
}
