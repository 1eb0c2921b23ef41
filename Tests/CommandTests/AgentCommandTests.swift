import Foundation
import TestSupport
import Testing

/// Agents, trained and inspected by a user.
@Suite struct AgentCommandTests {
  private static let quick = [
    "--threads", "1", "--set", "envs=4", "--set", "rolloutSteps=16", "--set", "batch=32", "--set", "epochs=2", "--set",
    "evaluation={every: 200, episodes: 2}", "--checkpoint-every", "100",
  ]

  @Test func anAgentGoesThroughEveryCommand() throws {
    let sandbox = try Sandbox(images: 1)
    let trained = try sandbox.start(
      ["train", "ppo-cartpole", "--steps", "600", "--seed", "7", "--name", "pole"] + Self.quick
    ).wait()
    #expect(trained.code == 0, "\(trained)")
    let progress = try #require(trained.errors.split(separator: "\n").last)
    #expect(progress.hasPrefix("600/600  ") && progress.contains(" steps/s  return "), "\(progress)")
    for key in ["length", "evaluation", "policy", "value", "entropy", "kl"] {
      #expect(progress.contains("  \(key) "), "\(key)")
    }
    let run = try sandbox.newestRun()

    let listed = try sandbox.succeed("list", "runs").output.split(separator: "\n")
    #expect(listed[0].contains("RETURN  EVALUATION") && !listed[0].contains("CRITIC") && listed[1].contains("pole"))
    let model = try #require(sandbox.succeed("show", "ppo-cartpole", "--json").json() as? [String: Any])
    #expect(model["environment"] as? String == "CartPole-v1" && model["dataset"] == nil)
    let card = try sandbox.succeed("show", "ppo-cartpole").output
    #expect(card.contains("environment CartPole-v1, 8 parallel environments"))
    let shown = try sandbox.succeed("show", run).output
    for phrase in [
      "settings.environment.id: CartPole-v1", "settings.normalizeAdvantage: true",
      "settings.environment.normalizeReward: false", "policy: float32[batch, 4] → int64[batch], float32[batch, 2]",
      "return: ", "evaluation: ",
    ] { #expect(shown.contains(phrase), "\(phrase) in \(shown)") }

    // The best checkpoint is the one of the metric.
    let rows = try #require(sandbox.succeed("show", run, "--metrics", "--json").json() as? [[String: Any]])
    let evaluations = rows.filter { $0["key"] as? String == "evaluation" }.compactMap { row in
      (row["value"] as? Double).flatMap { value in (row["step"] as? Int).map { (step: $0, value: value) } }
    }
    #expect(evaluations.map(\.step) == [200, 400, 600])
    let best = try #require(evaluations.max { ($0.value, -$0.step) < ($1.value, -$1.step) })
    let reference = try #require(sandbox.succeed("show", "pole@best", "--json").json() as? [String: Any])
    #expect(reference["step"] as? Int == best.step)

    let export = try sandbox.succeed("export", "pole@best", "--json").json() as? [String: Any]
    #expect(export?["network"] as? String == "policy" && export?["step"] as? Int == best.step)
    try sandbox.succeed("export", run, "--network", "critic")
    #expect(FileManager.default.fileExists(atPath: sandbox.file("\(run)-critic.onnx").path))
    try sandbox.fail(
      "sample", run,
      saying: ["run \(run) trains an agent in 'CartPole-v1', which generates no images", "zoo eval \(run)"])
    try sandbox.succeed("verify")
  }

  @Test func playDrawsAnEpisode() throws {
    let sandbox = try Sandbox(images: 1)
    #expect(try sandbox.start(["train", "ppo-cartpole", "--steps", "200"] + Self.quick).wait().code == 0)
    let run = try sandbox.newestRun()
    let record = try #require(
      sandbox.succeed("play", run, "-o", "pole.gif", "--seed", "5", "--json").json() as? [String: Any])
    let (total, length) = (try #require(record["return"] as? Double), try #require(record["length"] as? Int))
    // The same episode as in an evaluation.
    let evaluation = try #require(
      sandbox.succeed("eval", run, "--episodes", "1", "--seed", "5", "--deterministic", "--json").json()
        as? [String: Any])
    #expect((evaluation["episodes"] as? [[String: Any]])?.first?["return"] as? Double == total)
    #expect(total == Double(length))
    let film = try Data(contentsOf: sandbox.file("pole.gif"))
    #expect(film.starts(with: Data("GIF89a".utf8)))
    // A frame for the first state and one after each step. A control block precedes each.
    #expect(film.ranges(of: Data([0x21, 0xF9, 0x04])).count == length + 1)
    try sandbox.succeed("play", run, "-o", "pole.png")
    #expect(try Data(contentsOf: sandbox.file("pole.png")).starts(with: [0x89, 0x50, 0x4E, 0x47]))
    try sandbox.fail("play", run, "-o", "pole.mp4", saying: ["pole.mp4", ".gif"])
    try sandbox.fail("play", run, "-o", "missing/pole.gif", saying: ["missing/pole.gif"])
  }

