import Testing

import Environments

@Suite("Wrappers")
struct WrapperTests {
  private let zeros = ActionBatch.continuous([0, 0, 0])

  private func pendulums(_ mode: AutoresetMode, timeLimit: Int = 3) throws -> any VectorEnvironment {
    try EnvironmentID.pendulum.makeVector(count: 3, seed: 0, timeLimit: timeLimit, autoresetMode: mode)
  }

  @Test("Parallel environments continue as single environments with their seeds", arguments: EnvironmentID.allCases)
  func copies(_ id: EnvironmentID) throws {
    for count in [1, 2, 7] {
      var singles = try (0..<count).map { try id.make(seed: 40 + UInt64($0), timeLimit: 35) }
      var environment = try id.makeVector(count: count, seed: 0, timeLimit: 35, autoresetMode: .sameStep)
      var step = VectorStep(for: environment)
      try environment.reset(seed: 40, into: &step)
      #expect(step.observations == singles.flatMap(\.observation))
      let width = environment.observationSpace.count
      var actor = Actor(id.rawValue, environment.actionSpace, seed: 1)
      for _ in 0..<200 {
        let actions = actor.act(step.observations, copies: count)
        try environment.step(actions, into: &step)
        for copy in singles.indices {
          let action: Action =
            switch actions {
            case .discrete(let choices), .multiDiscrete(let choices): .discrete(choices[copy])
            case .continuous(let values): .continuous([values[copy]])
            }
          let single = try singles[copy].step(action)
          let row = copy * width..<(copy + 1) * width
          #expect(step.rewards[copy] == single.reward)
          #expect(step.terminated[copy] == single.terminated && step.truncated[copy] == single.truncated)
          #expect(Array(step.observations[row]) == (single.isOver ? singles[copy].reset() : single.observation))
          #expect(!single.isOver || Array(step.finalObservations[row]) == single.observation)
        }
      }
    }
  }

  @Test("A reset of some environments does not change the others")
  func partialReset() throws {
    var environment = try NormalizeReward(RecordEpisodeStatistics(pendulums(.disabled, timeLimit: 4)))
    var step = VectorStep(for: environment)
    try environment.reset(seed: 3, into: &step)
    for _ in 0..<2 {
      try environment.step(zeros, into: &step)
    }
    let before = step
    let returns = try environment.state.arrays["reward-moments/returns"]
    try environment.reset(where: [false, true, false], into: &step)
    #expect(step.observations[0..<3] == before.observations[0..<3])
    #expect(step.observations[3..<6] != before.observations[3..<6])
    #expect(step.observations[6..<9] == before.observations[6..<9])
    guard case .float32(let sums) = returns,
      case .float32(let kept) = try environment.state.arrays["reward-moments/returns"]
    else { throw EnvironmentError(.invalidState, "no returns") }
    #expect(kept == [sums[0], 0, sums[2]])
    for number in 0..<2 {
      try environment.step(zeros, into: &step)
      #expect(step.episodes.map(\.copy) == (number == 1 ? [0, 2] : []))
    }
    #expect(step.episodes.map(\.length) == [4, 4])
    try environment.reset(where: [true, false, true], into: &step)
    for _ in 0..<2 {
      try environment.step(zeros, into: &step)
    }
    #expect(step.episodes.map(\.copy) == [1] && step.episodes.map(\.length) == [4])
  }

  @Test("A partial reset counts and normalises only the new observations")
  func partialNormalisation() throws {
    var bare = try pendulums(.disabled)
    var bareStep = VectorStep(for: bare)
    var environment = try NormalizeObservation(pendulums(.disabled))
    var step = VectorStep(for: environment)
    try environment.reset(seed: 3, into: &step)
    try bare.reset(seed: 3, into: &bareStep)
    let before = step.observations
    try environment.reset(where: [false, true, true], into: &step)
    try bare.reset(where: [false, true, true], into: &bareStep)
    #expect(step.observations[0..<3] == before[0..<3])
    #expect(environment.moments.count == 1e-4 + 3 + 2)
    var moments = try NormalizeObservation(pendulums(.disabled)).moments
    var first = try pendulums(.disabled)
    var firstStep = VectorStep(for: first)
    try first.reset(seed: 3, into: &firstStep)
    moments.update(with: firstStep.observations)
    moments.update(with: Array(bareStep.observations[3...]))
    #expect(environment.moments == moments)
    for index in 3..<9 {
      let (mean, variance) = (moments.mean[index % 3], moments.variance[index % 3])
      #expect(step.observations[index] == (bareStep.observations[index] - mean) / (variance + 1e-8).squareRoot())
    }
  }

