import Foundation
import TestSupport
import Testing

/// Agents whose environments several Python processes compute. The environments draw from the global generators.
@Suite(
  .enabled(if: ProcessInfo.processInfo.environment["ZOO_PYTHON"] != nil, "ZOO_PYTHON names no Python with gymnasium"))
struct GymnasiumWorkerTests {
  private func sandbox(
    _ space: String = "tuple", algorithm: String = "ppo", settings: String = "", steps: Int = 120,
    evaluation: String = "evaluation: {every: 48, episodes: 2}"
  ) throws -> Sandbox {
    let sandbox = try Sandbox(images: 1)
    try FileManager.default.copyItem(
      at: Fixtures.directory.appending(path: "zoo_spaces.py"), to: sandbox.file("zoo_spaces.py"))
    let isOnPolicy = algorithm == "ppo"
    let action = isOnPolicy ? "discrete" : "box"
    let first = space == "camera" ? "{conv2d: {outputs: 4, kernel: 3}}, relu, flatten, " : ""
    let own = isOnPolicy ? "rolloutSteps: 8, batch: 8, epochs: 2" : "batch: 8, learningStarts: 20"
    try """
    name: walk
    summary: An agent in environments of several processes
    algorithm: \(algorithm)
    env: {gymnasium: "zoo_spaces:Walk-v0", arguments: {space: \(space), action: \(action), draws: true}}
    networks:
      actor: {layers: [\(first){linear: 8}, tanh]}
      critic: {layers: [\(first){linear: 8}, tanh]}
    settings: {envs: 3, \(own)\(settings)}
    \(evaluation)
    steps: \(steps)
    checkpoint: {every: 12, keep: {last: 99}}

    """.write(to: sandbox.file("walk.yaml"), atomically: true, encoding: .utf8)
    return sandbox
  }

  private static let train = ["train", "walk.yaml", "--seed", "7", "--threads", "1"]

  private func train(_ sandbox: Sandbox, workers: Int) throws -> (digest: String, metrics: String) {
    let store = "\(workers).sqlite"
    let outcome = try sandbox.start(Self.train + ["--set", "workers=\(workers)", "--store", store]).wait()
    #expect(outcome.code == 0 && !outcome.errors.contains("warning"), "\(outcome)")
    let run = try sandbox.newestRun(store: store)
    return (try sandbox.digest(run, store: store), "\(try sandbox.metrics(run, store: store))")
  }

  @Test(arguments: [("tuple", "ppo"), ("camera", "ppo"), ("dict", "ppo"), ("dict", "sac"), ("matrix", "td3")])
  func anyNumberOfWorkersTrainsTheSameAgent(_ space: String, _ algorithm: String) throws {
    let sandbox = try sandbox(space, algorithm: algorithm)
    let expected = try train(sandbox, workers: 1)
    for workers in 2...3 {
      let found = try train(sandbox, workers: workers)
      #expect(found == expected, "\(workers)")
    }
    let shown = try sandbox.succeed("show", sandbox.newestRun(store: "2.sqlite"), "--store", "2.sqlite").output
    #expect(shown.contains("settings.environment.workers: 2"), "\(shown)")
  }

  /// An environment kills the program again and again. Each process continues with another number of workers.
  @Test(arguments: ["ppo", "sac"])
  func aRunResumesWithAnyNumberOfWorkers(_ algorithm: String) throws {
    let sandbox = try sandbox("dict", algorithm: algorithm, steps: 720, evaluation: "")
    let expected = try train(sandbox, workers: 1)
    var (kills, arguments) = (0, Self.train + ["--set", "workers=2"])
    // The steps of a process: the trial takes 54. One process of one worker has three environments, of two at most two.
    let steps = [90] + (1..<20).map { [30, 20, 12][$0 % 3] }
    for (number, steps) in steps.enumerated() {
      try "\(steps)".write(to: sandbox.file("kill"), atomically: true, encoding: .utf8)
      let outcome = try sandbox.start(arguments).wait()
      if outcome.signal == SIGKILL { kills += 1 } else { #expect(outcome.code == 0, "\(outcome)") }
      arguments = ["resume", try sandbox.newestRun(), "--set", "workers=\((number + 1) % 3 + 1)"]
    }
    try FileManager.default.removeItem(at: sandbox.file("kill"))
    #expect(kills == 20)
    let run = try sandbox.newestRun()
    #expect(try sandbox.start(arguments).wait().code == 0)
    #expect(try sandbox.digest(run) == expected.digest)
    #expect("\(try sandbox.metrics(run))" == expected.metrics)
    let shown = try sandbox.succeed("show", run).output
    #expect(shown.contains("settings.environment.workers: 2 → 3"), "\(shown)")
  }

  @Test func aKilledWorkerCostsTheStepsSinceTheLastCheckpoint() throws {
    let sandbox = try sandbox(steps: 240, evaluation: "")
    let expected = try train(sandbox, workers: 1)
    try "70".write(to: sandbox.file("kill-worker"), atomically: true, encoding: .utf8)
    let outcome = try sandbox.start(Self.train + ["--set", "workers=2"]).wait()
    let run = try sandbox.newestRun()
    sandbox.check(
      outcome,
      saying: [
        "run \(run) stopped; its last checkpoint is \(run)@",
        "zoo_spaces:Walk-v0: worker 2 of 2 (environments 1 to 2) was killed by signal 9 (Killed)",
      ])
    try FileManager.default.removeItem(at: sandbox.file("kill-worker"))
    try sandbox.succeed("resume", run)
    #expect(try sandbox.digest(run) == expected.digest)
    try sandbox.succeed("verify")
  }

  @Test func workersHaveTheirConditions() throws {
    let words = "workers is 4, expected 1 to 3, the number of parallel environments (envs)"
    let wrong = try self.sandbox(settings: ", workers: 4", evaluation: "")
    wrong.check(try wrong.start(Self.train).wait(), saying: ["walk.yaml:8:", words])
    #expect(!FileManager.default.fileExists(atPath: wrong.file("zoo.sqlite").path))
    let sandbox = try self.sandbox(evaluation: "")
    #expect(try sandbox.start(Self.train + ["--set", "workers=3", "--steps", "24"]).wait().code == 0)
    let run = try sandbox.newestRun()
    try sandbox.fail("resume", run, "--until", "48", "--set", "workers=4", saying: [words])
    try sandbox.fail("resume", run, "--until", "48", "--set", "workers=0", saying: ["workers", "at least 1"])
    try sandbox.fail(
      "train", "ppo-cartpole", "--set", "workers=2",
      saying: ["workers is 2, expected none, as 'CartPole-v1' is computed without Python; leave it out"])
    let shown = try sandbox.succeed("show", "walk.yaml", "--settings").output
    #expect(shown.contains("workers") && shown.contains("Python processes that compute the parallel environments"))
  }
}
