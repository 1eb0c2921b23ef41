import Environments
import Foundation
import Testing

@Suite("Saved states")
struct StateTests {
  /// Actions that keep neither task in one place.
  private func action(_ step: Int, for environment: any Environment) -> Action {
    switch environment.actionSpace {
    case .discrete(let count): .discrete(step * 7 / 3 % count)
    case .box(let box): .continuous(box.high.map { $0 * Float(sin(Double(step))) })
    }
  }

  private func run(_ environment: inout any Environment, steps: Range<Int>) -> [Step] {
    steps.map { number in
      if environment.state.isOver {
        environment.reset()
      }
      return environment.step(action(number, for: environment))
    }
  }

  @Test("A restored state goes on with the same bits", arguments: EnvironmentID.allCases)
  func resume(_ id: EnvironmentID) throws {
    for pause in [0, 1, 5, 37, 199, 200, 201, 333] {
      var uninterrupted = id.make(seed: 5)
      _ = run(&uninterrupted, steps: 0..<pause)
      let saved = try JSONEncoder().encode(uninterrupted.state)
      let expected = run(&uninterrupted, steps: pause..<pause + 450)

      var resumed = id.make(seed: 99)
      try resumed.restore(JSONDecoder().decode(EnvironmentState.self, from: saved))
      #expect(run(&resumed, steps: pause..<pause + 450) == expected, "paused after step \(pause)")
      #expect(resumed.state == uninterrupted.state)
    }
  }

  @Test("A state of another environment, or one with impossible numbers, is refused")
  func refusal() throws {
    let cartPole = CartPole(seed: 0)
    var pendulum = Pendulum(seed: 0)
    let before = pendulum.state
    var short = before
    short.variables.removeLast()
    var late = before
    late.elapsedSteps = 201
    for (state, words) in [(cartPole.state, "CartPole-v1 with 4"), (short, "with 1"), (late, "found 201")] {
      let error = #expect(throws: EnvironmentError.self) { try pendulum.restore(state) }
      #expect(error?.code == .invalidState)
      #expect(error?.description.contains(words) == true)
    }
    #expect(pendulum.state == before)
  }

  @Test("A generator needs four words with an odd increment", arguments: ["[1,2,3]", "[1,2,3,4]", "[1,2,3,4,5]"])
  func brokenGenerator(_ text: String) {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(PCG64.self, from: Data(text.utf8)) }
  }
}
