import Foundation
import Testing

/// Logs for TensorBoard, read back by the `tensorboard` package.
@Suite(
  .enabled(if: ProcessInfo.processInfo.environment["ZOO_PYTHON"] != nil, "ZOO_PYTHON names no Python with tensorboard"))
struct TensorBoardTests {
  private static let train = [
    "train", "wgan-gp-tiny", "--seed", "7", "--threads", "1", "--checkpoint-every", "5", "--set",
    "samples={every: 4, n: 4}",
  ]

  /// The content of a folder of event files, as `Tests/Fixtures/read_events.py` prints it.
  ///
  /// - Parameter command: a command that changes the folder while it is open.
  private func read(_ folder: String, _ sandbox: Sandbox, after command: String = "") throws -> [String: Any] {
    let script = URL(filePath: #filePath).appending(path: "../../Fixtures/read_events.py").standardizedFileURL.path
    let outcome = try sandbox.shell("\"$ZOO_PYTHON\" '\(script)' '\(folder)' '\(command)'")
    #expect(outcome.code == 0, "\(outcome)")
    return try #require(outcome.json() as? [String: Any])
  }

  /// The points of each curve: the step and the bits of the value.
  private func scalars(_ log: [String: Any]) throws -> [String: [[String]]] {
    let curves = try #require(log["scalars"] as? [String: [[Any]]])
    return curves.mapValues { $0.map { $0.map { "\($0)" } } }
  }

  /// The metrics of a run in the same form, in single precision.
  private func metrics(_ run: String, _ sandbox: Sandbox) throws -> [String: [[String]]] {
    let query = "SELECT key, step, value FROM metric WHERE run = '\(run)' ORDER BY key, step"
    let script = """
      import json, sqlite3, struct
      curves = {}
      for key, step, value in sqlite3.connect("zoo.sqlite").execute("\(query)"):
          single, = struct.unpack("f", struct.pack("f", float("nan") if value is None else value))
          curves.setdefault(key, []).append([str(step), single.hex()])
      print(json.dumps(curves))
      """
    let outcome = try sandbox.shell("python3 <<'END'\n\(script)\nEND")
    return try #require(outcome.json() as? [String: [[String]]])
  }

  private func folders(_ folder: String, _ sandbox: Sandbox) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: sandbox.file(folder).path).sorted()
  }

  /// The names of the files with content. An earlier file is empty.
  private func written(_ folder: String, _ sandbox: Sandbox) throws -> [String] {
    try folders(folder, sandbox).filter { try !Data(contentsOf: sandbox.file("\(folder)/\($0)")).isEmpty }
  }

  @Test func aLogHasTheWholeRun() throws {
    let sandbox = try Sandbox()
    #expect(try sandbox.start(Self.train + ["--steps", "12", "--name", "job"]).wait().code == 0)
    let run = try sandbox.newestRun()
    // The second time replaces the file of the first.
    for _ in 0..<2 {
      let summary = try sandbox.succeed("log", "job", "--format", "tensorboard", "-o", "logs", "--json").json()
      let entry = try #require((summary as? [[String: Any]])?.first)
      #expect(entry["metrics"] as? Int == 3 * 12 + 2 && entry["pictures"] as? Int == 3)
    }
    #expect(try folders("logs", sandbox) == ["job-\(run)"])
    let folder = "logs/job-\(run)"
    #expect(try written(folder, sandbox).count == 1)
    let log = try read(folder, sandbox)
    #expect(try scalars(log) == metrics(run, sandbox))
    #expect(log["times"] as? Bool == true && log["status"] as? Int == 1)
    // Four samples of 28 x 28 in two rows, with edges.
    let pictures = try #require((log["pictures"] as? [String: [[Int]]])?["samples"])
    #expect(pictures.map(\.[0]) == [4, 8, 12] && Set(pictures.map { Array($0.dropFirst()) }).count == 1)
    let settings = try #require(log["settings"] as? [String: Any])
    #expect(settings["settings.batch"] as? Double == 32 || settings["settings.batch"] is Double, "\(settings)")
    #expect(settings["model"] as? String == "wgan-gp-tiny" && settings["seed"] as? String == "7")
    #expect(settings["settings.samples.every"] as? Double == 4 && settings["checkpoint.every"] as? Double == 5)
    #expect((log["card"] as? String)?.contains("    name: wgan-gp-tiny\n") == true)
    // Every parameter at the checkpoints 0 to 12 that are kept, all of its elements counted.
    let histograms = try #require(log["histograms"] as? [String: [[Any]]])
    let weights = try #require(histograms.first { $0.key.hasPrefix("weights/critic/") }?.value)
    let checkpoints = try sandbox.succeed("list", "checkpoints", run, "--json").json() as? [[String: Any]]
    #expect(weights.compactMap { $0[0] as? Int } == checkpoints?.compactMap { $0["step"] as? Int }.reversed())
    #expect(histograms.keys.allSatisfy { $0.hasPrefix("weights/critic/") || $0.hasPrefix("weights/generator/") })
  }

  /// A TensorBoard that is open forgets what it has read when a log starts again.
  @Test func anOpenReaderSeesEachStepOnce() throws {
    let sandbox = try Sandbox()
    #expect(try sandbox.start(Self.train + ["--steps", "12", "--name", "job"]).wait().code == 0)
    let run = try sandbox.newestRun()
    try sandbox.succeed("log", "job@10", "--format", "tensorboard", "-o", "logs")
    let again = "\(Sandbox.program.path) log job --format tensorboard -o logs"
    let log = try read("logs/job-\(run)", sandbox, after: again)
    #expect(try scalars(log) == metrics(run, sandbox) && log["first"] as? Int == 10)
    #expect((log["pictures"] as? [String: [[Int]]])?["samples"]?.map(\.[0]) == [4, 8, 12])
  }

  /// The counts are those of NumPy, the nodes those of the ONNX file.
  @Test func distributionsAndNetworksAreThoseOfExportedFiles() throws {
    let sandbox = try Sandbox()
    #expect(try sandbox.start(Self.train + ["--steps", "12", "--name", "job"]).wait().code == 0)
    let run = try sandbox.newestRun()
    try sandbox.succeed("log", "job", "--format", "tensorboard", "-o", "logs")
    try sandbox.succeed("export", "job", "--network", "critic", "-o", "critic.onnx")
    let script = """
      import json, sys
      import numpy, onnx.numpy_helper
      log, model = json.load(sys.stdin), onnx.load("critic.onnx")
      for tensor in model.graph.initializer:
          if "weights/critic/" + tensor.name in log["histograms"]:
              step, rows = log["histograms"].pop("weights/critic/" + tensor.name)[-1]
              values = onnx.numpy_helper.to_array(tensor).astype(float)
              counts, edges = numpy.histogram(values, bins=len(rows))
              assert step == 12 and [row[2] for row in rows] == counts.tolist(), tensor.name
              assert numpy.allclose([row[0] for row in rows], edges[:-1], rtol=1e-12)
              assert numpy.isclose(rows[-1][1], edges[-1])
      assert not [name for name in log["histograms"] if "critic" in name], log["histograms"].keys()
      nodes = {name: (op, inputs) for name, op, inputs, _ in log["graph"]}
      assert len(nodes) == len(log["graph"])
      for name, (op, inputs) in nodes.items():
          assert all(value.split(":")[0] in nodes for value in inputs), name
      for node in model.graph.node:
          op, inputs = nodes["critic/" + node.name]
          assert op == node.op_type and len(inputs) == len([name for name in node.input if name]), node.name
      shapes = {name: shape for name, _, _, shape in log["graph"]}
      assert shapes["critic/inputs/" + model.graph.input[0].name][0][0] == -1
      print(len(model.graph.node))
      """
    try script.write(to: sandbox.file("compare.py"), atomically: true, encoding: .utf8)
    let reader = URL(filePath: #filePath).appending(path: "../../Fixtures/read_events.py").standardizedFileURL.path
    let outcome = try sandbox.shell(
      "\"$ZOO_PYTHON\" '\(reader)' logs/job-\(run) | \"$ZOO_PYTHON\" compare.py")
    #expect(outcome.code == 0 && (Int(outcome.output.dropLast()) ?? 0) >= 3, "\(outcome)")
  }

  /// Killed at random moments, the log has every step once, with the values of the store.
  @Test func aLiveLogSurvivesKills() throws {
    let sandbox = try Sandbox()
    var running = try sandbox.start(Self.train + ["--steps", "1000000", "--set", "logs.tensorboard=live"])
    #expect(running.wait { sandbox.newestRunIfAny() != nil })
    let run = try sandbox.newestRun()
    let folder = "live/wgan-gp-tiny-\(run)"
    func hasLog() -> Bool { (try? folders(folder, sandbox).isEmpty) == false }
    for _ in 0..<4 {
      #expect(running.wait(until: hasLog))
      // Longer than events are collected.
      usleep(.random(in: 300_000...1_200_000))
      running.send(SIGKILL)
      _ = try running.wait()
      // All complete events can be read, also before one that is cut off.
      let files = try written(folder, sandbox)
      let last = sandbox.file("\(folder)/\(try #require(files.last))")
      let size = try #require(FileManager.default.attributesOfItem(atPath: last.path)[.size] as? Int)
      try FileHandle(forUpdating: last).truncate(atOffset: UInt64(max(size - 5, 0)))
      let curves = try scalars(read(folder, sandbox))
      for (name, points) in curves { #expect(Set(points.map(\.[0])).count == points.count, "\(name)") }
      running = try sandbox.start(["resume", run])
      let started = running
      _ = started.wait { ((try? String(contentsOf: started.errors, encoding: .utf8)) ?? "").contains("steps/s") }
    }
    running.send(SIGTERM)
    #expect(try running.wait().code == 143)
    let log = try read(folder, sandbox)
    #expect(try scalars(log) == metrics(run, sandbox))
    #expect(try written(folder, sandbox).count == 1 && log["times"] as? Bool == true)
    let stored = try sandbox.succeed("show", run, "--samples", "--json").json() as? [[String: Any]]
    let pictures = (log["pictures"] as? [String: [[Int]]])?["samples"]
    #expect(pictures?.map(\.[0]) == stored?.compactMap { $0["step"] as? Int })
    // Training has the same bits as without a log.
    let step = try #require(
      stored?.isEmpty == false ? sandbox.run("show", run, "--json").json() as? [String: Any] : nil)
    let steps = try #require(step["step"] as? Int)
    #expect(try sandbox.start(Self.train + ["--steps", "\(steps)", "--store", "alone.sqlite"]).wait().code == 0)
    #expect(try sandbox.digest(run) == sandbox.digest(sandbox.newestRun(store: "alone.sqlite"), store: "alone.sqlite"))
  }
}