  @Test("The moments of many batches are those of all their rows")
  func moments() {
    var generator = PCG64(seed: 3)
    let rows = (0..<3_000).map { _ in Float(generator.uniform(-1, 3)) }
    var moments = RunningMoments<Double>(width: 3)
    for start in stride(from: 0, to: rows.count, by: 30) {
      moments.update(with: Array(rows[start..<start + 30]))
    }
    for column in 0..<3 {
      let numbers = stride(from: column, to: rows.count, by: 3).map { Double(rows[$0]) }
      let mean = numbers.reduce(0, +) / 1000
      let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1000
      #expect(abs(moments.mean[column] - mean) < 1e-5)
      #expect(abs(moments.variance[column] - variance) < 1e-5)
    }
    #expect(abs(moments.count - 1000) < 1e-3)
  }

  @Test("Without updates, an evaluation uses the moments of a training and does not change them")
  func evaluation() throws {
    var training: any VectorEnvironment = try RecordEpisodeStatistics(NormalizeObservation(pendulums(.nextStep)))
    var step = VectorStep(for: training)
    try training.reset(seed: 3, into: &step)
    let moments = try #require(training.layer(NormalizeObservation.self)).moments
    var evaluation = try NormalizeReward(
      NormalizeObservation(pendulums(.nextStep), moments: moments, updates: false), updates: false)
    var other = VectorStep(for: evaluation)
    try evaluation.reset(seed: 3, into: &other)
    #expect(other.observations == step.observations)
    try evaluation.step(zeros, into: &other)
    #expect(evaluation.layer(NormalizeObservation.self)?.moments == moments)
    #expect(evaluation.moments == RunningMoments(width: 1))
    #expect(training.layer(ClipAction.self) == nil)
    #expect(training.layer(VectorSimulation<PendulumPhysics>.self)?.count == 3)
  }

  @Test("A clip bounds observations, last observations and rewards", arguments: AutoresetMode.allCases)
  func clip(_ mode: AutoresetMode) throws {
    var environment = try NormalizeReward(NormalizeObservation(pendulums(mode), clip: 0.5), clip: 0.25)
    #expect(environment.observationSpace == Box(low: [-0.5, -0.5, -0.5], high: [0.5, 0.5, 0.5]))
    var unbounded = try NormalizeReward(NormalizeObservation(pendulums(mode)))
    #expect(unbounded.observationSpace.high.allSatisfy { $0 == .infinity })
    var (step, free) = (VectorStep(for: environment), VectorStep(for: unbounded))
    try environment.reset(seed: 3, into: &step)
    try unbounded.reset(seed: 3, into: &free)
    for _ in 0..<3 {
      try environment.step(zeros, into: &step)
      try unbounded.step(zeros, into: &free)
      #expect(step.observations == free.observations.map { min(max($0, -0.5), 0.5) })
      #expect(step.rewards == free.rewards.map { min(max($0, -0.25), 0.25) })
    }
    #expect(free.observations.contains { abs($0) > 0.5 } && free.rewards.contains { abs($0) > 0.25 })
    #expect(step.finalObservations == free.finalObservations.map { min(max($0, -0.5), 0.5) })
    #expect(step.finalObservations.isEmpty == (mode != .sameStep))
  }

  @Test("The latest episodes are remembered, the oldest first")
  func window() throws {
    var environment = try RecordEpisodeStatistics(pendulums(.nextStep), window: 4)
    var step = VectorStep(for: environment)
    try environment.reset(seed: 3, into: &step)
    var all: [EpisodeStatistics] = []
    for _ in 0..<11 {
      try environment.step(zeros, into: &step)
      all += step.episodes
    }
    #expect(all.map(\.copy) == [0, 1, 2, 0, 1, 2, 0, 1, 2] && all.allSatisfy { $0.length == 3 })
    #expect(environment.episodeCount == 9)
    #expect(environment.recentTotalRewards == all.suffix(4).map(\.totalReward))
    #expect(environment.recentLengths == [3, 3, 3, 3])
  }

  @Test("Rescaled actions have the agent's bounds, clipped ones none")
  func actionSpaces() throws {
    let rescaled = try RescaleAction(pendulums(.nextStep), low: -3, high: 0.5)
    #expect(rescaled.actionSpace == .box(Box(low: [-3], high: [0.5])))
    #expect(try ClipAction(rescaled).actionSpace == .box(Box(low: [-.infinity], high: [.infinity])))
  }
}
