import Foundation
import TestSupport
import Testing

/// Agents in environments of every space: training, kills, resume, evaluation, and the exported policy in ONNX Runtime.
@Suite(
  .enabled(if: ProcessInfo.processInfo.environment["ZOO_PYTHON"] != nil, "ZOO_PYTHON names no Python with gymnasium"))
struct GymnasiumSpaceTests {
  /// An environment of `zoo_spaces.py` and the algorithm that trains in it.
  struct Example: CustomTestStringConvertible, Sendable {
    let space: String
    var action = "discrete"
    var algorithm = "ppo"
    var frames = 1
    var testDescription: String { "\(algorithm): \(space) to \(action), \(frames)" }

    /// The first layers of a network: convolutions for pictures.
    private var first: String {
      switch space {
      case "picture": "flatten, "
      case "camera", "channels first": "{conv2d: {outputs: 4, kernel: 3}}, relu, flatten, "
      default: ""
      }
    }

    var recipe: String {
      let settings =
        algorithm == "ppo"
        ? "{envs: 2, rolloutSteps: 8, batch: 8, epochs: 2, frames: \(frames), normalize: \(first.isEmpty)}"
        : algorithm == "a2c" ? "{envs: 2, rolloutSteps: 8}" : "{envs: 2, batch: 8, learningStarts: 20}"
      return """
        name: walk
        summary: An agent in an environment with spaces of every kind
        algorithm: \(algorithm)
        env: {gymnasium: "zoo_spaces:Walk-v0", arguments: {space: \(space), action: \(action)}}
        networks:
          actor: {layers: [\(first){linear: 8}, tanh]}
          critic: {layers: [\(first){linear: 8}, tanh]}
        settings: \(settings)
        evaluation: {every: 80, episodes: 2}
        steps: 160
        checkpoint: {every: 20, keep: {last: 99}}

        """
    }
  }

  static let examples: [Example] =
    [
      "discrete", "multi-discrete", "multi-binary", "matrix", "integers", "picture", "dict", "ordered dict", "tuple",
      "nested",
    ].map { Example(space: $0) } + [
      Example(space: "discrete", action: "multi-discrete"), Example(space: "tuple", action: "multi-binary"),
      Example(space: "dict", action: "multi-discrete", algorithm: "a2c"),
      Example(space: "matrix", action: "multi-binary", algorithm: "a2c"),
      Example(space: "nested", action: "box", algorithm: "a2c"),
      Example(space: "dict", action: "box", algorithm: "sac"), Example(space: "camera", frames: 3),
      Example(space: "channels first"), Example(space: "channels first", frames: 2), Example(space: "tuple", frames: 4),
    ]

  private func sandbox(_ example: Example) throws -> Sandbox {
    let sandbox = try Sandbox(images: 1)
    for name in ["zoo_spaces.py", "play_policy.py"] {
      try FileManager.default.copyItem(at: Fixtures.directory.appending(path: name), to: sandbox.file(name))
    }
    try example.recipe.write(to: sandbox.file("walk.yaml"), atomically: true, encoding: .utf8)
    return sandbox
  }

  private static let train = ["train", "walk.yaml", "--seed", "7", "--threads", "1"]