/// Logs that can't be written, and their effect on training. No package is needed.
@Suite struct LogFailureTests {
  private static let train = [
    "train", "wgan-gp-tiny", "--steps", "12", "--seed", "7", "--threads", "1", "--checkpoint-every", "5",
  ]

  private func events(_ run: String, _ sandbox: Sandbox) throws -> [String] {
    let detail = try sandbox.succeed("show", run, "--json").json() as? [String: Any]
    return try #require(detail?["events"] as? [[String: Any]]).compactMap { $0["kind"] as? String }
  }

  /// A folder that can't be made, a file in its place, and a limit of the size of files.
  @Test(arguments: ["/proc/logs", "taken", "limited"]) func trainingGoesOnWithoutALog(_ place: String) throws {
    let sandbox = try Sandbox()
    #expect(try sandbox.start(Self.train + ["--store", "plain.sqlite"]).wait().code == 0)
    let digest = try sandbox.digest(sandbox.newestRun(store: "plain.sqlite"), store: "plain.sqlite")
    try Data("text".utf8).write(to: sandbox.file("taken"))
    if place == "limited" {
      // The log of another run as large as the limit: no byte can be written.
      try FileManager.default.createDirectory(at: sandbox.file(place), withIntermediateDirectories: true)
      try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: sandbox.file(place).path)
    }
    let isRoot = getuid() == 0
    let command = (Self.train + ["--set", "logs.tensorboard=\(place)"]).map { "'\($0)'" }.joined(separator: " ")
    let outcome = try sandbox.shell("$ZOO \(command)")
    #expect(outcome.code == 0, "\(outcome)")
    let run = try sandbox.newestRun()
    #expect(try sandbox.digest(run) == digest)
    guard place != "limited" || !isRoot else { return }
    #expect(outcome.errors.components(separatedBy: "warning: the log").count == 2, "\(outcome)")
    #expect(try events(run, sandbox).filter { $0 == "logFailed" }.count == 1)
    #expect(try String(contentsOf: sandbox.file("taken"), encoding: .utf8) == "text")
  }

  /// Names of runs that are paths or commands name one folder in the folder of logs.
  @Test(arguments: [
    "../../out", "/etc/x", ".", "..", ".hidden", "a/b c;<b>&'\"\\`$(id)é", String(repeating: "x", count: 400),
  ])
  func noNameLeadsOutOfTheFolder(_ name: String) throws {
    let sandbox = try Sandbox()
    #expect(try sandbox.start(Self.train + ["--name", name, "--set", "logs.tensorboard=a/live"]).wait().code == 0)
    let run = try sandbox.newestRun()
    #expect(try sandbox.start(["log", name, "--format", "tensorboard", "-o", "a/b/logs"]).wait().code == 0)
    for folder in ["a/live", "a/b/logs"] {
      let entries = try FileManager.default.contentsOfDirectory(atPath: sandbox.file(folder).path)
      #expect(entries.count == 1 && entries[0].hasSuffix("-\(run)") && !entries[0].hasPrefix("."), "\(entries)")
      #expect(entries[0].wholeMatch(of: /[A-Za-z0-9_.-]+/) != nil && entries[0].count < 100)
      let files = try FileManager.default.contentsOfDirectory(atPath: sandbox.file("\(folder)/\(entries[0])").path)
      #expect(files.count == 1 && files[0].hasPrefix("events.out.tfevents."))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox.file("a").path).sorted() == ["b", "live"])
  }

  @Test func foldersOfOthersAndOfTrainingsAreRefused() throws {
    let sandbox = try Sandbox()
    #expect(try sandbox.start(Self.train + ["--name", "job"]).wait().code == 0)
    let run = try sandbox.newestRun()
    let folder = sandbox.file("logs/job-\(run)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data().write(to: folder.appending(path: "events.out.tfevents.1.host"))
    try sandbox.fail("log", "job", "--format", "tensorboard", "-o", "logs", saying: ["of another program", "folder"])
    try sandbox.fail("log", "job", "--format", "tensorboard", "-o", "zoo.sqlite", saying: ["can't be written"])
    let live = try sandbox.start([
      "train", "wgan-gp-tiny", "--steps", "1000000", "--name", "live", "--set", "logs.tensorboard=live",
    ])
    #expect(live.wait { sandbox.newestRunIfAny() != run })
    try sandbox.fail(
      "log", "live", "--format", "tensorboard", "-o", "live", saying: ["writes its log", "another folder"])
    try sandbox.succeed("log", "live", "--format", "tensorboard", "-o", "elsewhere")
    live.send(SIGTERM)
    #expect(try live.wait().code == 143)
    try sandbox.succeed("log", "live", "--format", "tensorboard", "-o", "live")
  }

  /// A file must not make this machine write into folders that it names.
  @Test func anImportedRunHasNoLog() throws {
    let sandbox = try Sandbox()
    #expect(try sandbox.start(Self.train + ["--name", "job", "--set", "logs.tensorboard=live"]).wait().code == 0)
    #expect(try sandbox.succeed("show", "job").output.contains("logs.tensorboard: "))
    try sandbox.succeed("export", "job", "--training", "-o", "run.onnx")
    try FileManager.default.removeItem(at: sandbox.file("live"))
    try sandbox.succeed("import", "run.onnx", "--name", "copy")
    #expect(try !sandbox.succeed("show", "copy").output.contains("logs."))
    try sandbox.succeed("resume", "copy", "--until", "14")
    #expect(!FileManager.default.fileExists(atPath: sandbox.file("live").path))
    // A fork is a run of this machine.
    try sandbox.succeed("fork", "job", "--name", "fork", "--until", "14")
    try sandbox.succeed("resume", "fork")
    #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox.file("live").path).count == 1)
  }

  /// A relative folder is beside the recipe. `--set logs.tensorboard=none` ends the log of a run.
  @Test func theRecipeNamesTheFolder() throws {
    let sandbox = try Sandbox()
    let recipe = try sandbox.succeed("show", "wgan-gp-tiny", "--json").json() as? [String: Any]
    let text = try #require(recipe?["recipe"] as? String)
    try FileManager.default.createDirectory(at: sandbox.file("recipes"), withIntermediateDirectories: true)
    try (text + "\nlogs: {tensorboard: curves}\n").write(
      to: sandbox.file("recipes/mine.yaml"), atomically: true, encoding: .utf8)
    try sandbox.succeed("train", "recipes/mine.yaml", "--steps", "4", "--name", "job")
    let run = try sandbox.newestRun()
    let folder = sandbox.file("recipes/curves/job-\(run)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
    let shown = try sandbox.succeed("show", "job").output
    #expect(shown.contains("logs.tensorboard: ") && shown.contains("/recipes/curves"))
    try FileManager.default.removeItem(at: sandbox.file("recipes/curves"))
    try sandbox.succeed("resume", "job", "--until", "8", "--set", "logs.tensorboard=none")
    #expect(!FileManager.default.fileExists(atPath: folder.path))
    #expect(try sandbox.succeed("show", "job").output.contains("logs.tensorboard: "))
    try sandbox.succeed("resume", "job", "--until", "12", "--set", "logs.tensorboard=again")
    #expect(FileManager.default.fileExists(atPath: sandbox.file("again/job-\(run)").path))
    try sandbox.fail("train", "wgan-gp-tiny", "--set", "logs.tensorbored=x", saying: ["tensorboard"])
    try sandbox.fail("resume", "job", "--until", "16", "--set", "logs.wandb=x", saying: ["wandb", "tensorboard"])
  }
}
