import Foundation
import Testing

/// Runs that are stopped in all ways, and continue with the same bits.
@Suite struct ResumeTests {
  private static let steps = 200
  private static let train = train(steps: steps)

  private static func train(steps: Int) -> [String] {
    ["train", "wgan-gp-tiny", "--steps", "\(steps)", "--seed", "7", "--threads", "1"]
  }

  /// The result of an undisturbed run.
  private func undisturbed(_ sandbox: Sandbox, steps: Int = steps) throws -> (digest: String, metrics: String) {
    let outcome = try sandbox.start(Self.train(steps: steps) + ["--store", "alone.sqlite"]).wait()
    #expect(outcome.code == 0, "\(outcome.errors)")
    let run = try sandbox.newestRun(store: "alone.sqlite")
    return (try sandbox.digest(run, store: "alone.sqlite"), try sandbox.metrics(run, store: "alone.sqlite"))
  }

  @Test func killedAtRandomMomentsItEndsWithTheSameBits() throws {
    let sandbox = try Sandbox()
    let journal = sandbox.file("zoo.sqlite-journal").path
    // The journal of a dead process is a checkpoint that it did not finish.
    func isWriting() -> Bool {
      ((try? FileManager.default.attributesOfItem(atPath: journal))?[.size] as? Int ?? 0) > 0
    }
    var (kills, killsInWrites) = (0, 0)
    var running = try sandbox.start([
      "train", "wgan-gp-tiny", "--steps", "1000000", "--seed", "7", "--threads", "1", "--checkpoint-every", "3",
    ])
    // Once the file has a run, the process can be killed and the run resumed at any moment.
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

  @Test func fromAnEarlierStepWhatCameLaterIsDropped() throws {
    let sandbox = try Sandbox()
    try sandbox.start(Self.train + ["--checkpoint-every", "80"]).process.waitUntilExit()
    let run = try sandbox.newestRun()
    let (digest, metrics) = (try sandbox.digest(run), try sandbox.metrics(run))
    try sandbox.succeed("resume", run, "--from", "80", "--discard-later", "--steps", "10")
    let steps = try sandbox.succeed("list", "checkpoints", run, "--json").json() as? [[String: Any]]
    #expect(steps?.compactMap { $0["step"] as? Int }.max() == 90)
    try sandbox.succeed("resume", "\(run)@80", "--discard-later")
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
    // The claim of a dead process is void.
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

  /// Readers see a complete checkpoint, even if the training process has deleted it a moment earlier.
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
    #expect(try !sandbox.succeed("resume", run, "--until", "3").errors.contains("bit for bit"))
    let reason = "it began with 1 thread, now there are 2"
    try sandbox.fail("resume", run, "--until", "4", "--threads", "2", saying: [reason, "--allow-inexact"])
    let outcome = try sandbox.succeed("resume", run, "--until", "4", "--threads", "2", "--allow-inexact")
    #expect(outcome.errors.contains("warning: the run does not continue bit for bit: \(reason)"))
    try sandbox.fail("resume", run, "--until", "5", "--eager", saying: ["computed by 'plan'", "--allow-inexact"])
    try sandbox.succeed("resume", run, "--until", "5", "--eager", "--allow-inexact")
  }

  /// One command starts the run, continues it, and reports that it is done.
  @Test func aJobOfAQueueRunsAgainAndAgain() throws {
    let sandbox = try Sandbox()
    let job = Self.train + ["--name", "job", "--or-resume", "--checkpoint-every", "1000000"]
    let first = try sandbox.start(Self.train(steps: 1_000_000) + ["--name", "job", "--or-resume"])
    #expect(first.wait { ((try? String(contentsOf: first.errors, encoding: .utf8)) ?? "").contains("steps/s") })
    // During training, a second command reports that.
    let second = try sandbox.start(job).wait()
    sandbox.check(second, saying: ["is being trained by"])
    first.send(SIGUSR1)
    #expect(try first.wait().code == 128 + SIGUSR1)
    let run = try sandbox.newestRun()
    let step = try #require((sandbox.run("show", run, "--json").json() as? [String: Any])?["step"] as? Int)
    let third = try sandbox.start(job)
    #expect(third.wait { ((try? String(contentsOf: third.errors, encoding: .utf8)) ?? "").contains("steps/s") })
    third.send(SIGTERM)
    #expect(try third.wait().code == 128 + SIGTERM)
    let later = try #require((sandbox.run("show", run, "--json").json() as? [String: Any])?["step"] as? Int)
    #expect(try sandbox.newestRun() == run && 0 < step && step < later)
  }

  @Test func aNameIsTakenOnceUnlessItIsRepeated() throws {
    let sandbox = try Sandbox()
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "5", "--name", "job")
    let run = try sandbox.newestRun()
    try sandbox.fail(
      "train", "wgan-gp-tiny", "--steps", "5", "--name", "job", saying: ["run \(run) is called 'job'", "twice"])
    #expect(try sandbox.newestRun() == run)
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "5", "--name", "job", "--name", "job")
    #expect(try sandbox.newestRun() != run)
    try sandbox.fail(
      "train", "wgan-gp-tiny", "--name", "job", "--or-resume", code: 64, saying: ["2 runs are called 'job'"])
    try sandbox.fail("train", "wgan-gp-tiny", "--or-resume", code: 64, saying: ["--name NAME"])
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "5", "--name", "other")
    let done = try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "5", "--name", "other", "--or-resume")
    #expect(done.output.contains("step 5  done"))
    try sandbox.fail(
      "train", "wgan-gp-fashion", "--name", "other", "--or-resume", code: 64, saying: ["found 'other' of wgan-gp-tiny"])
  }

  /// The folder of the data is stored, so the printed command works.
  @Test func theHintWorksWithoutTheDataFolder() throws {
    let sandbox = try Sandbox()
    sandbox.environment["ZOO_DATA"] = nil
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "5", "--data", "data", "--threads", "1")
    let run = try sandbox.newestRun()
    try sandbox.succeed("resume", run, "--until", "6")
    // In another folder, the user has to name it once.
    try FileManager.default.moveItem(at: sandbox.file("data"), to: sandbox.file("moved"))
    try sandbox.fail("resume", run, "--until", "7", saying: ["--data", sandbox.file("data").path])
    try sandbox.succeed("resume", run, "--until", "7", "--data", "moved")
    try sandbox.succeed("resume", run, "--until", "8")
  }

  @Test func aForkIsListedAndContinued() throws {
    let sandbox = try Sandbox()
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "10", "--checkpoint-every", "5", "--threads", "1")
    let parent = try sandbox.newestRun()
    let forked = try sandbox.succeed("fork", "\(parent)@5", "--set", "penalty.weight=2", "--name", "branch", "--json")
    let fork = try #require((forked.json() as? [String: Any])?["id"] as? String)
    try sandbox.succeed("resume", "branch")
    let text = try sandbox.succeed("show", "branch").output
    #expect(text.contains("parent      \(parent)@5") && text.contains("penalty.weight: 10 → 2"), "\(text)")
    #expect(try sandbox.succeed("list", "runs", "--filter", "parent=\(parent)").output.contains(fork))

    // The tree of a run's relatives: a fork of the fork, and a second fork of the parent.
    try sandbox.succeed("fork", "\(fork)@5", "--name", "leaf")
    try sandbox.succeed("fork", parent, "--name", "second")
    let card = try sandbox.succeed("show", fork).output.split(separator: "\n").map(String.init)
    let start = try #require(card.firstIndex(of: "lineage"))
    let tree = card[(start + 1)...].prefix { $0 != "settings" }
    let forms = ["  \(parent)", "  ├─ \(fork) (branch) from step 5", "  │  └─ ", "  └─ "]
    #expect(tree.count == 4)
    for (line, form) in zip(tree, forms) { #expect(line.hasPrefix(form), "\(line)") }
    let names = ["", "(branch)", "(leaf)", "(second)"]
    for (line, name) in zip(tree, names) { #expect(name.isEmpty || line.contains(name), "\(line)") }
    #expect(tree.filter { $0.hasSuffix("<- this run") }.count == 1)
    try sandbox.fail(
      "resume", parent, "--until", "12", "--set", "criticSteps=2", saying: ["zoo fork \(parent) --set criticSteps=2"])
  }
}
