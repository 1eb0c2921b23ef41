import Foundation
import TestSupport
import Testing

/// Runs that a sufficient evaluation ends.
@Suite struct StopCommandTests {
  private static let settings = [
    "--threads", "1", "--seed", "7", "--set", "envs=4", "--set", "rolloutSteps=16", "--set", "batch=32", "--set",
    "epochs=4", "--set", "evaluation={every: 200, episodes: 4}", "--checkpoint-every", "100",
  ]

  private func shown(_ sandbox: Sandbox, _ run: String, store: String = "zoo.sqlite") throws -> (String, Int) {
    let shown = try #require(sandbox.run("show", run, "--json", "--store", store).json() as? [String: Any])
    return (
      try #require((shown["run"] as? [String: Any])?["status"] as? String), try #require(shown["step"] as? Int)
    )
  }

  /// The returns of the evaluations of a run without a stop, by step.
  private func returns(_ sandbox: Sandbox) throws -> [(step: Int, value: Double)] {
    let train = ["train", "ppo-cartpole", "--steps", "2000", "--store", "free.sqlite"] + Self.settings
    #expect(try sandbox.start(train).wait().code == 0)
    let run = try sandbox.newestRun(store: "free.sqlite")
    let rows = try sandbox.run("show", run, "--metrics", "--json", "--store", "free.sqlite").json() as? [[String: Any]]
    return (rows ?? []).filter { $0["key"] as? String == "evaluation" }.compactMap { row in
      (row["step"] as? Int).flatMap { step in (row["value"] as? Double).map { (step, $0) } }
    }
  }

  @Test func aRunEndsAtItsReturn() throws {
    let sandbox = try Sandbox(images: 1)
    let returns = try returns(sandbox)
    // A return that the run reaches after some evaluations, and not in the last one first.
    let goal = try #require(returns.dropLast().map(\.value).max())
    let end = try #require(returns.first { $0.value >= goal }?.step)
    let train =
      ["train", "ppo-cartpole", "--steps", "2000", "--set", "stop.evaluation=\(goal)"] + Self.settings
    let outcome = try sandbox.start(train + ["--store", "alone.sqlite"]).wait()
    #expect(outcome.code == 0 && outcome.errors.contains("is done: the evaluation at step \(end) is"), "\(outcome)")
    let alone = try sandbox.newestRun(store: "alone.sqlite")
    #expect(try shown(sandbox, alone, store: "alone.sqlite") == ("done", end))
    let history = try sandbox.succeed("show", alone, "--store", "alone.sqlite").output
    #expect(history.contains("at least \(goal) of stop.evaluation"), "\(history)")

    // Killed again and again, it ends at the same step with the same state.
    var arguments = train
    for kill in 0..<4 {
      let running = try sandbox.start(arguments)
      let first = sandbox.newestRunIfAny().flatMap { try? shown(sandbox, $0).1 } ?? 0
      _ = running.wait {
        guard let run = sandbox.newestRunIfAny(), let step = try? shown(sandbox, run).1 else { return false }
        return step > first
      }
      running.send(SIGKILL)
      let outcome = try running.wait()
      #expect(outcome.signal == SIGKILL || outcome.code == 0, "kill \(kill): \(outcome)")
      arguments = ["resume", try sandbox.newestRun()]
      if outcome.signal == nil { break }
    }
    let run = try sandbox.newestRun()
    if try shown(sandbox, run).0 != "done" { try sandbox.succeed("resume", run) }
    #expect(try shown(sandbox, run) == ("done", end))
    #expect(try sandbox.digest(run) == sandbox.digest(alone, store: "alone.sqlite"))
    #expect(try sandbox.metrics(run) == sandbox.metrics(alone, store: "alone.sqlite"))

    for options in [[], ["--until", "4000"], ["--steps", "100"]] {
      let refused = try sandbox.start(["resume", run] + options).wait()
      sandbox.check(
        refused,
        saying: ["run \(run) is done: its evaluation at step \(end) is", "at least \(goal)", "--set stop.evaluation="])
    }
    try sandbox.succeed("resume", run, "--set", "stop.evaluation=1e6")
    #expect(try shown(sandbox, run) == ("done", 2000))
    try sandbox.succeed("verify")
  }

