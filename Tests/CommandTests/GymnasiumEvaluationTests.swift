import Foundation
import TestSupport
import Testing

/// Evaluations in Python environments that fail, are slow, or can exist only once.
@Suite(
  .enabled(if: ProcessInfo.processInfo.environment["ZOO_PYTHON"] != nil, "ZOO_PYTHON names no Python with gymnasium"))
struct GymnasiumEvaluationTests {
  /// A point that should stay near 0. The file `judge` determines the event in an evaluation, whose seeds are known.
  private static let module = """
    import os
    import random
    import signal
    import time
    import gymnasium
    import numpy

    STEPS = JUDGED = 0

    class Point(gymnasium.Env):
        observation_space = gymnasium.spaces.Box(-10, 10, (2,), numpy.float32)
        action_space = gymnasium.spaces.Discrete(2)

        def __init__(self, device=None, seconds=0, reward=None):
            self.device, self.seconds, self.reward = device, seconds, reward
            if device is not None:
                os.close(os.open(device, os.O_CREAT | os.O_EXCL))

        def observe(self):
            return numpy.array([self.place, self.speed], numpy.float32)

        def reset(self, *, seed=None, options=None):
            super().reset(seed=seed)
            global JUDGED
            JUDGED += seed in range(1000000, 1000010)
            # The first of a process is that of a check before training.
            if JUDGED > 1 and os.path.exists("judge"):
                if open("judge").read() == "kill":
                    os.kill(os.getppid(), signal.SIGKILL)
                raise RuntimeError("the judge is out")
            self.place, self.speed = self.np_random.uniform(-1, 1, 2)
            return self.observe(), {}

        def step(self, action):
            global STEPS
            STEPS += 1
            # The start has its time, so a trial has.
            if STEPS > 60:
                time.sleep(self.seconds)
            # Chance of the process.
            self.speed += 0.1 * (2 * action - 1) + random.gauss(0, 0.01)
            self.place += 0.1 * self.speed
            return self.observe(), self.reward or -abs(self.place), abs(self.place) > 2, False, {}

        def close(self):
            if self.device is not None:
                os.unlink(self.device)

    gymnasium.register("Point-v0", Point, max_episode_steps=30)
    """

  private static let recipe = """
    name: point
    summary: An agent in an environment of its own
    algorithm: ppo
    env: {gymnasium: "point:Point-v0"}
    networks:
      actor: {layers: [{linear: 8}, tanh]}
      critic: {layers: [{linear: 8}, tanh]}
    settings: {rolloutSteps: 8, batch: 8, epochs: 2, normalize: true}
    evaluation: {every: 16, episodes: 3}
    steps: 48
    checkpoint: {every: 20, keep: {last: 99}}

    """

  private func sandbox(_ changes: [(String, String)] = []) throws -> Sandbox {
    let sandbox = try Sandbox(images: 1)
    try Self.module.write(to: sandbox.file("point.py"), atomically: true, encoding: .utf8)
    var recipe = Self.recipe
    for (old, new) in changes { recipe = recipe.replacing(old, with: new) }
    try recipe.write(to: sandbox.file("point.yaml"), atomically: true, encoding: .utf8)
    return sandbox
  }

  private static let train = ["train", "point.yaml", "--seed", "7", "--threads", "1"]

  private func judge(_ sandbox: Sandbox, _ word: String) throws {
    try word.write(to: sandbox.file("judge"), atomically: true, encoding: .utf8)
  }

  /// Steps of the metric `evaluation`.
  private func evaluations(_ sandbox: Sandbox, _ run: String, store: String = "zoo.sqlite") throws -> [Int] {
    let rows = try sandbox.run("show", run, "--metrics", "--json", "--store", store).json() as? [[String: Any]]
    return (rows ?? []).filter { $0["key"] as? String == "evaluation" }.compactMap { $0["step"] as? Int }
  }

