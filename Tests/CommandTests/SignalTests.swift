import Foundation
import Testing

/// Signals and closed pipes: training ends with a checkpoint, or not at all.
@Suite struct SignalTests {
  private static let endless = [
    "train", "wgan-gp-tiny", "--steps", "1000000", "--seed", "7", "--threads", "1", "--checkpoint-every", "1000000",
  ]

  private func hasBegun(_ running: Running) -> Bool {
    running.wait { ((try? String(contentsOf: running.errors, encoding: .utf8)) ?? "").contains("steps/s") }
  }

  /// With the checkpoint at step 0 only: the last one is then the signal's.
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2])
  func aSignalWritesACheckpointAndSaysHowToContinue(_ signal: Int32) throws {
    let sandbox = try Sandbox()
    let running = try sandbox.start(Self.endless)
    #expect(hasBegun(running))
    running.send(signal)
    let outcome = try running.wait()
    #expect(outcome.code == 128 + signal && outcome.signal == nil, "\(outcome)")
    let run = try sandbox.newestRun()
    #expect(outcome.output.contains("zoo resume \(run)"))
    let shown = try sandbox.run("show", run, "--json").json() as? [String: Any]
    let step = try #require(shown?["step"] as? Int)
    #expect(step > 0)
    let events = try #require(shown?["events"] as? [[String: Any]])
    #expect(events.last?["kind"] as? String == "interrupted" && events.last?["step"] as? Int == step)
    try sandbox.succeed("resume", run, "--steps", "10")
    let alone = ["train", "wgan-gp-tiny", "--seed", "7", "--threads", "1", "--store", "alone.sqlite"]
    #expect(try sandbox.start(alone + ["--steps", "\(step + 10)"]).wait().code == 0)
    let expected = try sandbox.newestRun(store: "alone.sqlite")
    #expect(try sandbox.digest(run) == sandbox.digest(expected, store: "alone.sqlite"))
    #expect(try sandbox.metrics(run) == sandbox.metrics(expected, store: "alone.sqlite"))
  }

  /// A batch system sends several signals one after another.
  @Test func signalsAfterTheFirstDoNotInterruptTheCheckpoint() throws {
    let sandbox = try Sandbox()
    let running = try sandbox.start(Self.endless)
    #expect(hasBegun(running))
    for signal in [SIGUSR1, SIGTERM, SIGHUP, SIGTERM, SIGUSR2] { running.send(signal) }
    let outcome = try running.wait()
    #expect(outcome.signal == nil && outcome.code > 128, "\(outcome)")
    #expect(try sandbox.succeed("list", "runs", "--filter", "status=interrupted").output.contains("zoo resume"))
    try sandbox.succeed("verify")
  }

  @Test func aHangUpThatIsIgnoredStaysSo() throws {
    let sandbox = try Sandbox()
    let outcome = try sandbox.shell(
      """
      trap '' HUP
      $ZOO \(Self.endless.joined(separator: " ")) 2>errors & child=$!
      while ! grep -q steps/s errors; do sleep 0.05; done
      kill -HUP $child; sleep 0.5; kill -0 $child && echo alive
      kill -TERM $child; wait $child; echo code $?
      """)
    #expect(outcome.output.contains("alive"), "\(outcome)")
    #expect(outcome.output.hasSuffix("code 143\n"), "\(outcome)")
  }

  /// Other commands end by the signal itself, as any program does.
  @Test(arguments: [SIGINT, SIGTERM, SIGUSR1]) func aSignalEndsOtherCommands(_ signal: Int32) throws {
    let sandbox = try Sandbox()
    let running = try sandbox.start(["bench", "wgan-gp-tiny", "--steps", "1000000", "--threads", "1"])
    usleep(500_000)
    #expect(running.process.isRunning)
    running.send(signal)
    #expect(try running.wait().signal == signal)
  }

  @Test func aClosedLogEndsNothing() throws {
    let sandbox = try Sandbox()
    // Both streams go to a reader that ends at once.
    let outcome = try sandbox.shell(
      "$ZOO train wgan-gp-tiny --steps 400 --threads 1 2>&1 | true; echo code ${PIPESTATUS[0]}; $ZOO list runs --json")
    #expect(outcome.output.hasPrefix("code 0\n") && outcome.output.contains(#""status" : "done""#), "\(outcome)")
  }

  @Test func aReaderThatIsGoneIsNoError() throws {
    let sandbox = try Sandbox()
    let outcome = try sandbox.shell("for i in 1 2 3; do $ZOO ops | true; done")
    #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
  }
}
