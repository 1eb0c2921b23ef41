import Foundation
import TestSupport
import Testing

/// Agents in a user's own environment, which Gymnasium's `make` finds in a module in the recipe's folder.
@Suite(
  .enabled(if: ProcessInfo.processInfo.environment["ZOO_PYTHON"] != nil, "ZOO_PYTHON names no Python with gymnasium"))
struct GymnasiumCommandTests {
  /// A point that should stay near 0. The file `fault` determines the event after 120 steps of a process.
  private static let module = """
    import os
    import threading
    import time
    import gymnasium
    import numpy

    STEPS = 0

    class Point(gymnasium.Env):
        observation_space = gymnasium.spaces.Box(-10, 10, (2,), numpy.float32)
        action_space = gymnasium.spaces.Discrete(2, start=5)

        def __init__(self, can_be_saved=True):
            self.secret = None if can_be_saved else threading.Lock()

        def observe(self):
            return numpy.array([self.place, self.speed], numpy.float32)

        def reset(self, *, seed=None, options=None):
            super().reset(seed=seed)
            self.place, self.speed = self.np_random.uniform(-1, 1, 2)
            return self.observe(), {}

        def step(self, action):
            global STEPS
            STEPS += 1
            if STEPS == 120 and os.path.exists("fault"):
                fault = open("fault").read()
                if fault == "die":
                    os._exit(3)
                if fault == "slow":
                    time.sleep(4)
                else:
                    self.place = float(fault)
            self.speed += 0.1 * (2 * (action - 5) - 1) + self.np_random.normal(0, 0.01)
            self.place += 0.1 * self.speed
            return self.observe(), -abs(self.place), abs(self.place) > 2, False, {}

    gymnasium.register("Point-v0", Point, max_episode_steps=30)
    """

  private static let recipe = """
    name: point
    summary: An agent in an environment of its own
    algorithm: ppo
    env: {gymnasium: "point:Point-v0", arguments: {can_be_saved: true}}
    networks:
      actor: {layers: [{linear: 8}, tanh]}
      critic: {layers: [{linear: 8}, tanh]}
    settings: {envs: 2, rolloutSteps: 8, batch: 8, epochs: 2, normalize: true}
    steps: 200
    checkpoint: {every: 20, keep: {last: 99}}

    """

  private func sandbox(_ old: String = "", _ new: String = "") throws -> Sandbox {
    let sandbox = try Sandbox(images: 1)
    try Self.module.write(to: sandbox.file("point.py"), atomically: true, encoding: .utf8)
    try (old.isEmpty ? Self.recipe : Self.recipe.replacing(old, with: new)).write(
      to: sandbox.file("point.yaml"), atomically: true, encoding: .utf8)
    return sandbox
  }

  private static let train = ["train", "point.yaml", "--seed", "7", "--threads", "1"]

  private func undisturbed(_ sandbox: Sandbox) throws -> String {
    #expect(try sandbox.start(Self.train + ["--store", "alone.sqlite"]).wait().code == 0)
    return try sandbox.digest(sandbox.newestRun(store: "alone.sqlite"), store: "alone.sqlite")
  }

  @Test func aRunResumesInTheMiddleOfItsEpisodes() throws {
    let sandbox = try sandbox()
    let expected = try undisturbed(sandbox)
    let first = try sandbox.start(Self.train + ["--steps", "74"]).wait()
    #expect(first.code == 0 && !first.errors.contains("warning"), "\(first)")
    let run = try sandbox.newestRun()
    #expect(try !sandbox.succeed("show", run).output.contains("not bit for bit"))
    try sandbox.succeed("resume", run, "--until", "200")
    #expect(try sandbox.digest(run) == expected)
    // Discrete actions are recorded with the environment's numbers.
    try sandbox.succeed("eval", run, "--episodes", "3", "--deterministic", "--record", "steps.csv")
    let steps = try String(contentsOf: sandbox.file("steps.csv"), encoding: .utf8).split(separator: "\n")
    let choices = Set(steps.dropFirst().compactMap { $0.split(separator: ",").last })
    #expect(!choices.isEmpty && choices.isSubset(of: ["5.0", "6.0"]), "\(choices)")
    try sandbox.succeed("export", run)
    let other = Self.module.replacing("Discrete(2, start=5)", with: "Discrete(3, start=5)")
    try other.write(to: sandbox.file("point.py"), atomically: true, encoding: .utf8)
    try sandbox.fail("eval", run, saying: ["actions of width 2 as in run \(run), found 2 and 3"])
    try sandbox.fail(
      "resume", run, "--until", "208", saying: ["the actor outputs logits", "expected logits [batch, 3]"])
  }

