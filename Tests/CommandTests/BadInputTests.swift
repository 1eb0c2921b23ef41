import Foundation
import TestSupport
import Testing

/// Mistakes of a user, a disk or another program: one clear error each, and nothing lost.
@Suite struct BadInputTests {
  /// A sandbox with a run of ten steps.
  private func withRun() throws -> (Sandbox, String) {
    let sandbox = try Sandbox()
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "10", "--checkpoint-every", "5", "--seed", "7")
    return (sandbox, try sandbox.newestRun())
  }

  @Test func missingDataSet() throws {
    let sandbox = try Sandbox()
    try FileManager.default.createDirectory(at: sandbox.file("empty"), withIntermediateDirectories: true)
    try sandbox.fail(
      "train", "wgan-gp-tiny", "--data", "empty", saying: ["train-images-idx3-ubyte", "empty", "--data"])
    #expect(try sandbox.run("list", "runs", "--json").output == "[\n\n]\n")
  }

  @Test func truncatedDataSet() throws {
    let sandbox = try Sandbox()
    let file = sandbox.file("data/train-images-idx3-ubyte")
    try Data(contentsOf: file).dropLast(100).write(to: file)
    try sandbox.fail("train", "wgan-gp-tiny", saying: ["train-images-idx3-ubyte"])
  }

  @Test func changedDataSet() throws {
    let (sandbox, run) = try withRun()
    let digest = try sandbox.digest(run)
    try TinyData.write(to: sandbox.file("data"), images: 200)
    try sandbox.fail(
      "resume", run, "--from", "5", "--discard-later", "--steps", "1", saying: ["fashion-mnist has changed", "--data"])
    #expect(try sandbox.digest(run) == digest)
  }

  @Test func noStore() throws {
    let sandbox = try Sandbox()
    for arguments in [["resume", "abc"], ["verify"], ["list", "runs"], ["export", "abc"], ["sample", "abc"]] {
      let outcome = try sandbox.start(arguments).wait()
      #expect(
        outcome.code == 1 && outcome.errors.contains("there is no store 'zoo.sqlite'"), "\(arguments): \(outcome)")
    }
    #expect(!FileManager.default.fileExists(atPath: sandbox.file("zoo.sqlite").path))
  }

  @Test func corruptStore() throws {
    let (sandbox, run) = try withRun()
    let file = sandbox.file("zoo.sqlite")
    let whole = try Data(contentsOf: file)
    try Data((0..<10_000).map { _ in UInt8.random(in: 0...255) }).write(to: file)
    try sandbox.fail("list", "runs", saying: ["zoo.sqlite"])
    try sandbox.fail("train", "wgan-gp-tiny", "--steps", "1", saying: ["zoo.sqlite"])
    try whole.prefix(whole.count / 2).write(to: file)
    try sandbox.fail("resume", run, "--steps", "1", saying: ["zoo.sqlite"])
    try whole.write(to: file)
    try sandbox.succeed("verify")
  }

  @Test func damagedTensor() throws {
    let (sandbox, run) = try withRun()
    let name = "critic/linear1.weight"
    let tensor = """
      SELECT tensor FROM checkpoint_tensor JOIN checkpoint ON checkpoint.id = checkpoint \
      WHERE step = 10 AND name = '\(name)'
      """
    // One bit of one value.
    try sql(
      sandbox,
      """
      UPDATE tensor_chunk SET bytes = cast(substr(bytes, 1, 999) ||
      CASE substr(bytes, 1000, 1) WHEN x'01' THEN x'00' ELSE x'01' END || substr(bytes, 1001) AS BLOB) \
      WHERE tensor = (\(tensor))
      """)
    let outcome = try sandbox.run("verify")
    #expect(outcome.code == 1 && outcome.output.contains("\(run)@10 \(name)"), "\(outcome)")
    let report = try sandbox.run("verify", run, "--json")
    let problems = try #require((report.json() as? [String: Any])?["problems"] as? [String])
    #expect(report.code == 1 && problems.count == 1 && problems[0].contains("\(run)@10 \(name)"), "\(problems)")
    for command in [["resume", run, "--until", "11"], ["sample", run], ["export", run]] {
      sandbox.check(try sandbox.start(command).wait(), saying: ["\(run)@10 \(name)"], "\(command)")
    }
    // An earlier checkpoint is sound, and the run reaches the same state again from there.
    let digest = try sandbox.digest(run)
    try sandbox.succeed("resume", run, "--from", "5", "--discard-later", "--until", "10")
    #expect(try sandbox.digest(run) == digest)
    try sandbox.succeed("verify")
  }

  @Test func newerAndForeignFiles() throws {
    let (sandbox, _) = try withRun()
    try sql(sandbox, "PRAGMA user_version = 99")
    try sandbox.fail("list", "runs", saying: ["zoo.sqlite", "99", "newer"])
    try sql(sandbox, "CREATE TABLE photo (id INTEGER)", store: "other.sqlite")
    let before = try Data(contentsOf: sandbox.file("other.sqlite"))
    try sandbox.fail("train", "wgan-gp-tiny", "--steps", "1", "--store", "other.sqlite", saying: ["other.sqlite"])
    #expect(try Data(contentsOf: sandbox.file("other.sqlite")) == before)
  }

  /// Only the user can know whether a process of another machine is alive.
  @Test func aClaimOfAnotherMachine() throws {
    let (sandbox, run) = try withRun()
    let killed = try sandbox.start(["resume", run, "--until", "1000000"])
    #expect(killed.wait { ((try? String(contentsOf: killed.errors, encoding: .utf8)) ?? "").contains("steps/s") })
    killed.send(SIGKILL)
    _ = try killed.wait()
    try sql(sandbox, "UPDATE claim SET host = 'elsewhere', boot = 'another'")
    try sandbox.fail("resume", run, saying: ["run \(run) was claimed by", "elsewhere", "force"])
    try sandbox.succeed("resume", run, "--steps", "1", "--force")
    #expect(try sandbox.succeed("list", "runs", "--filter", "status=interrupted").output.contains(run))
  }

  @Test func unknownAndAmbiguousRuns() throws {
    let (sandbox, run) = try withRun()
    try sandbox.fail("resume", "zzz", saying: ["no run is 'zzz'", "zoo list runs"])
    try sandbox.fail("show", "\(run)@7", saying: ["no checkpoint at step 7", "5", "10"])
    try sandbox.fail("show", "\(run)@soon", saying: ["'soon'"])
    try sandbox.fail("export", run, "--network", "actor", saying: ["'actor'", "critic, generator"])
    try sandbox.fail("resume", run, saying: ["nothing is left to do"])
    // Seventeen runs have sixteen first digits.
    for _ in 0..<16 { try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "1") }
    let runs = try #require(sandbox.run("list", "runs", "--json").json() as? [[String: Any]])
    let ids = runs.compactMap { $0["id"] as? String }
    // A message lists four at most.
    let digits = ids.map { $0.prefix(1) }
    let shared = try #require(digits.first { digit in (2...4).contains(digits.filter { $0 == digit }.count) })
    try sandbox.fail("show", String(shared), saying: ["'\(shared)' matches"] + ids.filter { $0.hasPrefix(shared) })
  }

  @Test func unknownModelsAndSettings() throws {
    let sandbox = try Sandbox()
    try sandbox.fail("train", "wgan-gp-fashoin", saying: ["wgan-gp-fashoin", "wgan-gp-fashion"])
    try sandbox.fail("train", "wgan-gp-tiny", "--set", "penalty.wieght=5", saying: ["wieght", "weight"])
    try sandbox.fail("train", "wgan-gp-tiny", "--set", "batch=many", saying: ["many"])
    try sandbox.fail("train", "wgan-gp-tiny", "--set", "batch=100000", saying: ["batch is 100000", "192 samples"])
    try sandbox.fail("train", "wgan-gp-tiny", "--steps", "0", saying: ["0 steps"])
    try sandbox.fail("bench", "wgan-gp-tiny", "--threads", "0", saying: ["0 threads"])
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "1")
    try sandbox.fail("list", "runs", "--sort", "crtic", code: 64, saying: ["crtic"])
  }

  @Test func aLossThatIsNoNumber() throws {
    let sandbox = try Sandbox()
    try sandbox.fail(
      "train", "wgan-gp-tiny", "--steps", "50", "--set", "optimizer.adam.rate=1e30", "--checkpoint-every", "1000",
      saying: ["at step", "'critic' became"])
    let run = try sandbox.newestRun()
    let shown = try sandbox.succeed("show", run, "--json").json() as? [String: Any]
    #expect((shown?["run"] as? [String: Any])?["status"] as? String == "failed")
    try sandbox.succeed("verify")
    try sandbox.succeed("sample", run)
  }

  /// The store of a run on a full disk is sound, and the run continues from its last checkpoint.
  private func checkNothingIsLost(_ sandbox: Sandbox) throws {
    try sandbox.succeed("verify")
    let run = try sandbox.newestRun()
    let step = try #require((sandbox.succeed("show", run, "--json").json() as? [String: Any])?["step"] as? Int)
    #expect(step > 0)
    try sandbox.succeed("resume", run, "--steps", "4", "--threads", "1")
    let whole = [
      "train", "wgan-gp-tiny", "--steps", "\(step + 4)", "--seed", "7", "--threads", "1", "--set", "batch=8",
    ]
    #expect(try sandbox.start(whole + ["--store", "whole.sqlite"]).wait().code == 0)
    let expected = try sandbox.digest(sandbox.newestRun(store: "whole.sqlite"), store: "whole.sqlite")
    #expect(try sandbox.digest(run) == expected)
  }

  private static let endless =
    "train wgan-gp-tiny --steps 100000 --checkpoint-every 2 --seed 7 --threads 1 --set batch=8"

  /// A limit on the size of a file. The parent process may ignore its signal, so the disposition is reset.
  @Test func aFileThatMayNotGrow() throws {
    let sandbox = try Sandbox()
    let outcome = try sandbox.shell("ulimit -f 3000; exec env --default-signal=XFSZ $ZOO \(Self.endless)")
    sandbox.check(outcome, saying: ["zoo.sqlite", "its last checkpoint is"])
    try checkNothingIsLost(sandbox)
  }

  @Test(.enabled(if: Sandbox.canMount, "only root can make a small disk")) func fullDisk() throws {
    let sandbox = try Sandbox()
    let outcome = try sandbox.shell(
      """
      exec unshare --mount bash -c 'mkdir disk; mount -t tmpfs -o size=4m none disk
      $ZOO \(Self.endless) --store disk/zoo.sqlite; code=$?; cp disk/zoo.sqlite* .; exit $code'
      """)
    sandbox.check(outcome, saying: ["disk/zoo.sqlite", "full", "its last checkpoint is"])
    try checkNothingIsLost(sandbox)
  }

  /// A full log does not stop training; results that can't be printed are an error.
  @Test func outputThatCanNotBeWritten() throws {
    let (sandbox, run) = try withRun()
    #expect(try sandbox.shell("$ZOO resume \(run) --until 12 2>/dev/full").code == 0)
    #expect((try sandbox.run("show", run, "--json").json() as? [String: Any])?["step"] as? Int == 12)
    sandbox.check(try sandbox.shell("$ZOO list runs --json >/dev/full"), saying: ["No space left on device"])
  }

  @Test func placesThatCanNotBeWritten() throws {
    let (sandbox, run) = try withRun()
    try sandbox.fail("export", run, "-o", "nowhere/g.onnx", saying: ["nowhere"])
    try sandbox.fail("sample", run, "-o", "nowhere/g.png", saying: ["nowhere"])
    try sandbox.fail("train", "wgan-gp-tiny", "--store", "nowhere/zoo.sqlite", saying: ["nowhere"])
    #expect(try sandbox.digest(run).count == 64)
  }

  @Test(.enabled(if: Sandbox.canBecomeNobody, "only root can become another user")) func readOnlyFolder() throws {
    let (sandbox, run) = try withRun()
    let nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups ./zoo"
    // A copy by this process would be open for writing in children that other tests start: "Text file busy".
    #expect(try sandbox.shell("cp '\(Sandbox.program.path)' zoo").code == 0)
    let before = try Data(contentsOf: sandbox.file("zoo.sqlite"))
    #expect(try sandbox.shell("chmod 444 zoo.sqlite; chmod 555 .").code == 0)
    defer { _ = try? sandbox.shell("chmod 755 .") }
    sandbox.check(try sandbox.shell("\(nobody) resume \(run) --steps 1"), saying: ["zoo.sqlite", "can't be written"])
    sandbox.check(try sandbox.shell("\(nobody) train wgan-gp-tiny"), saying: ["zoo.sqlite", "can't be written"])
    sandbox.check(try sandbox.shell("\(nobody) train wgan-gp-tiny --store b.sqlite"), saying: ["b.sqlite", "folder"])
    sandbox.check(try sandbox.shell("\(nobody) sample \(run)"), saying: ["grid.png"])
    sandbox.check(try sandbox.shell("\(nobody) export \(run)"), saying: ["\(run)-generator.onnx"])
    // Read-only access is allowed.
    for look in ["list", "list runs", "list checkpoints \(run)", "show \(run)", "verify"] {
      let outcome = try sandbox.shell("\(nobody) \(look)")
      #expect(outcome.code == 0, "\(look): \(outcome)")
    }
    #expect(try Data(contentsOf: sandbox.file("zoo.sqlite")) == before)
  }

  /// Changes a file without the program's knowledge.
  private func sql(_ sandbox: Sandbox, _ statement: String, store: String = "zoo.sqlite") throws {
    let program = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()"
    let outcome = try sandbox.shell("python3 -c '\(program)' \(store) \"\(statement)\"")
    try #require(outcome.code == 0, "\(outcome)")
  }
}
