import Testing

import Environments

@Suite("Stacked frames against Gymnasium", Bridge.condition)
struct BridgeFrameTests {
  private func make(
    _ name: String, _ space: String, _ mode: AutoresetMode, seed: UInt64 = 3
  ) throws -> any VectorEnvironment {
    let environment = try Bridge.trial(
      ["space": .text(space)], name: name, module: "zoo_spaces", count: 2, seed: seed, mode: mode)
    return name == "Walk-v0" ? try FrameStack(environment, frames: 3) : environment
  }

  private func course(
    _ environment: inout any VectorEnvironment, _ step: inout VectorStep, steps: Int
  ) throws -> [VectorStep] {
    try (0..<steps).map { _ in
      let over = (0..<environment.count).map { step.isOver($0) }
      if environment.autoresetMode == .disabled, over.contains(true) {
        try environment.reset(where: over, into: &step)
      }
      try environment.step(.discrete([1, 0]), into: &step)
      return step
    }
  }

  @Test(
    "The rows are those of FrameStackObservation, in the middle and at the ends of episodes",
    arguments: AutoresetMode.allCases, ["matrix", "camera"])
  func rows(_ mode: AutoresetMode, _ space: String) throws {
    var (found, expected) = (try make("Walk-v0", space, mode), try make("StackedWalk-v0", space, mode))
    #expect(found.observationSpace == expected.observationSpace)
    var (step, theirs) = (VectorStep(for: found), VectorStep(for: expected))
    try found.reset(seed: 6, into: &step)
    try expected.reset(seed: 6, into: &theirs)
    #expect(step == theirs)
    let steps = try course(&found, &step, steps: 90)
    #expect(try steps == course(&expected, &theirs, steps: 90))
    #expect(steps.count { $0.isOver(0) } > 2)
  }

  @Test("A restored stack continues with the same bits", arguments: AutoresetMode.allCases)
  func restored(_ mode: AutoresetMode) throws {
    var (environment, other) = (try make("Walk-v0", "matrix", mode), try make("Walk-v0", "matrix", mode, seed: 9))
    var step = VectorStep(for: environment)
    try environment.reset(seed: 6, into: &step)
    for steps in [1, 7, 12, 20] {
      _ = try course(&environment, &step, steps: steps)
      var (copy, state) = (step, try environment.state)
      try other.restore(state)
      #expect(try other.state == state)
      #expect(try course(&other, &copy, steps: 40) == course(&environment, &step, steps: 40))
      state = try environment.state
      #expect(try other.state == state)
    }
  }

  @Test("A state without the frames, or with others, is refused and changes nothing")
  func refused() throws {
    var environment = try FrameStack(EnvironmentID.cartPole.makeVector(count: 2, seed: 1), frames: 2)
    let state = try environment.state
    for frames in [1, 3] {
      let other = try FrameStack(EnvironmentID.cartPole.makeVector(count: 2, seed: 2), frames: frames).state
      #expect(throws: EnvironmentError.self) { try environment.restore(other) }
    }
    let bare = try EnvironmentID.cartPole.makeVector(count: 2, seed: 2).state
    #expect(throws: EnvironmentError.self) { try environment.restore(bare) }
    #expect(try environment.state == state)
    #expect(throws: EnvironmentError.self) {
      try FrameStack(EnvironmentID.cartPole.makeVector(count: 2, seed: 1), frames: 0)
    }
  }
}