  /// The worker dies, or returns NaN, after 120 steps. The trials of saving and spaces count, too.
  @Test(arguments: [("die", "exited with status 3"), ("nan", "nan"), ("inf", "inf")])
  func aFaultCostsTheStepsSinceTheLastCheckpoint(_ fault: String, _ word: String) throws {
    let sandbox = try sandbox()
    let expected = try undisturbed(sandbox)
    try fault.write(to: sandbox.file("fault"), atomically: true, encoding: .utf8)
    let outcome = try sandbox.start(Self.train).wait()
    let run = try sandbox.newestRun()
    sandbox.check(outcome, saying: ["run \(run) stopped; its last checkpoint is \(run)@", "point:Point-v0"])
    #expect(outcome.errors.lowercased().contains(word), "\(outcome.errors)")
    let shown = try #require(sandbox.succeed("show", run, "--json").json() as? [String: Any])
    #expect((shown["run"] as? [String: Any])?["status"] as? String == "failed")
    let step = try #require(shown["step"] as? Int)
    #expect(step > 0 && step % 20 == 0)
    try FileManager.default.removeItem(at: sandbox.file("fault"))
    try sandbox.succeed("resume", run)
    #expect(try sandbox.digest(run) == expected)
    try sandbox.succeed("verify")
  }

  /// A signal is received at once. A step has to end before a checkpoint can be written.
  @Test func aSignalInASlowStepIsAnswered() throws {
    let sandbox = try sandbox()
    try "slow".write(to: sandbox.file("fault"), atomically: true, encoding: .utf8)
    let running = try sandbox.start(Self.train)
    #expect(running.wait { ((try? String(contentsOf: running.errors, encoding: .utf8)) ?? "").contains("steps/s") })
    usleep(1_000_000)
    running.send(SIGINT)
    let outcome = try running.wait()
    #expect(outcome.code == 130 && outcome.signal == nil, "\(outcome)")
    #expect(outcome.errors.contains("stopping after this step"), "\(outcome)")
    try FileManager.default.removeItem(at: sandbox.file("fault"))
    let expected = try undisturbed(sandbox)
    let run = try sandbox.newestRun()
    try sandbox.succeed("resume", run)
    #expect(try sandbox.digest(run) == expected)
  }

