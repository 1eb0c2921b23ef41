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
    var testDescription: String { "\(algorithm): \(space) to \(action)" }

    var recipe: String {
      let settings =
        algorithm == "ppo"
        ? "{envs: 2, rolloutSteps: 8, batch: 8, epochs: 2, normalize: true}"
        : algorithm == "a2c" ? "{envs: 2, rolloutSteps: 8}" : "{envs: 2, batch: 8, learningStarts: 20}"
      return """
        name: walk
        summary: An agent in an environment with spaces of every kind
        algorithm: \(algorithm)
        env: {gymnasium: "zoo_spaces:Walk-v0", arguments: {space: \(space), action: \(action)}}
        networks:
          actor: {layers: [{linear: 8}, tanh]}
          critic: {layers: [{linear: 8}, tanh]}
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
      Example(space: "dict", action: "box", algorithm: "sac"),
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