  @Test func aStopWithoutEvaluationsIsAnError() throws {
    let sandbox = try Sandbox(images: 1)
    try sandbox.fail(
      "train", "ppo-cartpole", "--set", "evaluation.every=0", "--set", "stop.evaluation=3",
      saying: ["stop.evaluation is 3.0, expected none, as there is no evaluation"])
    try sandbox.fail(
      "train", "ppo-cartpole", "--set", "stop.evaluation=much", saying: ["stop.evaluation", "a finite number"])
    try sandbox.fail("train", "ppo-cartpole", "--set", "stop.return=3", saying: ["return", "evaluation"])
    try sandbox.fail("train", "wgan-gp-tiny", "--set", "stop.evaluation=3", saying: ["stop"])
  }

  /// A classifier ends at the first accuracy that is sufficient, as an agent does at a return.
  @Test func aClassifierStops() throws {
    let sandbox = try Sandbox(images: 64)
    func train(_ dataset: String, store: String, stop: String = "") throws -> Sandbox.Outcome {
      let text = """
        name: small
        summary: A small classifier
        algorithm: supervised
        dataset: \(dataset)
        networks: {network: {input: [784], layers: [{linear: 16}, relu, {linear: 10}]}}
        settings: {batch: 8, rate: 1e-3, evaluateEvery: 10}
        steps: 200
        \(stop)
        """
      try text.write(to: sandbox.file("small.yaml"), atomically: true, encoding: .utf8)
      return try sandbox.start(["train", "small.yaml", "--seed", "7", "--threads", "1", "--store", store]).wait()
    }
    func accuracies(_ run: String, store: String) throws -> [Double] {
      let rows = try sandbox.run("show", run, "--metrics", "--json", "--store", store).json() as? [[String: Any]]
      return (rows ?? []).filter { $0["key"] as? String == "evaluation" }.compactMap { $0["value"] as? Double }
    }
    let data = "{name: fashion-mnist, validation: 0.25}"
    #expect(try train(data, store: "free.sqlite").code == 0)
    let free = try accuracies(sandbox.newestRun(store: "free.sqlite"), store: "free.sqlite")
    let goal = try #require(free.dropLast().max())
    let end = try #require(free.firstIndex { $0 >= goal })

    let outcome = try train(data, store: "zoo.sqlite", stop: "stop: {evaluation: \(goal)}")
    #expect(outcome.code == 0 && outcome.errors.contains("at least \(goal) of stop.evaluation"), "\(outcome)")
    let run = try sandbox.newestRun()
    #expect(try shown(sandbox, run) == ("done", 10 * (end + 1)))
    #expect(try accuracies(run, store: "zoo.sqlite") == Array(free[...end]))
    try sandbox.fail("resume", run, "--until", "400", saying: ["run \(run) is done", "stop.evaluation"])
    let refused = try train("fashion-mnist", store: "zoo.sqlite", stop: "stop: {evaluation: 0.5}")
    sandbox.check(refused, saying: ["stop.evaluation is 0.5, expected none", "validation"])
    #expect(try sandbox.newestRun() == run)
  }

  @Test func aRecipeCanStop() throws {
    let sandbox = try Sandbox(images: 1)
    let models = Fixtures.directory.appending(path: "../../Models")
    let recipe = try String(contentsOf: models.appending(path: "ppo-cartpole.yaml"), encoding: .utf8)
    try (recipe + "\nstop: {evaluation: 1}\n").write(to: sandbox.file("mine.yaml"), atomically: true, encoding: .utf8)
    #expect(try sandbox.start(["train", "mine.yaml", "--steps", "2000"] + Self.settings).wait().code == 0)
    #expect(try shown(sandbox, sandbox.newestRun()) == ("done", 200))
    let gan = try String(contentsOf: models.appending(path: "wgan-gp-tiny.yaml"), encoding: .utf8)
    try (gan + "\nstop: {evaluation: 1}\n").write(to: sandbox.file("gan.yaml"), atomically: true, encoding: .utf8)
    try sandbox.fail("train", "gan.yaml", saying: ["stop is not for wgan-gp; leave it out"])
  }
}