  /// Trains while the environment kills the program after some steps, again and again.
  private func trainUnderKills(_ sandbox: Sandbox) throws -> (run: String, kills: Int) {
    var (kills, arguments) = (0, Self.train)
    // The steps of a process: those of the trial count, too.
    for steps in [75, 17, 31, 24] {
      try "\(steps)".write(to: sandbox.file("kill"), atomically: true, encoding: .utf8)
      let outcome = try sandbox.start(arguments).wait()
      if outcome.signal == SIGKILL { kills += 1 } else { #expect(outcome.code == 0, "\(outcome)") }
      arguments = ["resume", try sandbox.newestRun()]
    }
    try FileManager.default.removeItem(at: sandbox.file("kill"))
    let run = try sandbox.newestRun()
    try sandbox.succeed("resume", run)
    return (run, kills)
  }

  @Test(arguments: examples)
  func anAgentResumesAndItsPolicyRunsElsewhere(_ example: Example) throws {
    let sandbox = try sandbox(example)
    #expect(try sandbox.start(Self.train + ["--store", "alone.sqlite"]).wait().code == 0)
    let alone = try sandbox.newestRun(store: "alone.sqlite")
    let (run, kills) = try trainUnderKills(sandbox)
    #expect(kills >= 3)
    #expect(try sandbox.digest(run) == sandbox.digest(alone, store: "alone.sqlite"))
    #expect(try sandbox.metrics(run) == sandbox.metrics(alone, store: "alone.sqlite"))

    let seed = "11"
    let evaluation = try #require(
      sandbox.succeed(
        "eval", run, "--episodes", "1", "--seed", seed, "--deterministic", "--record", "steps.csv", "--json"
      ).json() as? [String: Any])
    let total = (evaluation["episodes"] as? [[String: Any]])?.first?["return"] as? Double
    try sandbox.succeed("export", run, "-o", "policy.onnx")
    let arguments = #"{"space": "\#(example.space)", "action": "\#(example.action)"}"#
    let played = try sandbox.shell(
      "\"$ZOO_PYTHON\" play_policy.py policy.onnx zoo_spaces:Walk-v0 '\(arguments)' \(seed)")
    #expect(played.code == 0, "\(played)")
    let game = try JSONDecoder().decode(Game.self, from: Data(played.output.utf8))

    let rows = try String(contentsOf: sandbox.file("steps.csv"), encoding: .utf8).split(separator: "\n").dropFirst()
      .map { $0.split(separator: ",").dropFirst().compactMap { Float($0) } }
    #expect(rows.count == game.actions.count)
    let isExact = example.action != "box"
    for (row, (observation, action)) in zip(rows, zip(game.observations, game.actions)) {
      let known = observation + action
      // ONNX Runtime rounds the numbers of an action otherwise, which the next observations do not depend on.
      let isEqual = isExact ? row == known : zip(row, known).allSatisfy { abs($0 - $1) < 1e-4 }
      #expect(row.count == known.count && isEqual, "\(row) \(known)")
    }
    #expect(abs(try #require(total) - game.return) < 1e-3)
  }

  private struct Game: Decodable {
    let observations, actions: [[Float]]
    let `return`: Double
  }

  @Test(
    arguments: ["sac", "td3", "ddpg"],
    [("multi-discrete", "[3, 1, 2, 4] discrete actions at once from [0, 5, -1, 0]"), ("multi-binary", "3 binary")])
  func algorithmsForVectorsRefuseSeveralActions(_ algorithm: String, _ action: (String, String)) throws {
    let sandbox = try sandbox(Example(space: "discrete", action: action.0, algorithm: algorithm))
    let outcome = try sandbox.start(Self.train).wait()
    sandbox.check(
      outcome, saying: ["walk.yaml:", action.1, "\(algorithm) needs vectors within bounds", "use ppo or a2c"])
  }

  /// Drawn actions of several at once are as often 1 as the policy's probabilities say.
  @Test func drawnActionsAreRecorded() throws {
    let sandbox = try sandbox(Example(space: "discrete", action: "multi-discrete"))
    #expect(try sandbox.start(Self.train + ["--steps", "20"]).wait().code == 0)
    let run = try sandbox.newestRun()
    try sandbox.succeed("eval", run, "--episodes", "8", "--record", "steps.csv")
    let rows = try String(contentsOf: sandbox.file("steps.csv"), encoding: .utf8).split(separator: "\n")
    #expect(rows[0].hasSuffix("observation4,action0,action1,action2,action3"))
    let actions = rows.dropFirst().map { $0.split(separator: ",").suffix(4).compactMap { Double($0) } }
    for (place, expected) in [[0, 1, 2], [5], [-1, 0], [0, 1, 2, 3]].enumerated() {
      #expect(Set(actions.map { $0[place] }).sorted() == expected.map(Double.init))
    }
  }

