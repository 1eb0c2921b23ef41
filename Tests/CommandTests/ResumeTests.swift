import Foundation
import Testing

/// Runs that are stopped in every way, and go on with the same bits.
@Suite struct ResumeTests {
  private static let steps = 200
  private static let train = train(steps: steps)

  private static func train(steps: Int) -> [String] {
    ["train", "wgan-gp-tiny", "--steps", "\(steps)", "--seed", "7", "--threads", "1"]
  }

  /// What an undisturbed run comes to.
  private func undisturbed(_ sandbox: Sandbox, steps: Int = steps) throws -> (digest: String, metrics: String) {
    let outcome = try sandbox.start(Self.train(steps: steps) + ["--store", "alone.sqlite"]).wait()
    #expect(outcome.code == 0, "\(outcome.errors)")
    let run = try sandbox.newestRun(store: "alone.sqlite")
    return (try sandbox.digest(run, store: "alone.sqlite"), try sandbox.metrics(run, store: "alone.sqlite"))
  }

  @Test func killedAtRandomMomentsItEndsWithTheSameBits() throws {
    let sandbox = try Sandbox()
    let journal = sandbox.file("zoo.sqlite-journal").path
    // What a dead process leaves in the journal is a checkpoint that it did not finish.
    func isWriting() -> Bool {
      ((try? FileManager.default.attributesOfItem(atPath: journal))?[.size] as? Int ?? 0) > 0
    }
    var (kills, killsInWrites) = (0, 0)
    var running = try sandbox.start([
      "train", "wgan-gp-tiny", "--steps", "1000000", "--seed", "7", "--threads", "1", "--checkpoint-every", "3",
    ])
    // Once the file has a run, that can be killed and resumed at any moment.
    #expect(running.wait { sandbox.newestRunIfAny() != nil })
    let run = try sandbox.newestRun()
    while kills < 8 || killsInWrites < 2 && kills < 40 {
      if kills % 2 == 0 { usleep(.random(in: 0...60_000)) } else { #expect(running.wait(until: isWriting)) }
      running.send(SIGKILL)
      #expect(try running.wait().signal == SIGKILL)
      kills += 1
      if isWriting() { killsInWrites += 1 }
      running = try sandbox.start(["resume", run])
    }
    running.send(SIGKILL)
    _ = try running.wait()
    #expect(killsInWrites >= 2, "of \(kills)")
    let last = try #require((sandbox.run("show", run, "--json").json() as? [String: Any])?["step"] as? Int)
    try sandbox.succeed("resume", run, "--steps", "10")
    let expected = try undisturbed(sandbox, steps: last + 10)
    #expect(try sandbox.digest(run) == expected.digest)
    #expect(try sandbox.metrics(run) == expected.metrics)
    try sandbox.succeed("verify")
  }

  @Test(arguments: [SIGINT, SIGTERM]) func aSignalWritesACheckpointAndSaysHowToGoOn(_ signal: Int32) throws {
    let sandbox = try Sandbox()
    // No checkpoint comes before the signal but the one at step 0.
    let running = try sandbox.start(
      ["train", "wgan-gp-tiny", "--steps", "1000000", "--seed", "7", "--threads", "1", "--checkpoint-every", "1000000"])
    #expect(running.wait { ((try? String(contentsOf: running.errors, encoding: .utf8)) ?? "").contains("steps/s") })
    running.send(signal)
    let outcome = try running.wait()
    #expect(outcome.code == 128 + signal && outcome.signal == nil, "\(outcome)")
    let run = try sandbox.newestRun()
    #expect(outcome.output.contains("zoo resume \(run)"))
    let shown = try sandbox.run("show", run, "--json").json() as? [String: Any]
    let step = try #require(shown?["step"] as? Int)
    #expect(step > 0)
    try sandbox.succeed("resume", run, "--steps", "10")
    let expected = try undisturbed(sandbox, steps: step + 10)
    #expect(try sandbox.digest(run) == expected.digest)
    #expect(try sandbox.metrics(run) == expected.metrics)
  }

  @Test func fromAnEarlierStepWhatCameLaterIsDropped() throws {
    let sandbox = try Sandbox()
    try sandbox.start(Self.train + ["--checkpoint-every", "80"]).process.waitUntilExit()
    let run = try sandbox.newestRun()
    let (digest, metrics) = (try sandbox.digest(run), try sandbox.metrics(run))
    try sandbox.succeed("resume", run, "--from", "80", "--steps", "10")
    let steps = try sandbox.succeed("list", "checkpoints", run, "--json").json() as? [[String: Any]]
    #expect(steps?.compactMap { $0["step"] as? Int }.max() == 90)
    try sandbox.succeed("resume", "\(run)@80", "--until", "\(Self.steps)")
    #expect(try sandbox.digest(run) == digest)
    #expect(try sandbox.metrics(run) == metrics)
  }

  @Test func theRecipeMayBeGone() throws {
    let sandbox = try Sandbox()
    let recipe = sandbox.file("own.yaml")
    let model = try sandbox.succeed("show", "wgan-gp-tiny", "--json").json() as? [String: Any]
    let text = try #require(model?["recipe"] as? String)
    try text.replacingOccurrences(of: "name: wgan-gp-tiny", with: "name: own").write(
      to: recipe, atomically: true, encoding: .utf8)
    try sandbox.succeed("train", recipe.path, "--steps", "10", "--seed", "7", "--store", "alone.sqlite")
    try sandbox.succeed("train", recipe.path, "--steps", "4", "--seed", "7")
    try FileManager.default.removeItem(at: recipe)
    let run = try sandbox.newestRun()
    try sandbox.succeed("resume", run, "--until", "10")
    #expect(try sandbox.digest(run) == sandbox.digest(sandbox.newestRun(store: "alone.sqlite"), store: "alone.sqlite"))
  }

  @Test func twoProcessesCanNotTrainOneRun() throws {
    let sandbox = try Sandbox()
    let first = try sandbox.start([
      "train", "wgan-gp-tiny", "--steps", "1000000", "--checkpoint-every", "50", "--threads", "1",
    ])
    #expect(first.wait { ((try? String(contentsOf: first.errors, encoding: .utf8)) ?? "").contains("steps/s") })
    let run = try sandbox.newestRun()
    try sandbox.fail("resume", run, saying: ["run \(run) is being trained by", "\(first.process.processIdentifier)"])
    #expect(first.process.isRunning)
    // A dead process's claim counts for nothing.
    first.send(SIGKILL)
    _ = try first.wait()
    #expect(try sandbox.succeed("list", "runs").output.contains("resume with: zoo resume \(run)"))
    try sandbox.succeed("resume", run, "--steps", "2")
  }

  @Test func twoProcessesCanTrainTwoRunsOfOneStore() throws {
    let sandbox = try Sandbox()
    let expected = try undisturbed(sandbox)
    let both = try (0..<2).map { _ in try sandbox.start(Self.train + ["--checkpoint-every", "4"]) }
    for running in both {
      let outcome = try running.wait()
      #expect(outcome.code == 0, "\(outcome)")
    }
    let runs = try #require(sandbox.succeed("list", "runs", "--json").json() as? [[String: Any]])
    #expect(runs.count == 2)
    for run in runs.compactMap({ $0["id"] as? String }) {
      #expect(try sandbox.digest(run) == expected.digest)
      #expect(try sandbox.metrics(run) == expected.metrics)
    }
    try sandbox.succeed("verify")
  }

  /// Readers see a checkpoint whole, even where the process that trains has deleted it a moment later.
  @Test func aRunCanBeLookedAtWhileItTrains() throws {
    let sandbox = try Sandbox()
    let model = try sandbox.succeed("show", "wgan-gp-tiny", "--json").json() as? [String: Any]
    try #require(model?["recipe"] as? String).replacing(
      "{every: 100, keep: {last: 3}}", with: "{every: 1, keep: {last: 1}}"
    )
    .write(to: sandbox.file("own.yaml"), atomically: true, encoding: .utf8)
    let training = try sandbox.start(["train", "own.yaml", "--steps", "1000000", "--threads", "1"])
    #expect(training.wait { sandbox.newestRunIfAny() != nil })
    let run = try sandbox.newestRun()
    for _ in 0..<4 {
      for command in [["sample", run, "-n", "1"], ["export", run], ["show", run], ["list", "checkpoints", run]] {
        let outcome = try sandbox.start(command).wait()
        #expect(outcome.code == 0, "\(command): \(outcome)")
      }
      try sandbox.fail("resume", run, "--steps", "1", saying: ["run \(run) is being trained by"])
    }
    #expect(training.process.isRunning)
    training.send(SIGTERM)
    #expect(try training.wait().code == 128 + SIGTERM)
    try sandbox.succeed("verify")
  }

  @Test func otherBitsMustBeAllowed() throws {
    let sandbox = try Sandbox()
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "2", "--threads", "1")
    let run = try sandbox.newestRun()
    #expect(try !sandbox.succeed("resume", run, "--steps", "1").errors.contains("bit for bit"))
    let reason = "it began with 1 threads, now there are 2"
    try sandbox.fail("resume", run, "--steps", "1", "--threads", "2", saying: [reason, "--allow-inexact"])
    let outcome = try sandbox.succeed("resume", run, "--steps", "1", "--threads", "2", "--allow-inexact")
    #expect(outcome.errors.contains("note: the run does not go on bit for bit: \(reason)"))
    try sandbox.fail("resume", run, "--steps", "1", "--eager", saying: ["computed by 'plan'", "--allow-inexact"])
    try sandbox.succeed("resume", run, "--steps", "1", "--eager", "--allow-inexact")
  }
}