  @Test func imitationLearnsFromWhatEvalRecords() throws {
    let sandbox = try Sandbox(images: 1)
    let small = [
      "--threads", "1", "--set", "learningStarts=100", "--set", "evaluation.every=0", "--set", "timeLimit=50",
    ]
    #expect(try sandbox.start(["train", "td3-pendulum", "--steps", "50"] + small).wait().code == 0)
    let run = try sandbox.newestRun()
    try sandbox.succeed("eval", run, "--episodes", "3", "--deterministic", "--record", "steps.csv")
    let lines = try String(contentsOf: sandbox.file("steps.csv"), encoding: .utf8).split(separator: "\n")
    #expect(lines[0] == "episode,observation0,observation1,observation2,action0" && lines.count == 1 + 3 * 50)
    for line in lines.dropFirst() {
      let numbers = line.split(separator: ",").compactMap { Double($0) }
      #expect(abs(numbers[1] * numbers[1] + numbers[2] * numbers[2] - 1) < 1e-5 && abs(numbers[4]) <= 2)
    }
    // With noise: the policy's observations.
    try sandbox.succeed("eval", run, "--episodes", "3", "--noise", "0.5", "--record", "noisy.csv")
    let noisy = try String(contentsOf: sandbox.file("noisy.csv"), encoding: .utf8).split(separator: "\n").dropFirst()
    let offTheCircle = noisy.count { line in
      let numbers = line.split(separator: ",").compactMap { Double($0) }
      return abs(numbers[1] * numbers[1] + numbers[2] * numbers[2] - 1) > 1e-2
    }
    #expect(offTheCircle > 140, "\(offTheCircle)")
    let models = Fixtures.directory.appending(path: "../../Models")
    let recipe = try String(contentsOf: models.appending(path: "imitate-pendulum.yaml"), encoding: .utf8)
    let mine = recipe.replacing("pendulum-expert.csv", with: sandbox.file("steps.csv").path).replacing(
      "name: imitate-pendulum", with: "name: mine")
    try Data(mine.utf8).write(to: sandbox.file("mine.yaml"))
    #expect(try sandbox.start(["train", "mine.yaml", "--steps", "120"] + small).wait().code == 0)
    #expect(try sandbox.succeed("show", "mine.yaml").output.hasSuffix("zoo train mine.yaml\n"))
    try Data("episode,observation0,observation1,observation2,action0\n0,1,0,0,2\n0,1,0,0,2.5\n".utf8)
      .write(to: sandbox.file("steps.csv"))
    try sandbox.fail("train", "mine.yaml", saying: ["mine.yaml:", "action0 of step 2 is 2.5, expected -2.0 to 2.0"])
    try Data("episode,observation0,action0\n0,1,2\n".utf8).write(to: sandbox.file("steps.csv"))
    try sandbox.fail("train", "mine.yaml", saying: ["mine.yaml:", "expected 3 and 1"])
    try sandbox.fail(
      "eval", run, "--record", "missing/steps.csv", saying: ["missing/steps.csv", "there is no folder", "mkdir -p"])
  }

