import Testing

import Environments

@Suite("Observations of every space", Bridge.condition)
struct BridgeSpaceTests {
  static let spaces = [
    "discrete", "multi-discrete", "multi-binary", "matrix", "integers", "picture", "dict", "ordered dict", "tuple",
    "nested",
  ]

  private func make(
    _ space: String, name: String = "Walk-v0", seed: UInt64 = 3, mode: AutoresetMode = .sameStep,
    wrong: GymnasiumArgument = .none
  ) throws -> GymnasiumEnvironment {
    try Bridge.trial(
      ["space": .text(space), "wrong": wrong], name: name, module: "zoo_spaces", count: 2, seed: seed, mode: mode)
  }

  /// Gymnasium's wrappers `FlattenObservation` and `DtypeObservation` compute the expected numbers.
  @Test("Observations have the elements and the order of Gymnasium's flatten", arguments: spaces)
  func flattened(_ space: String) throws {
    var (environment, flat) = (try make(space), try make(space, name: "FlatWalk-v0"))
    #expect(environment.observationSpace == flat.observationSpace)
    #expect(flat.observationParts.map(\.space) == [.box])
    #expect(environment.savingObstacle == nil && environment.seedingObstacle == nil)
    var (found, expected) = (VectorStep(for: environment), VectorStep(for: flat))
    try environment.reset(seed: 5, into: &found)
    try flat.reset(seed: 5, into: &expected)
    #expect(found == expected)
    let steps = try environment.advance(60, from: &found)
    #expect(try steps == flat.advance(60, from: &expected))
    #expect(steps.contains { $0.isOver(0) } && Set(steps.map(\.observations)).count > 3)
    let places = environment.observationParts.flatMap(\.places)
    #expect(places == Array(0..<flat.observationSpace.count))
  }

  @Test("A restored environment continues with the same bits", arguments: spaces)
  func restored(_ space: String) throws {
    var (environment, other) = (try make(space), try make(space, seed: 99))
    var step = VectorStep(for: environment)
    try environment.reset(seed: 5, into: &step)
    _ = try environment.advance(13, from: &step)
    var copy = step
    try other.restore(environment.state)
    #expect(try environment.advance(40, from: &step) == other.advance(40, from: &copy))
    #expect(try environment.state == other.state)
  }

