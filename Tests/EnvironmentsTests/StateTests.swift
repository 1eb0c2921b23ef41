import Testing

import Environments

@Suite("Saved states")
struct StateTests {
  static let modes = EnvironmentID.allCases.flatMap { id in AutoresetMode.allCases.map { (id, $0) } }

  /// Three environments in all wrappers that they allow, with short episodes.
  private func make(_ id: EnvironmentID, _ mode: AutoresetMode, seed: UInt64) throws -> any VectorEnvironment {
    var environment = try id.makeVector(count: 3, seed: seed, timeLimit: 27, autoresetMode: mode)
    if case .box = environment.actionSpace {
      environment = try ClipAction(RescaleAction(environment))
    }
    let statistics = try RecordEpisodeStatistics(environment, window: 4)
    return try NormalizeReward(NormalizeObservation(statistics))
  }

  /// The complete results of `steps` steps from a given one on.
  private func run(
    _ environment: inout any VectorEnvironment, from last: inout VectorStep, _ actor: inout Actor, steps: Int
  ) throws -> [VectorStep] {
    var trail: [VectorStep] = []
    for _ in 0..<steps {
      let over = (0..<environment.count).map { last.isOver($0) }
      if environment.autoresetMode == .disabled, over.contains(true) {
        try environment.reset(where: over, into: &last)
        trail.append(last)
      }
      try environment.step(actor.act(last.observations, copies: environment.count), into: &last)
      trail.append(last)
    }
    return trail
  }

  @Test("A restored environment continues with the same bits", arguments: EnvironmentID.allCases)
  func single(_ id: EnvironmentID) throws {
    var environment = try id.make(seed: 5, timeLimit: 60)
    var actor = Actor(id.rawValue, environment.actionSpace, seed: 6)
    for step in 0..<150 {
      if environment.isOver {
        environment.reset()
      }
      // Every step, including the first and the last of an episode.
      var resumed = try id.make(seed: 99, timeLimit: 60)
      try resumed.restore(EnvironmentState(environment.state.arrays))
      #expect(resumed.observation.map(\.bitPattern) == environment.observation.map(\.bitPattern), "step \(step)")
      let action = actor.act(environment.observation, episode: step / 60)
      #expect(try resumed.step(action) == environment.step(action), "step \(step)")
      #expect(resumed.state == environment.state, "step \(step)")
      resumed.reset()
      var other = environment
      other.reset()
      #expect(resumed.state == other.state, "step \(step)")
    }
  }

  @Test("Restored environments in wrappers continue with the same bits", arguments: modes)
  func vector(_ id: EnvironmentID, _ mode: AutoresetMode) throws {
    for pause in [0, 1, 5, 26, 27, 28, 30, 54, 55, 90] {
      var uninterrupted = try make(id, mode, seed: 5)
      var step = VectorStep(for: uninterrupted)
      var actor = Actor(id.rawValue, uninterrupted.actionSpace, seed: 6)
      try uninterrupted.reset(seed: 7, into: &step)
      _ = try run(&uninterrupted, from: &step, &actor, steps: pause)

      var resumed = try make(id, mode, seed: 99)
      try resumed.restore(EnvironmentState(uninterrupted.state.arrays))
      var (copyOfStep, copyOfActor) = (step, actor)
      let expected = try run(&uninterrupted, from: &step, &actor, steps: 80)
      #expect(try run(&resumed, from: &copyOfStep, &copyOfActor, steps: 80) == expected, "paused after \(pause) steps")
      #expect(try resumed.state == uninterrupted.state, "paused after \(pause) steps")
    }
  }

  @Test(
    "A state without one of its arrays, or with one of another length, is refused and changes nothing", arguments: modes
  )
  func incomplete(_ id: EnvironmentID, _ mode: AutoresetMode) throws {
    var environment = try make(id, mode, seed: 1)
    let saved = try environment.state
    var step = VectorStep(for: environment)
    try environment.reset(seed: 2, into: &step)
    let before = try environment.state
    for name in saved.arrays.keys {
      for replacement in [nil, .int64([]), .float32([1, 2, 3, 4, 5, 6, 7]), .float64([0.5])]
        as [EnvironmentState.Values?]
      {
        // Two environments have one float64. An empty window is one before the first episode.
        if case .float64(let numbers) = saved.arrays[name], case .float64(let others) = replacement,
          numbers.count == others.count
        {
          continue
        }
        if case .int64([]) = saved.arrays[name], case .int64([]) = replacement {
          continue
        }
        var arrays = saved.arrays
        arrays[name] = replacement
        let error = #expect(throws: EnvironmentError.self) { try environment.restore(EnvironmentState(arrays)) }
        #expect(error?.code == .invalidState)
        #expect(error?.description.contains(name) == true, "\(error?.description ?? "")")
        #expect(try environment.state == before)
      }
    }
  }

  @Test("Impossible values are refused")
  func impossible() throws {
    var environment = try make(.pendulum, .nextStep, seed: 1)
    let saved = try environment.state
    var step = VectorStep(for: environment)
    try environment.reset(seed: 2, into: &step)
    let before = try environment.state
    let impossible: [(String, EnvironmentState.Values)] = [
      ("Pendulum-v1/variables", .float64([0, 0, .nan, 0, 0, 0])),
      ("Pendulum-v1/generators", .int64([1, 2, 3, 5, 1, 2, 3, 4, 1, 2, 3, 5])),
      ("Pendulum-v1/elapsed-steps", .int64([0, 28, 0])),
      ("Pendulum-v1/elapsed-steps", .int64([0, -1, 0])),
      ("Pendulum-v1/elapsed-steps", .int64([0, 27, 0])),
      ("Pendulum-v1/over", .int64([0, 2, 0])),
      ("episode-statistics/lengths", .int64([0, -1, 0])),
      ("episode-statistics/recent-lengths", .int64([0])),
      ("observation-moments/variance", .float32([1, -1, 1])),
      ("observation-moments/mean", .float32([0, .infinity, 0])),
      ("observation-moments/count", .float64([0])),
      ("reward-moments/count", .float64([.nan])),
      ("reward-moments/returns", .float32([0, .nan, 0])),
      ("episode-statistics/total-rewards", .float64([0, .nan, 0])),
    ]
    for (name, values) in impossible {
      var arrays = saved.arrays
      arrays[name] = values
      let error = #expect(throws: EnvironmentError.self, "\(name) \(values)") {
        try environment.restore(EnvironmentState(arrays))
      }
      #expect(error?.code == .invalidState)
      #expect(try environment.state == before)
    }
  }

  @Test("The error of another environment's state names both")
  func otherEnvironment() throws {
    var pendulum = try EnvironmentID.pendulum.make(seed: 0)
    let cartPole = try EnvironmentID.cartPole.make(seed: 0)
    let error = #expect(throws: EnvironmentError.self) { try pendulum.restore(cartPole.state) }
    #expect(error?.code == .invalidState)
    #expect(error?.description.contains("'Pendulum-v1/variables'") == true)
    #expect(error?.description.contains("CartPole-v1/variables") == true)
  }
}