  @Test func evalSaysWhatReturnsComeTo() throws {
    let sandbox = try Sandbox(images: 1)
    #expect(try sandbox.start(["train", "ppo-cartpole", "--steps", "200"] + Self.quick).wait().code == 0)
    let run = try sandbox.newestRun()
    let text = try sandbox.succeed("eval", run, "--episodes", "12", "--seed", "5").output
    #expect(text.hasPrefix("\(run)@200 in CartPole-v1: 12 episodes from seed 5, actions drawn\n"))
    for phrase in ["mean    ", " ± ", "IQM     ", "length  "] { #expect(text.contains(phrase), "\(text)") }
    #expect(try sandbox.succeed("eval", run, "--episodes", "12", "--seed", "5").output == text)

    let json = try #require(
      sandbox.succeed("eval", "\(run)@best", "--episodes", "9", "--deterministic", "--noise", "0.1", "--json").json()
        as? [String: Any])
    #expect(json["isDeterministic"] as? Bool == true && json["noise"] as? Double == 0.1 && json["step"] as? Int == 200)
    let episodes = try #require(json["episodes"] as? [[String: Any]])
    let returns = episodes.compactMap { $0["return"] as? Double }
    #expect(episodes.compactMap { $0["seed"] as? Int } == Array(0..<9) && returns.count == 9)
    #expect(returns == episodes.compactMap { ($0["length"] as? Int).map(Double.init) })
    let statistics = try #require(json["returns"] as? [String: Any])
    #expect(abs(try #require(statistics["mean"] as? Double) - returns.reduce(0, +) / 9) < 1e-9)
    let middle = returns.sorted()[2..<7]
    #expect(abs(try #require(statistics["interquartileMean"] as? Double) - middle.reduce(0, +) / 5) < 1e-9)
    let interval = try #require(statistics["interval"] as? [Double])
    #expect(interval.count == 2 && interval[0] <= interval[1])
  }

  @Test func benchTimesStepsAndUpdates() throws {
    let json =
      try Sandbox(images: 1).succeed("bench", "ppo-cartpole", "--steps", "600", "--threads", "1", "--json").json()
      as? [String: Any]
    // Rollouts of 256 steps, each followed by 20 updates.
    #expect(json?["steps"] as? Int == 512)
    let (steps, updates) = (json?["stepsPerSecond"] as? Double, json?["updatesPerSecond"] as? Double)
    #expect(abs(try #require(updates) / #require(steps) - 20 / 256) < 1e-9)
  }

  private struct Undisturbed {
    let digest, metrics: String
  }

  /// The result of an undisturbed run.
  private func undisturbed(_ sandbox: Sandbox, _ arguments: [String]) throws -> Undisturbed {
    let outcome = try sandbox.start(arguments + ["--store", "alone.sqlite"]).wait()
    #expect(outcome.code == 0, "\(outcome)")
    let run = try sandbox.newestRun(store: "alone.sqlite")
    return Undisturbed(
      digest: try sandbox.digest(run, store: "alone.sqlite"), metrics: try sandbox.metrics(run, store: "alone.sqlite"))
  }

  /// The run is killed at random moments and continues each time from its last checkpoint.
  @Test(arguments: [("ppo-cartpole", 40_000), ("sac-pendulum", 1_000)])
  func killedAtRandomMomentsItEndsWithTheSameBits(_ model: String, _ steps: Int) throws {
    let sandbox = try Sandbox(images: 1)
    let small =
      model == "ppo-cartpole"
      ? Self.quick
      : [
        "--threads", "1", "--set", "batch=16", "--set", "learningStarts=20", "--set",
        "evaluation={every: 200, episodes: 1}", "--checkpoint-every", "7",
      ]
    let train = ["train", model, "--steps", "\(steps)", "--seed", "7"] + small
    let expected = try undisturbed(sandbox, train)
    var running = try sandbox.start(train)
    #expect(running.wait { sandbox.newestRunIfAny() != nil })
    let run = try sandbox.newestRun()
    var kills = 0
    while running.process.isRunning, kills < 8 {
      usleep(.random(in: 20_000...120_000))
      running.send(SIGKILL)
      guard try running.wait().signal == SIGKILL else { break }
      kills += 1
      running = try sandbox.start(["resume", run])
    }
    let last = try running.wait()
    #expect(last.code == 0 && kills >= 3, "\(kills) kills; \(last)")
    #expect(try sandbox.digest(run) == expected.digest)
    #expect(try sandbox.metrics(run) == expected.metrics)
    try sandbox.succeed("verify")
  }

