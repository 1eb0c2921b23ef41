import Environments
import Foundation
import Testing

@Suite("Bits of Gymnasium and NumPy")
struct GymnasiumTests {
  let fixture: Fixture

  init() throws {
    fixture = try Fixture.load()
  }

  @Test("PCG64 draws NumPy's words and uniform numbers")
  func generator() {
    for expected in fixture.generators {
      var words = PCG64(seed: expected.seed)
      var numbers = PCG64(seed: expected.seed)
      #expect(expected.raw == expected.raw.map { _ in hexadecimal(words.next()) }, "seed \(expected.seed)")
      #expect(
        expected.uniform == expected.uniform.map { _ in hexadecimal(numbers.uniform(-0.05, 0.05).bitPattern) },
        "seed \(expected.seed)")
    }
  }

  @Test("Squares are those of libm's pow where x * x differs")
  func squares() throws {
    try #require(!fixture.squares.float64.isEmpty && !fixture.squares.float32.isEmpty)
    for pair in fixture.squares.float64 {
      let x = Double(bitPattern: Fixture.Row.words(pair[0])[0])
      #expect(hexadecimal(LibM.square(x).bitPattern) == pair[1], "\(x)")
    }
    for pair in fixture.squares.float32 {
      let x = Float(bitPattern: Fixture.Row.words(pair[0])[0])
      #expect(hexadecimal(LibM.square(x).bitPattern) == pair[1], "\(x)")
    }
  }

  @Test("Resets and steps have Gymnasium's observations, states, rewards and flags", arguments: EnvironmentID.allCases)
  func transitions(_ id: EnvironmentID) throws {
    let runs = fixture.episodes.filter { $0.id == id.rawValue }
    try #require(runs.count >= 3)
    for run in runs {
      var environment = id.make(seed: run.seed)
      for (number, row) in run.rows.enumerated() {
        let place: Comment = "\(id.rawValue), seed \(run.seed), row \(number)"
        if let action = row.action {
          let step = environment.step(action.value)
          #expect(step.observation.map(\.bitPattern) == row.observation, place)
          #expect(step.reward.bitPattern == row.reward, place)
          #expect(step.terminated == row.terminated, place)
          #expect(step.truncated == row.truncated, place)
        } else {
          let observation = number == 0 ? environment.observation : environment.reset()
          #expect(observation.map(\.bitPattern) == row.observation, place)
        }
        #expect(environment.state.variables.map(\.bitPattern) == row.state, place)
      }
    }
  }

  @Test("The recorded steps end episodes in every way that the environment knows")
  func coverage() {
    let endings = Dictionary(grouping: fixture.episodes, by: \.id).mapValues { runs in
      Set(runs.flatMap(\.rows).filter { $0.terminated || $0.truncated }.map { [$0.terminated, $0.truncated] })
    }
    #expect(endings == ["CartPole-v1": [[true, false], [false, true]], "Pendulum-v1": [[false, true]]])
  }

  @Test("A seeded reset equals a new environment", arguments: EnvironmentID.allCases)
  func seededReset(_ id: EnvironmentID) {
    var environment = id.make(seed: 3)
    _ = environment.reset()
    #expect(environment.reset(seed: 11) == id.make(seed: 11).observation)
    #expect(environment.state == id.make(seed: 11).state)
  }

  private func hexadecimal(_ value: some FixedWidthInteger) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: type(of: value).bitWidth / 4 - digits.count) + digits
  }
}

extension Fixture.Row.Action {
  var value: Action {
    switch self {
    case .discrete(let choice): .discrete(choice)
    case .continuous(let values): .continuous(values)
    }
  }
}
