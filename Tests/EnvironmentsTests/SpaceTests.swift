import Testing

import Environments

@Suite("Spaces and names")
struct SpaceTests {
  @Test("Spaces and time limits are Gymnasium's")
  func spaces() {
    let cartPole = CartPole(seed: 0)
    #expect(cartPole.actionSpace == .discrete(count: 2))
    #expect(cartPole.timeLimit == 500)
    // repr(gymnasium.make("CartPole-v1").observation_space.high) is [4.8, inf, 0.41887903, inf].
    #expect(cartPole.observationSpace.high == [4.8, .infinity, 0.41887903, .infinity])
    #expect(cartPole.observationSpace.low == cartPole.observationSpace.high.map(-))
    let acrobot = Acrobot(seed: 0)
    #expect(acrobot.actionSpace == .discrete(count: 3))
    #expect(acrobot.timeLimit == 500)
    // repr(gymnasium.make("Acrobot-v1").observation_space.high) is [1, 1, 1, 1, 12.566371, 28.274334].
    #expect(acrobot.observationSpace.high == [1, 1, 1, 1, 12.566371, 28.274334])
    #expect(acrobot.observationSpace.low == acrobot.observationSpace.high.map(-))
    let pendulum = Pendulum(seed: 0)
    #expect(pendulum.actionSpace == .box(Box(low: [-2], high: [2])))
    #expect(pendulum.observationSpace == Box(low: [-1, -1, -8], high: [1, 1, 8]))
    #expect(pendulum.timeLimit == 200)
    let mountainCar = MountainCarContinuous(seed: 0)
    #expect(mountainCar.actionSpace == .box(Box(low: [-1], high: [1])))
    #expect(mountainCar.observationSpace == Box(low: [-1.2, -0.07], high: [0.6, 0.07]))
    #expect(mountainCar.timeLimit == 999)
  }

  @Test("Every start lies in the observation space", arguments: EnvironmentID.allCases)
  func starts(_ id: EnvironmentID) throws {
    var environment = try id.make(seed: 0)
    for seed in 0..<100 as Range<UInt64> {
      #expect(environment.observationSpace.contains(environment.reset(seed: seed)))
    }
  }

  @Test("A space accepts its own actions only")
  func acceptance() {
    let box = ActionSpace.box(Box(low: [-1, 0], high: [1, 1]))
    #expect(box.accepts(.continuous([0, 7])))
    for action in [Action.continuous([0]), .continuous([0, .nan]), .continuous([-.infinity, 0]), .discrete(0)] {
      #expect(!box.accepts(action), "\(action)")
    }
    let choice = ActionSpace.discrete(count: 2)
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

  @Test("A name gives its environment", arguments: EnvironmentID.allCases)
  func names(_ id: EnvironmentID) throws {
    #expect(try EnvironmentID(named: id.rawValue) == id)
    #expect(try id.make(seed: 0).id == id.rawValue)
    #expect(try id.makeVector(count: 2, seed: 0).id == id.rawValue)
  }
}
