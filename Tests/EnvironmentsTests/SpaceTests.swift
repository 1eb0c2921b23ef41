import Environments
import Testing

@Suite("Spaces and names")
struct SpaceTests {
  @Test("Spaces are Gymnasium's")
  func spaces() {
    let cartPole = CartPole(seed: 0)
    #expect(cartPole.actionSpace == .discrete(count: 2))
    #expect(cartPole.timeLimit == 500)
    // repr(gymnasium.make("CartPole-v1").observation_space.high) is [4.8, inf, 0.41887903, inf].
    #expect(cartPole.observationSpace.high == [4.8, .infinity, 0.41887903, .infinity])
    #expect(cartPole.observationSpace.low == cartPole.observationSpace.high.map(-))
    let pendulum = Pendulum(seed: 0)
    #expect(pendulum.actionSpace == .box(Box(low: [-2], high: [2])))
    #expect(pendulum.observationSpace == Box(low: [-1, -1, -8], high: [1, 1, 8]))
    #expect(pendulum.timeLimit == 200)
  }

  @Test("Every start lies in the observation space", arguments: EnvironmentID.allCases)
  func starts(_ id: EnvironmentID) {
    var environment = id.make(seed: 0)
    for seed in 0..<100 as Range<UInt64> {
      #expect(environment.observationSpace.contains(environment.reset(seed: seed)))
    }
  }

  @Test("A space accepts its own actions only")
  func acceptance() {
    let box = Space.box(Box(low: [-1, 0], high: [1, 1]))
    #expect(box.accepts(.continuous([0, 7])))
    for action in [Action.continuous([0]), .continuous([0, .nan]), .discrete(0)] {
      #expect(!box.accepts(action), "\(action)")
    }
    let choice = Space.discrete(count: 2)
    #expect(choice.accepts(.discrete(0)) && choice.accepts(.discrete(1)))
    for action in [Action.discrete(2), .discrete(-1), .continuous([0])] {
      #expect(!choice.accepts(action), "\(action)")
    }
  }

  @Test("A box contains vectors of its length within its bounds")
  func containment() {
    let box = Box(low: [-1, 0], high: [1, .infinity])
    #expect(box.contains([1, 0]))
    for vector in [[0], [0, 0, 0], [1.5, 0], [0, -0.5], [0, .nan]] as [[Float]] {
      #expect(!box.contains(vector), "\(vector)")
    }
  }

  @Test("An unknown name lists the known ones")
  func unknownName() throws {
    let error = #expect(throws: EnvironmentError.self) { try EnvironmentID(named: "CartPole-v9") }
    #expect(error?.code == .unknownEnvironment)
    for id in EnvironmentID.allCases {
      #expect(error?.description.contains(id.rawValue) == true)
      #expect(try EnvironmentID(named: id.rawValue) == id)
      #expect(id.make(seed: 0).id == id.rawValue)
    }
  }

  @Test("A step after the end and an action of the wrong kind are programmers' errors")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      var environment = Pendulum(seed: 0)
      _ = environment.step(.discrete(0))
    }
    await #expect(processExitsWith: .failure) {
      var environment = CartPole(seed: 0)
      for _ in 0..<501 {
        _ = environment.step(.discrete(0))
      }
    }
  }
}