  @Test func theTotalCanBeRaised() throws {
    let sandbox = try Sandbox(images: 1)
    let constant = ["--set", "rate=1e-3", "--set", "clipRange=0.2"]
    let train = { (steps: Int) in
      ["train", "ppo-cartpole", "--steps", "\(steps)", "--seed", "7"] + Self.quick + constant
    }
    let expected = try undisturbed(sandbox, train(700))
    #expect(try sandbox.start(train(400)).wait().code == 0)
    let run = try sandbox.newestRun()
    let outcome = try sandbox.succeed("resume", run, "--set", "total_steps=700")
    #expect(outcome.output.contains("step 700  done"), "\(outcome)")
    #expect(outcome.errors.contains("the target of run \(run) changes from 400 to 700 steps"), "\(outcome)")
    #expect(try sandbox.digest(run) == expected.digest)
    #expect(try sandbox.metrics(run) == expected.metrics)
  }

  @Test func mistakesAreNamed() throws {
    let sandbox = try Sandbox(images: 1)
    let model = try sandbox.succeed("show", "ppo-cartpole", "--json").json() as? [String: Any]
    let recipe = try #require(model?["recipe"] as? String)
    func write(_ old: String, _ new: String) throws {
      let text = recipe.replacing(old, with: new)
      #expect(text != recipe)
      try text.write(to: sandbox.file("own.yaml"), atomically: true, encoding: .utf8)
    }
    try write("CartPole-v1", "CartPole-v9")
    try sandbox.fail("train", "own.yaml", saying: ["own.yaml:8:6: env is 'CartPole-v9'", "did you mean 'CartPole-v1'"])
    try write("envs: 8", "penalty: {network: generator, weight: 1}")
    try sandbox.fail(
      "train", "own.yaml", saying: ["own.yaml:15:22: ", "'generator', which is not known; known: actor, critic"])
    try write("rolloutSteps: 32", "rolloutSteps: 33")
    try sandbox.fail(
      "train", "own.yaml", saying: ["own.yaml:17:10: ", "batch is 256, expected a divisor of the 264 steps"])
    try sandbox.fail("train", "ppo-cartpole", "--set", "algorithm=a2c", saying: ["unknown key 'algorithm' in settings"])
    try write("algorithm: ppo", "algorithm: td3")
    try sandbox.fail("train", "own.yaml", saying: ["own.yaml:"])
    #expect(!FileManager.default.fileExists(atPath: sandbox.file("zoo.sqlite").path))

    #expect(try sandbox.start(["train", "ppo-cartpole", "--steps", "40"] + Self.quick).wait().code == 0)
    let run = try sandbox.newestRun()
    try sandbox.fail("show", "\(run)@best", saying: ["run \(run) has no best checkpoint", "at 40, 0"])
    try sandbox.fail("eval", run, "--episodes", "0", saying: ["0 episodes, expected 1 to 10000"])
    try sandbox.fail("eval", run, "--noise=-1", saying: ["a noise of -1.0"])
    try sandbox.fail("eval", "zzz", saying: ["no run is 'zzz'"])
    try sandbox.fail("export", run, "--network", "generator", saying: ["'generator'", "actor, critic, policy"])
    try sandbox.fail(
      "resume", run, "--set", "gamma=0.9", saying: ["'gamma' of run \(run)", "zoo fork \(run) --set gamma=0.9"])
    try sandbox.fail(
      "resume", run, "--set", "total_steps=many", code: 64, saying: ["total_steps=many", "a whole number"])
    try sandbox.fail(
      "resume", run, "--set", "total_steps=99", "--until", "9", code: 64, saying: ["exclude each other"])
    try sandbox.fail("resume", run, "--set", "total_steps=8", saying: ["its target is 8", "nothing is left"])
  }

  @Test func whatIsNoAgentIsNotPlayed() throws {
    let sandbox = try Sandbox()
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "1")
    let run = try sandbox.newestRun()
    try sandbox.fail("play", run, "-o", "film.gif", saying: ["run \(run) trains no agent", "zoo sample \(run)"])
    try sandbox.fail("eval", run, "--episodes", "3", saying: ["--episodes does not apply", "trains no agent"])
    // Both kinds are in one list: each row has the values of its kind.
    #expect(try sandbox.start(["train", "ppo-cartpole", "--steps", "200"] + Self.quick).wait().code == 0)
    let lines = try sandbox.succeed("list", "runs").output.split(separator: "\n")
    for title in ["RETURN", "EVALUATION", "CRITIC", "PENALTY", "WASSERSTEIN"] { #expect(lines[0].contains(title)) }
  }
}
