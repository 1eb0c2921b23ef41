import Foundation
import Testing

/// What a user, a disk or another program can get wrong: one clear error each, and nothing lost.
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
    try sandbox.fail("resume", run, "--from", "5", "--steps", "1", saying: ["fashion-mnist has changed", "--data"])
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
    try sql(sandbox, "UPDATE tensor_chunk SET bytes = zeroblob(length(bytes)) WHERE length(bytes) > 1000")
    let outcome = try sandbox.run("verify")
    #expect(outcome.code == 1 && outcome.output.contains("damaged: "), "\(outcome)")
    try sandbox.fail("resume", run, "--steps", "1", saying: ["\(run)@10"])
    try sandbox.fail("sample", run, saying: ["\(run)@10"])
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
    let shared = try #require(ids.first { id in ids.filter { $0.hasPrefix(id.prefix(1)) }.count > 1 }).prefix(1)
    try sandbox.fail("show", String(shared), saying: ["'\(shared)' fits"] + ids.filter { $0.hasPrefix(shared) })
  }

  @Test func unknownModelsAndSettings() throws {
    let sandbox = try Sandbox()
    try sandbox.fail("train", "wgan-gp-fashoin", saying: ["wgan-gp-fashoin", "wgan-gp-fashion"])
    try sandbox.fail("train", "wgan-gp-tiny", "--set", "penalty.wieght=5", saying: ["wieght", "weight"])
    try sandbox.fail("train", "wgan-gp-tiny", "--set", "batch=many", saying: ["many"])
    try sandbox.fail("train", "wgan-gp-tiny", "--set", "batch=100000", saying: ["batch is 100000", "192 images"])
    try sandbox.fail("train", "wgan-gp-tiny", "--steps", "0", saying: ["0 steps"])
    try sandbox.fail("bench", "wgan-gp-tiny", "--threads", "0", saying: ["0 threads"])
  }

  @Test func aLossThatIsNoNumber() throws {
    let sandbox = try Sandbox()
    try sandbox.fail(
      "train", "wgan-gp-tiny", "--steps", "50", "--set", "optimizer.adam.rate=1e30", "--checkpoint-every", "1000",
      saying: ["at step", "critic/"])
    let run = try sandbox.newestRun()
    let shown = try sandbox.succeed("show", run, "--json").json() as? [String: Any]
    #expect((shown?["run"] as? [String: Any])?["status"] as? String == "failed")
    try sandbox.succeed("verify")
    try sandbox.succeed("sample", run)
  }

  @Test func fullDisk() throws {
    let sandbox = try Sandbox()
    // A limit on the size of files is what a full disk looks like to a process.
    let program = Sandbox.program.path
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = [
      "-c", "ulimit -f 3000; exec '\(program)' train wgan-gp-tiny --steps 400 --checkpoint-every 2 --set batch=8",
    ]
    process.currentDirectoryURL = sandbox.folder
    process.environment = sandbox.environment
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 1, "\(said)")
    #expect(said.components(separatedBy: "Error: ").count == 2, "\(said)")
    try sandbox.succeed("verify")
    let run = try sandbox.newestRun()
    try sandbox.succeed("resume", run, "--steps", "4")
  }

  @Test func placesThatCanNotBeWritten() throws {
    let (sandbox, run) = try withRun()
    try sandbox.fail("export", run, "-o", "nowhere/g.onnx", saying: ["nowhere"])
    try sandbox.fail("sample", run, "-o", "nowhere/g.png", saying: ["nowhere"])
    try sandbox.fail("train", "wgan-gp-tiny", "--store", "nowhere/zoo.sqlite", saying: ["nowhere"])
    #expect(try sandbox.digest(run).count == 64)
  }

  @Test(.enabled(if: getuid() == 0, "only root can become another user")) func readOnlyFolder() throws {
    let (sandbox, run) = try withRun()
    let manager = FileManager.default
    try manager.setAttributes([.posixPermissions: 0o555], ofItemAtPath: sandbox.folder.path)
    try manager.setAttributes([.posixPermissions: 0o444], ofItemAtPath: sandbox.file("zoo.sqlite").path)
    defer { try? manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: sandbox.folder.path) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/setpriv")
    process.arguments = [
      "--reuid=65534", "--regid=65534", "--clear-groups", Sandbox.program.path, "resume", run, "--steps", "1",
    ]
    process.currentDirectoryURL = sandbox.folder
    process.environment = sandbox.environment
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    // Where the program itself lies behind folders of root's, another user can't start it: exit code 126 or 127.
    guard process.terminationStatus < 126 else { return }
    #expect(process.terminationStatus == 1 && said.contains("Error: ") && said.contains("zoo.sqlite"), "\(said)")
  }

  /// Changes a file behind the program's back.
  private func sql(_ sandbox: Sandbox, _ statement: String, store: String = "zoo.sqlite") throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c", "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()",
      sandbox.file(store).path, statement,
    ]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}
