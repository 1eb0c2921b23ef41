import Foundation
import Testing

/// Signals and closed pipes: training ends with a checkpoint, or continues.
@Suite struct SignalTests {
  private static let endless = [
    "train", "wgan-gp-tiny", "--steps", "1000000", "--seed", "7", "--threads", "1", "--checkpoint-every", "1000000",
  ]

  private func hasBegun(_ running: Running) -> Bool {
    running.wait { ((try? String(contentsOf: running.errors, encoding: .utf8)) ?? "").contains("steps/s") }
  }

  /// The only other checkpoint is at step 0: the last one is the signal's.
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

  /// Signals end other commands as usual.
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

  /// The reader has stopped, as a terminal after Ctrl-S: training continues, and a signal still writes a checkpoint.
  @Test(arguments: ["pipe", "socket"]) func aReaderThatStandsStillHoldsNothingUp(_ kind: String) throws {
    let sandbox = try Sandbox()
    var ends: [Int32] = [-1, -1]
    #expect(kind == "pipe" ? pipe(&ends) == 0 : socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    defer { ends.forEach { close($0) } }
    // The pipe is full, and no process reads it.
    let flags = fcntl(ends[1], F_GETFL)
    _ = fcntl(ends[1], F_SETFL, flags | O_NONBLOCK)
    for size in [4096, 1] {
      let zeros = [UInt8](repeating: 0, count: size)
      while write(ends[1], zeros, size) > 0 {}
    }
    _ = fcntl(ends[1], F_SETFL, flags)
    func start(_ arguments: [String]) throws -> Process {
      let process = Process()
      process.executableURL = Sandbox.program
      process.arguments = arguments
      process.currentDirectoryURL = sandbox.folder
      process.environment = sandbox.environment
      let log = FileHandle(fileDescriptor: ends[1], closeOnDealloc: false)
      (process.standardOutput, process.standardError, process.standardInput) = (log, log, FileHandle.nullDevice)
      try process.run()
      return process
    }
    let process = try start(Self.endless + ["--name", "still"])
    var isTraining = false
    for _ in 0..<200 where !isTraining {
      usleep(50_000)
      isTraining = try sandbox.run("list", "runs", "--json").output.contains("running")
    }
    #expect(isTraining)
    usleep(300_000)
    kill(process.processIdentifier, SIGTERM)
    for _ in 0..<200 where process.isRunning { usleep(50_000) }
    let hasEnded = !process.isRunning
    if !hasEnded { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    #expect(hasEnded && process.terminationStatus == 143)
    let shown = try sandbox.run("show", "still", "--json").json() as? [String: Any]
    #expect(try #require(shown?["step"] as? Int) > 0)
  }

  /// The log is lost, but the run is not.
  @Test(arguments: [">/dev/full 2>&1", ">&- 2>&-", "<&- >&- 2>&-"])
  func aTrainingWithoutALogSucceeds(_ outputs: String) throws {
    let sandbox = try Sandbox()
    let outcome = try sandbox.shell(
      "$ZOO train wgan-gp-tiny --steps 20 --threads 1 --name quiet \(outputs); echo code $?; $ZOO list runs --json")
    #expect(outcome.output.hasPrefix("code 0\n") && outcome.output.contains(#""status" : "done""#), "\(outcome)")
    try sandbox.succeed("verify")
    // Lost output is an error if it is the purpose of the command.
    #expect(try sandbox.shell("$ZOO list runs \(outputs)").code != 0)
  }

  @Test func aReaderThatIsGoneIsNoError() throws {
    let sandbox = try Sandbox()
    let outcome = try sandbox.shell("for i in 1 2 3; do $ZOO ops | true; done")
    #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
  }
}
