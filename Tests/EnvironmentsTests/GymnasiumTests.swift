import Foundation
import Testing

import Environments

@Suite("Bits of Gymnasium and NumPy")
struct GymnasiumTests {
  let fixture: Fixture

  init() throws {
    fixture = try Fixture.load()
  }

  @Test("PCG64 draws NumPy's words and uniform numbers")
  func generator() {
    for expected in fixture.generators {
      var source = PCG64(seed: expected.seed)
      var numbers = source
      #expect(expected.raw == expected.raw.map { _ in hexadecimal(source.next()) }, "seed \(expected.seed)")
      #expect(
        expected.uniform == expected.uniform.map { _ in hexadecimal(numbers.uniform(-0.05, 0.05).bitPattern) },
        "seed \(expected.seed)")
    }
  }

  @Test("Squares are those of libm's pow if x * x differs")
  func squares() throws {
    try #require(!fixture.squares.float64.isEmpty && !fixture.squares.float32.isEmpty)
    for pair in fixture.squares.float64 {
      let x = Double(bitPattern: words(pair[0])[0])
      #expect(hexadecimal(LibM.square(x).bitPattern) == pair[1], "\(x)")
    }
    for pair in fixture.squares.float32 {
      let x = Float(bitPattern: words(pair[0])[0])
      #expect(hexadecimal(LibM.square(x).bitPattern) == pair[1], "\(x)")
    }
  }

  @Test("Sines and cosines of small float32s are those of NumPy's loops")
  func waves() throws {
    try #require(!fixture.waves.differing.isEmpty)
    for numbers in fixture.waves.differing {
      let x = Float(bitPattern: words(numbers[0])[0])
      #expect(hexadecimal(NumPy.sin(x).bitPattern) == numbers[1], "sin \(x)")
      #expect(hexadecimal(NumPy.cos(x).bitPattern) == numbers[2], "cos \(x)")
    }
    var digest = Digest()
    for index in 0..<fixture.waves.count {
      let x = Float(-Double.pi / 4 + Double(16 * index) * 0x1p-20)
      digest.add([NumPy.sin(x), NumPy.cos(x)])
    }
    #expect(digest.text == fixture.waves.digest)
  }

  @Test("Sums of float32s are in NumPy's order")
  func sums() {
    for sum in fixture.sums {
      #expect(hexadecimal(NumPy.sum(0..<sum.count) { Float($0) * 0.1 }.bitPattern) == sum.bits, "\(sum.count) numbers")
    }
  }

  @Test("Resets and steps have Gymnasium's observations, states, rewards and flags", arguments: EnvironmentID.allCases)
  func rows(_ id: EnvironmentID) throws {
    let runs = fixture.episodes.filter { $0.id == id.rawValue }
    try #require(runs.count >= 2)
    for run in runs {
      var environment = try id.make(seed: run.seed)
      for (number, row) in run.rows.enumerated() {
        let place: Comment = "\(id.rawValue), seed \(run.seed), row \(number)"
        if let action = row.action {
          let step = try environment.step(action)
          #expect(step.observation.map(\.bitPattern) == row.observation, place)
          #expect(step.reward.bitPattern == row.reward, place)
          #expect(step.terminated == row.terminated, place)
          #expect(step.truncated == row.truncated, place)
        } else {
          let observation = number == 0 ? environment.observation : environment.reset()
          #expect(observation.map(\.bitPattern) == row.observation, place)
        }
        #expect(environment.variables.map(\.bitPattern) == row.state, place)
      }
    }
  }

  @Test("20,000 resets have Gymnasium's bits", arguments: EnvironmentID.allCases)
  func resets(_ id: EnvironmentID) throws {
    let expected = try #require(fixture.resets.first { $0.id == id.rawValue })
    try #require(expected.count == 20_000)
    var environment = try id.make(seed: expected.seed)
    var digest = Digest()
    for number in 0..<expected.count {
      digest.add(number == 0 ? environment.observation : environment.reset())
      digest.add(environment.variables)
    }
    #expect(digest.text == expected.digest)
  }

  @Test("CartPole squares by x * x where libm's pow differs")
  func spins() throws {
    try #require(fixture.spins.count == 20)
    for spin in fixture.spins {
      var physics = CartPolePhysics(variables: spin.before.map(Double.init(bitPattern:)), elapsedSteps: 1)
      _ = physics.advance(spin.action)
      #expect(physics.variables.map(\.bitPattern) == spin.after)
    }
  }

  @Test("Acrobot's first observation is computed in float32, after a restart from a saved state, too")
  func firstObservation() throws {
    for numbers in fixture.waves.differing {
      let x = Float(bitPattern: words(numbers[0])[0])
      let variables = [Double(x), Double(-x), 0, 0]
      let first = AcrobotPhysics(variables: variables, elapsedSteps: 0).observation
      #expect(hexadecimal(first[0].bitPattern) == numbers[2] && hexadecimal(first[1].bitPattern) == numbers[1])
      #expect(first[2] == first[0] && first[3] == -first[1])
      let later = AcrobotPhysics(variables: variables, elapsedSteps: 1).observation
      #expect(later == [Float(cos(Double(x))), Float(sin(Double(x))), later[0], -later[1], 0, 0])
    }
  }

  @Test("100,000 transitions have Gymnasium's bits", arguments: EnvironmentID.allCases)
  func trajectories(_ id: EnvironmentID) throws {
    let run = try #require(fixture.trajectories.first { $0.id == id.rawValue })
    try #require(run.block * run.digests.count == 100_000)
    var environment = try id.make(seed: 0)
    var actor = Actor(id.rawValue, environment.actionSpace, seed: run.seed + 1)
    var (digest, terminated, truncated, episode) = (Digest(), 0, 0, 0)
    var observation = environment.reset(seed: run.seed)
    digest.add(observation)
    digest.add(environment.variables)
    for (number, expected) in run.digests.enumerated() {
      for _ in 0..<run.block {
        if environment.isOver {
          episode += 1
          observation = environment.reset()
          digest.add(observation)
          digest.add(environment.variables)
        }
        let step = try environment.step(actor.act(observation, episode: episode))
        observation = step.observation
        digest.add(observation)
        digest.add(environment.variables)
        digest.add([step.reward])
        digest.add(terminated: step.terminated, truncated: step.truncated)
        terminated += step.terminated ? 1 : 0
        truncated += step.truncated ? 1 : 0
      }
      try #require(digest.text == expected, "among the steps \(number * run.block)..<\((number + 1) * run.block)")
    }
    #expect(terminated == run.terminated && truncated == run.truncated)
  }

  @Test("The long runs end episodes in every way of the environment")
  func coverage() {
    for run in fixture.trajectories {
      #expect(run.truncated > 50)
      #expect(run.terminated > 50 || run.id == EnvironmentID.pendulum.rawValue)
    }
  }

  @Test("A seeded reset equals a new environment", arguments: EnvironmentID.allCases)
  func seededReset(_ id: EnvironmentID) throws {
    var environment = try id.make(seed: 3)
    environment.reset()
    #expect(environment.reset(seed: 11) == (try id.make(seed: 11)).observation)
    #expect(environment.state == (try id.make(seed: 11)).state)
  }
}

extension Physics {
  /// The observation.
  var observation: [Float] {
    var values = [Float](repeating: 0, count: Self.observationSpace.count)
    values.withUnsafeMutableBufferPointer { observe(into: $0) }
    return values
  }
}

extension Environment {
  /// The state variables.
  var variables: [Double] {
    guard case .float64(let variables) = state.arrays["\(id)/variables"] else { return [] }
    return variables
  }
}
