import Foundation
import Testing

/// The file with the runs: its path, its locks, its copies, and deletions from it.
@Suite struct StoreCommandTests {
  /// A training with the checkpoints of several runs.
  private static let train = [
    "train", "wgan-gp-tiny", "--steps", "120", "--seed", "7", "--threads", "1", "--checkpoint-every", "5",
  ]

  /// The result of an undisturbed training.
  private func undisturbed(_ sandbox: Sandbox) throws -> (digest: String, metrics: String) {
    let outcome = try sandbox.start(Self.train + ["--store", "alone.sqlite"]).wait()
    #expect(outcome.code == 0, "\(outcome)")
    let run = try sandbox.newestRun(store: "alone.sqlite")
    return (try sandbox.digest(run, store: "alone.sqlite"), try sandbox.metrics(run, store: "alone.sqlite"))
  }

  private func runs(_ sandbox: Sandbox, store: String = "zoo.sqlite") throws -> [String] {
    let runs = try sandbox.succeed("list", "runs", "--json", "--store", store).json() as? [[String: Any]]
    return try #require(runs).compactMap { $0["id"] as? String }
  }

  /// A reader keeps its transaction for seconds: once from before the start of training, and repeatedly during it.
  @Test func aTrainingOutlivesReadersOfItsFile() throws {
    let sandbox = try Sandbox()
    let expected = try undisturbed(sandbox)
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "1")
    let reader = """
      import sqlite3, sys, time
      a, b = (sqlite3.connect('zoo.sqlite', isolation_level=None, timeout=60) for _ in range(2))
      a.execute('BEGIN'); a.execute('SELECT count(*) FROM run').fetchall()
      open('held', 'w').close()
      time.sleep(7)
      for _ in range(8):
          a.execute('COMMIT')
          a, b = b, a
          a.execute('BEGIN'); a.execute('SELECT count(*) FROM run').fetchall()
          time.sleep(0.3)
      """
    try Data(reader.utf8).write(to: sandbox.file("reader.py"))
    let command = Self.train.joined(separator: " ")
    let outcome = try sandbox.shell(
      "python3 reader.py & while ! [ -e held ]; do sleep 0.05; done; $ZOO \(command); code=$?; wait; exit $code")
    #expect(outcome.code == 0, "\(outcome)")
    let run = try #require(try runs(sandbox).first)
    #expect(try sandbox.digest(run) == expected.digest)
    #expect(try sandbox.metrics(run) == expected.metrics)
    try sandbox.succeed("verify")
  }

  @Test func eightTrainingsShareAFile() throws {
    let sandbox = try Sandbox()
    let expected = try undisturbed(sandbox)
    let trainings = try (0..<8).map { _ in try sandbox.start(Self.train) }
    let verification = try sandbox.start(["train", "wgan-gp-tiny", "--steps", "1"]).wait()
    #expect(verification.code == 0, "\(verification)")
    for training in trainings {
      let outcome = try training.wait()
      #expect(outcome.code == 0, "\(outcome)")
    }
    let digests = try runs(sandbox).map { try sandbox.digest($0) }
    #expect(digests.count == 9 && digests.count { $0 == expected.digest } == 8)
    try sandbox.succeed("verify")
  }

  @Test func copiesOfAFileInUseAreSound() throws {
    let sandbox = try Sandbox()
    let training = try sandbox.start(
      ["train", "wgan-gp-tiny", "--steps", "1000000", "--seed", "7", "--threads", "1", "--checkpoint-every", "1"])
    #expect(training.wait { sandbox.newestRunIfAny() != nil })
    for index in 0..<10 {
      let text = try sandbox.succeed("backup", "copy\(index).sqlite").output
      #expect(text.hasPrefix("copy\(index).sqlite  ") && text.hasSuffix("a copy of zoo.sqlite\n"))
    }
    #expect(training.process.isRunning)
    training.send(SIGTERM)
    #expect(try training.wait().code == 128 + SIGTERM)
    for index in 0..<10 { try sandbox.succeed("verify", "--store", "copy\(index).sqlite") }
    try sandbox.succeed("verify")
    // The copy is a normal store.
    let run = try sandbox.newestRun()
    try sandbox.succeed("resume", run, "--steps", "1", "--store", "copy9.sqlite")
    try sandbox.fail("backup", "copy9.sqlite", saying: ["'copy9.sqlite' exists"])
    let json = try sandbox.succeed("backup", "more.sqlite", "--json").json() as? [String: Any]
    let size = try Data(contentsOf: sandbox.file("more.sqlite")).count
    #expect(json?["bytes"] as? Int == size && json?["file"] as? String == "more.sqlite")
  }

  @Test func runsAndCheckpointsAreDeleted() throws {
    let sandbox = try Sandbox()
    let train = ["train", "wgan-gp-tiny", "--steps", "12", "--checkpoint-every", "5", "--threads", "1"]
    // The second run has its name in common with another one, so --name is given twice.
    for names in [["first"], ["second"], ["third"], ["second", "second"]] {
      #expect(try sandbox.start(train + names.flatMap { ["--name", $0] }).wait().code == 0)
    }
    // Without a terminal, --yes is required; all or none; an ambiguous name is refused.
    try sandbox.fail("rm", "first", code: 64, saying: ["--yes"])
    try sandbox.fail("rm", "first", "nobody", "--yes", saying: ["no run or graph is 'nobody'"])
    try sandbox.fail("rm", "first", "second", "--yes", saying: ["'second' matches 2 runs"])
    try sandbox.fail("rm", "first@7", "third", "--yes", saying: ["no checkpoint at step 7"])
    try sandbox.fail(
      "rm", "third", "first@5", "first@10", "first@12", "--yes", saying: ["no checkpoint left", "zoo rm"])
    #expect(try runs(sandbox).count == 4)
    let size = try Data(contentsOf: sandbox.file("zoo.sqlite")).count
    let removed = try sandbox.succeed("rm", "first", "third", "--yes").output
    #expect(
      removed.contains("(first) of wgan-gp-tiny, done at step 12") && removed.contains("2 runs with 6 checkpoints: "))
    let twins = try runs(sandbox)
    try #require(twins.count == 2)
    #expect(try Data(contentsOf: sandbox.file("zoo.sqlite")).count < size)
    let json = try sandbox.succeed("rm", "\(twins[0])@5", "\(twins[0])@latest", "-y", "--json").json() as? [String: Any]
    #expect(json?["checkpoints"] as? [String] == ["\(twins[0])@5", "\(twins[0])@12"])
    #expect((json?["bytes"] as? Int ?? 0) > 0)
    try sandbox.succeed("verify")
    // The run stopped at step 10, and ends with the bits of its whole training.
    let digest = try sandbox.digest(twins[1])
    #expect(try sandbox.succeed("list", "runs", "--filter", "status=interrupted").output.contains(twins[0]))
    try sandbox.succeed("resume", twins[0])
    let listed = try sandbox.succeed("list", "checkpoints", twins[0], "--json").json() as? [[String: Any]]
    #expect(listed?.compactMap { $0["step"] as? Int } == [12, 10])
    #expect(try sandbox.digest(twins[1]) == digest)
  }

  @Test func onATerminalItAsks() throws {
    let sandbox = try Sandbox()
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "2", "--name", "mine", "--threads", "1")
    for (answer, code) in [("n", 1), ("", 1), ("y", 0)] as [(String, Int32)] {
      let outcome = try sandbox.shell("printf '%s\\n' '\(answer)' | script -qec \"$ZOO rm mine\" /dev/null")
      #expect(outcome.output.contains("delete 1 run with 2 checkpoints: "), "\(outcome)")
      #expect(outcome.code == code, "\(outcome)")
      #expect(try runs(sandbox).count == (code == 0 ? 0 : 1))
    }
  }

  @Test func aRunThatIsTrainedStays() throws {
    let sandbox = try Sandbox()
    let training = try sandbox.start(
      ["train", "wgan-gp-tiny", "--steps", "1000000", "--threads", "1", "--checkpoint-every", "2"])
    #expect(training.wait { sandbox.newestRunIfAny() != nil })
    let run = try sandbox.newestRun()
    try sandbox.fail("rm", run, "--yes", saying: ["run \(run) is being trained by process"])
    training.send(SIGKILL)
    _ = try training.wait()
    try sandbox.succeed("rm", run, "--yes")
    #expect(try runs(sandbox).isEmpty)
  }

  @Test func aPathIsAPath() throws {
    let sandbox = try Sandbox()
    for (path, word) in [
      ("", "is empty"), (":memory:", "':memory:' names no file"), ("file:zoo.sqlite", "is a URI"),
      ("folder/", "a folder"),
    ] {
      for command in [["train", "wgan-gp-tiny", "--steps", "1"], ["list", "runs"], ["verify"], ["rm", "x", "--yes"]] {
        let outcome = try sandbox.start(command + ["--store", path]).wait()
        sandbox.check(outcome, failed: outcome.code, saying: [word], "\(command)")
        #expect(outcome.code != 0)
      }
    }
    for name in ["./file:zoo.sqlite?mode=memory", "./:memory:", "a?mode=ro", "~"] {
      try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "1", "--threads", "1", "--store", name)
      #expect(try runs(sandbox, store: name).count == 1)
      let file = name.hasPrefix("./") ? String(name.dropFirst(2)) : name
      #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox.folder.path).contains(file))
    }
    // Pipes and devices are refused at once, under any name.
    let outcome = try sandbox.shell(
      "mkfifo pipe; $ZOO list runs --store pipe; cat /dev/null | $ZOO verify --store /dev/stdin")
    #expect(outcome.errors.contains("'pipe' is a pipe") && outcome.errors.contains("'/dev/stdin' is a pipe"))
    try sandbox.fail("train", "wgan-gp-tiny", "--store", "/dev/null", saying: ["'/dev/null' is a device"])
  }
}