  /// A film shows the environment's own pictures: the first state, and one after each step of the evaluated episode.
  @Test func playShowsTheEnvironmentsPictures() throws {
    let sandbox = try sandbox(Example(space: "dict"))
    #expect(try sandbox.start(Self.train + ["--steps", "40"]).wait().code == 0)
    let run = try sandbox.newestRun()
    let played = try #require(
      sandbox.succeed("play", run, "-o", "walk.gif", "--seed", "5", "--json").json() as? [String: Any])
    let evaluation = try #require(
      sandbox.succeed("eval", run, "--episodes", "1", "--seed", "5", "--deterministic", "--json").json()
        as? [String: Any])
    let episode = try #require((evaluation["episodes"] as? [[String: Any]])?.first)
    #expect(played["return"] as? Double == episode["return"] as? Double)
    let length = try #require(episode["length"] as? Int)
    #expect(played["length"] as? Int == length)
    let film = try Data(contentsOf: sandbox.file("walk.gif"))
    // 1201 columns are reduced by 4 and 41 rows, too: 300 x 10, little-endian. A frame takes 5 hundredths of a second.
    #expect(film.starts(with: Data("GIF89a".utf8) + [44, 1, 10, 0]))
    #expect(film.ranges(of: Data([0x21, 0xF9, 0x04])).count == length + 1)
    #expect(film.ranges(of: Data([0x21, 0xF9, 0x04])).allSatisfy { film[$0.upperBound + 1] == 5 })
    try sandbox.succeed("play", run, "-o", "walk.png")
    #expect(try Data(contentsOf: sandbox.file("walk.png")).starts(with: [0x89, 0x50, 0x4E, 0x47]))

    let module = try String(contentsOf: sandbox.file("zoo_spaces.py"), encoding: .utf8)
    for (old, new, words) in [
      ("return picture", "return picture[0]", "render() returned an array of uint8 with the shape (1201, 3)"),
      ("return picture", "return None", "render() returned None in the render mode 'rgb_array', expected an array"),
      ("return picture", "return 1 / 0", "render() raised ZeroDivisionError"),
      (", render_mode=None)", ")", "can't be created with"),
    ] {
      try module.replacing(old, with: new).replacing("= render_mode", with: "= 'rgb_array'").write(
        to: sandbox.file("zoo_spaces.py"), atomically: true, encoding: .utf8)
      try sandbox.fail("play", run, saying: [words])
    }
  }

  @Test func picturesHaveTheirConditions() throws {
    func check(_ space: String, _ algorithm: String, _ old: String, _ new: String, _ words: String...) throws {
      let example = Example(space: space, action: algorithm == "ppo" ? "discrete" : "box", algorithm: algorithm)
      let sandbox = try sandbox(example)
      let recipe = example.recipe.replacing(old, with: new)
      try recipe.write(to: sandbox.file("walk.yaml"), atomically: true, encoding: .utf8)
      sandbox.check(try sandbox.start(Self.train).wait(), saying: ["walk.yaml:"] + words)
    }
    try check(
      "camera", "ppo", "normalize: false", "normalize: true",
      "normalize.observation is true, expected false, as pictures are scaled in the networks")
    try check(
      "camera", "sac", "name: walk", "name: walk", "has pictures as observations, but sac needs vectors; use ppo or a2c"
    )
    try check("camera", "ppo", ", flatten", "", "layers[3]", "put a flatten layer before it")
    try check("camera", "ppo", "kernel: 3", "kernel: 9", "layers[1]")
    try check("camera", "ppo", "frames: 1", "frames: 2000", "frames is 2000, expected 1 to 1024")
    try check("tuple", "ppo", "frames: 1", "frames: 0", "frames", "at least 1")
  }

  @Test func observationsWithOtherPartsAreRefused() throws {
    let sandbox = try sandbox(Example(space: "ordered dict"))
    #expect(try sandbox.start(Self.train + ["--steps", "40"]).wait().code == 0)
    let run = try sandbox.newestRun()
    let module = try String(contentsOf: sandbox.file("zoo_spaces.py"), encoding: .utf8)
    // The same width in another order.
    let other = module.replacing("Dict([(\"speed\", BOX), (\"place\"", with: "Dict([(\"veer\", BOX), (\"place\"")
    #expect(other != module)
    try other.write(to: sandbox.file("zoo_spaces.py"), atomically: true, encoding: .utf8)
    let words = [
      "part 0 of its observations is 'veer: Box [2, 1]', expected 'speed: Box [2, 1]' as at the start of the run",
      "restore the environment",
    ]
    try sandbox.fail("resume", run, saying: words)
    try sandbox.fail("eval", run, saying: words)
  }
}
