import Testing

import Environments

@Suite("Vector environments and wrappers")
struct VectorTests {
  let fixture: Fixture

  init() throws {
    fixture = try Fixture.load()
  }

  /// The environment of a run of the fixture, and the start of its words.
  private func make(_ run: Fixture.Vector) throws -> any VectorEnvironment {
    var environment = try EnvironmentID(named: run.id).makeVector(
      count: run.copies, seed: 0, timeLimit: run.limit, autoresetMode: run.mode)
    for layer in run.layers {
      environment =
        switch layer {
        case "statistics": try RecordEpisodeStatistics(environment)
        case "observations": try NormalizeObservation(environment)
        case "rewards": try NormalizeReward(environment)
        case "clip": try ClipAction(environment)
        default: try RescaleAction(environment, low: run.bounds[0], high: run.bounds[1])
        }
    }
    return environment
  }

  private func add(_ step: VectorStep, of environment: any VectorEnvironment, to digest: inout Digest) {
    let width = environment.observationSpace.count
    digest.add(step.observations)
    digest.add(step.rewards)
    for copy in 0..<environment.count {
      digest.add(terminated: step.terminated[copy], truncated: step.truncated[copy])
    }
    for copy in 0..<environment.count where step.isOver(copy) {
      if let episode = step.episodes.first(where: { $0.copy == copy }) {
        digest.add([episode.totalReward])
        digest.add(UInt64(episode.length))
      }
      if environment.autoresetMode == .sameStep {
        digest.add(step.finalObservations[copy * width..<(copy + 1) * width])
      }
    }
  }

  @Test("Environments in wrappers have the bits of Gymnasium's", arguments: 0..<27)
  func vectors(_ number: Int) throws {
    try #require(fixture.vectors.count == 27)
    let run = fixture.vectors[number]
    var environment = try make(run)
    let space = try EnvironmentID(named: run.id).make(seed: 0).actionSpace
    var actor = Actor(run.id, space, seed: run.seed + 1000)
    var step = VectorStep(for: environment)
    var digest = Digest()
    try environment.reset(seed: run.seed, into: &step)
    digest.add(step.observations)
    for (block, expected) in run.digests.enumerated() {
      for _ in 0..<run.block {
        let over = (0..<run.copies).map { step.isOver($0) }
        if run.mode == .disabled, over.contains(true) {
          try environment.reset(where: over, into: &step)
          digest.add(step.observations)
        }
        try environment.step(actor.act(step.observations, copies: run.copies), into: &step)
        add(step, of: environment, to: &digest)
      }
      try #require(digest.text == expected, "\(run.id), \(run.mode), \(run.layers), block \(block)")
    }
    if let observations = environment.layer(NormalizeObservation.self) {
      let moments = observations.moments
      #expect(
        run.moments["observations"] == [
          moments.mean.map { hexadecimal($0.bitPattern) }.joined(),
          moments.variance.map { hexadecimal($0.bitPattern) }.joined(), hexadecimal(moments.count.bitPattern),
        ])
    }
    if let rewards = environment.layer(NormalizeReward.self) {
      let moments = rewards.moments
      #expect(
        run.moments["rewards"]
          == [moments.mean[0], moments.variance[0], moments.count].map { hexadecimal($0.bitPattern) })
    }
  }
}