  @Test func aFailingEvaluationCostsNothing() throws {
    let sandbox = try sandbox()
    #expect(try sandbox.start(Self.train + ["--store", "alone.sqlite"]).wait().code == 0)
    let alone = try sandbox.newestRun(store: "alone.sqlite")
    #expect(try evaluations(sandbox, alone, store: "alone.sqlite") == [16, 32, 48])
    let expected = try (
      digest: sandbox.digest(alone, store: "alone.sqlite"), metrics: sandbox.metrics(alone, store: "alone.sqlite")
    )

    try judge(sandbox, "raise")
    let outcome = try sandbox.start(Self.train).wait()
    #expect(outcome.code == 0, "\(outcome)")
    for step in [16, 32, 48] {
      #expect(outcome.errors.contains("warning: the evaluation at step \(step) failed: "), "\(outcome)")
    }
    #expect(outcome.errors.contains("the judge is out"))
    let run = try sandbox.newestRun()
    #expect(try sandbox.digest(run) == expected.digest && evaluations(sandbox, run).isEmpty)

    // A run that stops, or whose process ends, has the checkpoint and continues with its evaluation.
    for (word, settings) in [("raise", ["--set", "evaluation.onFailure=stop"]), ("kill", [])] {
      try judge(sandbox, word)
      let outcome = try sandbox.start(Self.train + settings).wait()
      #expect(word == "kill" ? outcome.signal == SIGKILL : outcome.code == 1, "\(outcome)")
      let run = try sandbox.newestRun()
      let shown = try #require(sandbox.succeed("show", run, "--json").json() as? [String: Any])
      #expect(shown["step"] as? Int == 16)
      try FileManager.default.removeItem(at: sandbox.file("judge"))
      let resumed = try sandbox.succeed("resume", run)
      #expect(!resumed.errors.contains("warning"), "\(resumed)")
      #expect(try sandbox.digest(run) == expected.digest && sandbox.metrics(run) == expected.metrics, "\(word)")
    }
  }

  /// Only the evaluation is left to do.
  @Test func theLastEvaluationIsMadeUpFor() throws {
    let sandbox = try sandbox()
    try judge(sandbox, "raise")
    let stopping = ["--steps", "16", "--set", "evaluation.onFailure=stop"]
    #expect(try sandbox.start(Self.train + stopping).wait().code == 1)
    try FileManager.default.removeItem(at: sandbox.file("judge"))
    let run = try sandbox.newestRun()
    #expect(try sandbox.succeed("resume", run).output.contains("step 16  done"))
    #expect(try evaluations(sandbox, run) == [16])
    try sandbox.fail("resume", run, saying: ["nothing is left to do"])
  }

  @Test func anEnvironmentOfWhichThereIsOneTrains() throws {
    let sandbox = try sandbox([("v0\"}", "v0\", arguments: {device: device}}")])
    let outcome = try sandbox.start(Self.train + ["--steps", "24"]).wait()
    #expect(outcome.code == 0, "\(outcome)")
    #expect(outcome.errors.contains("warning: evaluations are off"), "\(outcome)")
    #expect(outcome.errors.contains("FileExistsError") && !outcome.errors.contains("bit for bit"), "\(outcome)")
    let run = try sandbox.newestRun()
    #expect(try evaluations(sandbox, run).isEmpty)
    try sandbox.succeed("resume", run, "--until", "48")
    let evaluated = try sandbox.succeed("eval", run, "--episodes", "3", "--json").output
    #expect(try sandbox.succeed("eval", run, "--episodes", "3", "--json").output == evaluated)
    #expect(!FileManager.default.fileExists(atPath: sandbox.file("device").path))
    // Uninterrupted, the result is the same.
    try sandbox.succeed("train", "point.yaml", "--seed", "7", "--threads", "1", "--store", "alone.sqlite")
    #expect(
      try sandbox.digest(run) == sandbox.digest(sandbox.newestRun(store: "alone.sqlite"), store: "alone.sqlite"))
    // There can't be two instances.
    try sandbox.fail("train", "point.yaml", "--set", "envs=2", saying: ["point:Point-v0", "while there is 1 other"])
  }

  @Test func aTimeoutIsTheRecipes() throws {
    let sandbox = try sandbox([
      ("v0\"}", "v0\", arguments: {seconds: 3}, timeout: 0.5}"), ("steps: 48", "steps: 99"), ("every: 16", "every: 0"),
    ])
    sandbox.check(
      try sandbox.start(Self.train).wait(),
      saying: ["its last checkpoint is", "no answer within 0.5 seconds", "increase the timeout"])
  }

  @Test func aBrokenEnvironmentIsRefusedWithItsPlace() throws {
    let sandbox = try sandbox([("v0\"}", "v0\", arguments: {reward: much}, save: never}")])
    sandbox.check(
      try sandbox.start(Self.train).wait(),
      saying: ["point.yaml:4:6", "it is broken: step() returned the reward a str ('much'), expected a number"])
    #expect(!FileManager.default.fileExists(atPath: sandbox.file("zoo.sqlite").path))
  }

  @Test func whoSavesNothingIsNotWarned() throws {
    let sandbox = try sandbox([("v0\"}", "v0\", save: never}")])
    let outcome = try sandbox.start(Self.train + ["--steps", "24"]).wait()
    #expect(outcome.code == 0 && !outcome.errors.contains("warning"), "\(outcome)")
    let run = try sandbox.newestRun()
    #expect(try sandbox.succeed("show", run).output.contains("resume      not bit for bit"))
    try sandbox.succeed("resume", run, "--until", "48", "--allow-inexact")
    #expect(try evaluations(sandbox, run) == [16, 32, 48])
  }
}
