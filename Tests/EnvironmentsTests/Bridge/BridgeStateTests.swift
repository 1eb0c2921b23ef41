import Testing

import Environments

@Suite("Saved states of Gymnasium's environments", Bridge.condition)
struct BridgeStateTests {
  private func wrapped(_ environment: any VectorEnvironment) throws -> any VectorEnvironment {
    try NormalizeReward(NormalizeObservation(RecordEpisodeStatistics(environment, window: 4)))
  }

  private func run(
    _ environment: inout any VectorEnvironment, from step: inout VectorStep, _ actor: inout Actor, steps: Int
  ) throws -> [VectorStep] {
    try (0..<steps).map { _ in
      let over = (0..<environment.count).map { step.isOver($0) }
      if environment.autoresetMode == .disabled, over.contains(true) {
        try environment.reset(where: over, into: &step)
      }
      try environment.step(actor.act(step.observations, copies: environment.count), into: &step)
      return step
    }
  }

  @Test("Restored environments continue with the same bits", arguments: BridgeTests.modes)
  func continued(_ id: EnvironmentID, _ mode: AutoresetMode) throws {
    var uninterrupted = try wrapped(Bridge.make(id, seed: 5, timeLimit: 27, mode: mode))
    #expect(uninterrupted.savingObstacle == nil)
    var resumed = try wrapped(Bridge.make(id, seed: 99, timeLimit: 27, mode: mode))
    var step = VectorStep(for: uninterrupted)
    var actor = Actor(id.rawValue, uninterrupted.actionSpace, seed: 6)
    try uninterrupted.reset(seed: 7, into: &step)
    // The run is interrupted after 0, 1, 26, 27, 28, 40 and 80 steps.
    for steps in [0, 1, 25, 1, 1, 12, 40] {
      _ = try run(&uninterrupted, from: &step, &actor, steps: steps)
      let state = try uninterrupted.state
      #expect(state.continuesEpisodes)
      try resumed.restore(EnvironmentState(state.arrays))
      #expect(try resumed.state == state)
      let paused = (step, actor)
      var (copyOfStep, copyOfActor) = paused
      let expected = try run(&uninterrupted, from: &step, &actor, steps: 70)
      #expect(try run(&resumed, from: &copyOfStep, &copyOfActor, steps: 70) == expected)
      #expect(try resumed.state == uninterrupted.state)
      try uninterrupted.restore(state)
      (step, actor) = paused
    }
  }

  @Test("An environment that pickles only its arguments is saved with its state")
  func madeAgain() throws {
    var environment = try Bridge.trial(name: "MadeAgain-v0")
    #expect(environment.savingObstacle == nil)
    var step = VectorStep(for: environment)
    _ = try environment.advance(7, from: &step)
    var resumed = try Bridge.trial(name: "MadeAgain-v0", seed: 9)
    try resumed.restore(environment.state)
    var other = step
    #expect(try resumed.advance(60, from: &other) == environment.advance(60, from: &step))
  }

  @Test(
    "The error names the obstacle to saving, and new episodes begin from a seed",
    arguments: [
      ("unpicklable", "cannot pickle '_thread.lock' object"), ("time", "differs from the original from"),
      ("file", "its pickle differs"),
    ])
  func newEpisodes(_ fault: String, _ obstacle: String) throws {
    var environment = try wrapped(Bridge.trial(["fault": .text(fault)]))
    #expect(environment.savingObstacle?.contains(obstacle) == true, "\(environment.savingObstacle ?? "none")")
    var step = VectorStep(for: environment)
    try environment.reset(seed: 1, into: &step)
    let early = try environment.state
    for _ in 0..<5 {
      try environment.step(.discrete([1, 0]), into: &step)
    }
    let late = try environment.state
    #expect(!early.continuesEpisodes && !late.continuesEpisodes)

    var starts: [[Float]] = []
    for state in [late, late, early] {
      var resumed = try Bridge.trial(["fault": .text(fault)], seed: 77)
      try resumed.restore(state)
      var first = VectorStep(for: resumed)
      let error = #expect(throws: EnvironmentError.self) { try resumed.step(.discrete([1, 0]), into: &first) }
      #expect(error?.code == .episodeOver)
      #expect(error?.message.contains("reset") == true)
      try resumed.reset(seed: nil, into: &first)
      starts.append(first.observations)
      try resumed.step(.discrete([1, 0]), into: &first)
    }
    #expect(starts[0] == starts[1] && starts[0] != starts[2])
    #expect(starts[0][0] != starts[0][1])
  }

  @Test("An environment that can no longer be pickled is saved as a seed")
  func lazilyUnpicklable() throws {
    var environment = try Bridge.trial(["fault": .text("lazily unpicklable"), "at": .int(30)], mode: .sameStep)
    #expect(environment.savingObstacle == nil)
    var step = VectorStep(for: environment)
    _ = try environment.advance(29, from: &step)
    #expect(try environment.state.continuesEpisodes)
    _ = try environment.advance(1, from: &step)
    #expect(try !environment.state.continuesEpisodes)
    _ = try environment.advance(30, from: &step)
  }

  @Test("A state that doesn't fit is refused, and nothing changes")
  func unfit() throws {
    var environment = try Bridge.make(.cartPole, count: 2)
    var step = VectorStep(for: environment)
    _ = try environment.advance(3, from: &step)
    let state = try environment.state
    func changed(_ change: (inout [String: EnvironmentState.Values]) -> Void) -> EnvironmentState {
      var arrays = state.arrays
      change(&arrays)
      return EnvironmentState(arrays)
    }
    guard case .int64(let words) = state.arrays["CartPole-v1/pickles"] else {
      Issue.record("there is no pickle")
      return
    }
    let three = try Bridge.make(.cartPole, count: 3).state
    let pendulum = try Bridge.make(.pendulum, count: 2).state
    let unfit: [(EnvironmentState, String)] = [
      (changed { $0["CartPole-v1/pickles"] = nil }, "CartPole-v1/pickles"),
      (changed { $0["CartPole-v1/pickle-sizes"] = nil }, "CartPole-v1/pickle-sizes"),
      (changed { $0["CartPole-v1/pickle-sizes"] = .int64([7, 7]) }, "CartPole-v1/pickle-sizes"),
      (changed { $0["CartPole-v1/pickle-sizes"] = .int64([.max, .max]) }, "CartPole-v1/pickle-sizes"),
      (changed { $0["CartPole-v1/pickles"] = .int64(words.map { $0 / 3 }) }, "can't be unpickled"),
      (
        changed { $0 = ["CartPole-v1/pickles": .int64([]), "CartPole-v1/pickle-sizes": .int64([0, 0])] },
        "can't be unpickled"
      ),
      (changed { $0 = ["CartPole-v1/seed-of-new-episodes": .int64([1, 2])] }, "seed-of-new-episodes"),
      (three, "has 3 environments, expected 2"),
      (pendulum, "CartPole-v1/pickles"),
      (
        changed {
          $0["CartPole-v1/pickles"] = pendulum.arrays["Pendulum-v1/pickles"]
          $0["CartPole-v1/pickle-sizes"] = pendulum.arrays["Pendulum-v1/pickle-sizes"]
        }, "has the spaces"
      ),
    ]
    for (other, words) in unfit {
      let error = #expect(throws: EnvironmentError.self) { try environment.restore(other) }
      #expect(error?.code == .invalidState)
      #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
      #expect(try environment.state == state)
    }
  }
}