  @Test func whatCanNotBeSavedIsSaid() throws {
    let sandbox = try sandbox("can_be_saved: true", "can_be_saved: false")
    let outcome = try sandbox.start(Self.train + ["--steps", "50"]).wait()
    #expect(
      outcome.code == 0 && outcome.errors.contains("warning: a run in 'point:Point-v0' does not resume bit for bit"))
    let run = try sandbox.newestRun()
    #expect(
      try sandbox.succeed("show", run).output.contains("resume      not bit for bit: the environment can't be saved"))
    try sandbox.fail(
      "resume", run, "--until", "70",
      saying: ["can't continue bit for bit", "'point:Point-v0' can't be saved", "--allow-inexact"])
    let resumed = try sandbox.succeed("resume", run, "--until", "70", "--allow-inexact")
    #expect(resumed.errors.contains("warning: the run does not continue bit for bit: 'point:Point-v0' can't be saved"))
    #expect(try sandbox.succeed("show", run).output.contains("not bit for bit: 'point:Point-v0' can't be saved"))
  }

  /// The module lies beside the recipe, and the command runs elsewhere.
  @Test func aModuleBesideTheRecipeIsFound() throws {
    let sandbox = try sandbox()
    let expected = try undisturbed(sandbox)
    let files = FileManager.default
    try files.createDirectory(at: sandbox.file("maker/deep"), withIntermediateDirectories: true)
    for name in ["point.py", "point.yaml"] {
      try files.moveItem(at: sandbox.file(name), to: sandbox.file("maker/deep/\(name)"))
    }
    let train = ["train", "maker/deep/point.yaml", "--seed", "7", "--threads", "1"]
    #expect(try sandbox.start(train + ["--steps", "74"]).wait().code == 0)
    let run = try sandbox.newestRun()
    let shown = try sandbox.succeed("show", run).output
    #expect(shown.contains("settings.environment.folder: ") && shown.contains("maker/deep"), "\(shown)")
    // From another folder, and past a module of the same name in the working folder.
    try files.createDirectory(at: sandbox.file("elsewhere"), withIntermediateDirectories: true)
    try "raise RuntimeError('the wrong module')".write(
      to: sandbox.file("elsewhere/point.py"), atomically: true, encoding: .utf8)
    let resumed = try sandbox.shell("cd elsewhere && \"$ZOO\" resume \(run) --until 134 --store ../zoo.sqlite")
    #expect(resumed.code == 0, "\(resumed)")
    try sandbox.succeed("eval", run, "--episodes", "2")

    try files.moveItem(at: sandbox.file("maker/deep"), to: sandbox.file("maker/moved"))
    for command in [["resume", run, "--until", "200"], ["eval", run]] {
      sandbox.check(
        try sandbox.start(command).wait(),
        saying: [
          "no module 'point' in ", "maker/deep, where it was",
          "put it there again, or name its new folder in PYTHONPATH",
        ])
    }
    let moved = try sandbox.shell("PYTHONPATH=maker/moved \"$ZOO\" resume \(run) --until 200")
    #expect(moved.code == 0, "\(moved)")
    #expect(try sandbox.digest(run) == expected)
  }

  /// A package, and a module of a package, are found, too; a name without a module records no folder.
  @Test(arguments: [("maze/__init__.py", "maze"), ("maze/grid.py", "maze.grid")])
  func aPackageBesideTheRecipeIsFound(_ file: String, _ module: String) throws {
    let sandbox = try sandbox("point:Point-v0", "\(module):Point-v0")
    try FileManager.default.createDirectory(at: sandbox.file("made/maze"), withIntermediateDirectories: true)
    try FileManager.default.moveItem(at: sandbox.file("point.py"), to: sandbox.file("made/\(file)"))
    try FileManager.default.moveItem(at: sandbox.file("point.yaml"), to: sandbox.file("made/point.yaml"))
    let train = ["train", "made/point.yaml", "--seed", "7", "--threads", "1", "--steps", "40"]
    #expect(try sandbox.start(train).wait().code == 0)
    try sandbox.succeed("eval", sandbox.newestRun(), "--episodes", "1")
  }

  @Test(
    arguments: [
      ("point:Point-v0", "point:Pint-v0", "Pint-v0"), ("point:Point-v0", "nowhere:Point-v0", "nowhere"),
      ("can_be_saved: true", "colour: red", "colour"),
    ])
  func anEnvironmentThatCanNotBeMadeHasAPlace(_ old: String, _ new: String, _ word: String) throws {
    let sandbox = try sandbox(old, new)
    let outcome = try sandbox.start(Self.train).wait()
    sandbox.check(outcome, saying: ["point.yaml:4:6: the environment '", "can't be created", word])
    #expect(!FileManager.default.fileExists(atPath: sandbox.file("zoo.sqlite").path))
  }
}