  @Test("The parts of nested observations have their paths and places")
  func parts() throws {
    func part(_ space: String) throws -> [String] {
      try make(space).observationParts.map {
        "\($0.path) \($0.space.rawValue) \($0.places) \($0.shape) \($0.dtype) \($0.counts ?? []) \($0.starts ?? [])"
      }
    }
    #expect(
      try part("nested") == [
        #"["a/b"] Box 0..<2 [2] float64 [] []"#, #"["b", "0", "y"] Box 2..<4 [2] int64 [] []"#,
        #"["b", "0", "z"] Discrete 4..<6 [] int64 [2] [0]"#, #"["b", "1"] MultiBinary 6..<9 [3] int8 [] []"#,
      ])
    #expect(
      try part("ordered dict") == [
        #"["speed"] Box 0..<2 [2, 1] float64 [] []"#, #"["place"] Discrete 2..<5 [] int64 [3] [1]"#,
        #"["mask"] MultiBinary 5..<7 [2] int8 [] []"#,
      ])
    #expect(try part("multi-discrete") == ["[] MultiDiscrete 0..<10 [2, 2] int64 [3, 2, 1, 4] [0, -1, 7, 2]"])
    #expect(try part("discrete") == ["[] Discrete 0..<5 [] int64 [5] [-2]"])
  }

  /// An environment's reward is the sum of its action's numbers, weighted with 1, 2, …, and a draw that actions don't
  /// change. It refuses actions outside its space.
  @Test("Several discrete actions reach the environment in its numbering and shape")
  func actions() throws {
    func rewards(_ space: String, _ actions: [Int], is expected: ActionSpace) throws -> [Double] {
      var environment = try Bridge.trial(["action": .text(space)], name: "Walk-v0", module: "zoo_spaces", count: 2)
      #expect(environment.actionSpace == expected && environment.savingObstacle == nil)
      var step = VectorStep(for: environment)
      try environment.reset(seed: 5, into: &step)
      try environment.step(.multiDiscrete(actions), into: &step)
      return step.rewards
    }
    func check(_ space: String, _ actions: [[Int]], _ sums: [Double], is expected: ActionSpace) throws {
      let width = actions[0].count
      let zeros = try rewards(space, [Int](repeating: 0, count: 2 * width), is: expected)
      let zeroSum = sums[0]
      for (action, sum) in zip(actions, sums) {
        let found = try rewards(space, action + actions[0], is: expected)
        #expect(abs(found[0] - zeros[0] - (sum - zeroSum)) < 1e-9 && found[1] == zeros[1], "\(action)")
      }
    }
    // 0·1 + 5·2 − 1·3 + 0·4 = 7 for the first of all actions.
    try check(
      "multi-discrete", [[0, 0, 0, 0], [2, 0, 0, 0], [0, 0, 1, 0], [1, 0, 0, 3]], [7, 9, 10, 20],
      is: .multiDiscrete(counts: [3, 1, 2, 4], starts: [0, 5, -1, 0]))
    try check(
      "multi-binary", [[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 0, 1]], [0, 1, 2, 4], is: .multiBinary(count: 3))
  }

  @Test("Wrong actions of several at once are refused, and no environment moves")
  func wrongActions() throws {
    func make(_ action: String) throws -> GymnasiumEnvironment {
      try Bridge.trial(["action": .text(action)], name: "Walk-v0", module: "zoo_spaces", count: 2)
    }
    var several = try make("multi-discrete")
    var binary = try make("multi-binary")
    var step = VectorStep(for: several)
    let state = try several.state
    let wrong: [(ActionBatch, String)] = [
      (.multiDiscrete([0, 0, 0, 0, 0, 0, 2, 0]), "from 0 to 1 at 2, found 2 in environment 1"),
      (.multiDiscrete([0, -1, 0, 0, 0, 0, 0, 0]), "from 0 to 0 at 1, found -1 in environment 0"),
      (.multiDiscrete([0, 0, 0, 0]), "expected 4 discrete actions for each of 2 environments, found 4"),
      (.discrete([0, 0]), "at once from [0, 5, -1, 0], found a discrete action"),
      (.continuous([0, 0]), "found a vector"),
    ]
    for (actions, words) in wrong {
      let error = #expect(throws: EnvironmentError.self) { try several.step(actions, into: &step) }
      #expect(error?.code == .invalidAction && error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
    #expect(try several.state == state)
    let error = #expect(throws: EnvironmentError.self) {
      try binary.step(.multiDiscrete([0, 1, 0, 1, 2, 1]), into: &step)
    }
    #expect(error?.message.contains("from 0 to 1 at 1, found 2 in environment 1") == true)
  }

  @Test(
    "Spaces that can't be flattened are named",
    arguments: [
      ("text", ["Dict(", "in which 'word' is Text("]), ("graph", ["Tuple(", "in which '0' is Graph("]),
      ("sequence", ["is Sequence("]), ("one of", ["is OneOf("]), ("complex", ["is Box(", "complex64"]),
    ])
  func refused(_ space: String, _ words: [String]) {
    let error = #expect(throws: EnvironmentError.self) { try make(space) }
    #expect(error?.code == .invalidSetting)
    for word in ["its observation space is ", "expected a Box, Discrete,", "TransformObservation"] + words {
      #expect(error?.message.contains(word) == true, "'\(word)' isn't in: \(error?.message ?? "")")
    }
  }

  /// Gymnasium's own checks refuse an empty Dict, too.
  @Test("Spaces without elements or with too many are refused", arguments: [("empty", 0), ("huge", 16_777_218)])
  func sizes(_ space: String, _ count: Int) {
    let error = #expect(throws: EnvironmentError.self) {
      try Bridge.trial(
        ["space": .text(space), "disable_env_checker": .bool(true)], name: "Walk-v0", module: "zoo_spaces")
    }
    #expect(error?.code == .invalidSetting)
    #expect(
      error?.message.contains("with \(count) elements when flat, expected 1 to 16777216") == true,
      "\(error?.message ?? "")")
  }

  /// A space, a Python expression that replaces its observations, and words of the message.
  static let faults: [(String, String, String)] = [
    ("discrete", "3", "the observation 3, expected an element of Discrete(5, start=-2)"),
    ("discrete", "-3", "the observation -3, expected an element of"),
    ("discrete", "1.5", "the observation 1.5, expected an element of"),
    ("discrete", "None", "the observation None, expected an element of"),
    ("multi-discrete", "value + 5", "expected an element of MultiDiscrete("),
    ("multi-discrete", "value[0]", "expected an element of MultiDiscrete("),
    ("multi-binary", "value + 2", "expected an element of MultiBinary("),
    ("integers", "value[0]", "an array of int16 with the shape (2,), expected numbers in the shape (2, 2)"),
    ("dict", "{'speed': value['speed']}", "a dict with the keys ['speed'], expected a dict with the keys ['mask', "),
    ("dict", "dict(value, more=1)", "'more'], expected a dict with the keys ['mask', 'place', 'speed']"),
    ("dict", "dict(value, place=0)", "the observation 0 for 'place', expected an element of Discrete(3, start=1)"),
    ("dict", "dict(value, speed=np.zeros(2))", "expected numbers in the shape (2, 1) of the part 'speed'"),
    ("dict", "[1, 2, 3]", "the observation a list of 3, expected a dict with the keys"),
    ("tuple", "value[:2]", "the observation a tuple of 2, expected a tuple of 3"),
    ("tuple", "value[0]", "expected a tuple of 3"),
    ("nested", "dict(value, b=(value['b'][0], 7))", "the observation 7 for 'b/1', expected an element of MultiBinary"),
    ("nested", "dict(value, b=({'z': 1}, value['b'][1]))", "a dict with the keys ['z'] for 'b/0', expected a dict"),
  ]

  @Test("An observation outside the space is reported with its part", arguments: faults.indices)
  func wrong(_ number: Int) throws {
    let (space, wrong, words) = Self.faults[number]
    var environment = try make(space, wrong: .text(wrong))
    var step = VectorStep(for: environment)
    let error = #expect(throws: EnvironmentError.self) { try environment.advance(120, from: &step) }
    #expect(error?.code == .worker)
    for word in ["environment 0 is broken: ", words] {
      #expect(error?.message.contains(word) == true, "'\(word)' isn't in: \(error?.message ?? "")")
    }
  }
}
