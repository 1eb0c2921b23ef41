import Foundation
import GraphIR
import Testing

/// Every command, called as by a user.
@Suite struct CommandTests {
  /// The commands below the root, as the program describes itself to completion scripts.
  static let commands: [String] = {
    struct Command: Decodable {
      let commandName: String
      let subcommands: [Command]?
    }
    struct Dump: Decodable { let command: Command }
    do {
      let text = try Sandbox().succeed("--experimental-dump-help").output
      let dump = try JSONDecoder().decode(Dump.self, from: Data(text.utf8))
      return dump.command.subcommands?.map(\.commandName).filter { $0 != "help" } ?? []
    } catch { preconditionFailure("\(error)") }
  }()

  @Test(arguments: commands) func everyCommandHasHelp(_ command: String) throws {
    let outcome = try Sandbox().succeed(command, "--help")
    #expect(outcome.output.contains("USAGE: zoo \(command)"))
    #expect(try Sandbox().succeed(command, "--version").output == Sandbox().succeed("--version").output)
  }

  private static let root = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL

  @Test func documentsNameEveryCommand() throws {
    let text = try String(contentsOf: Self.root.appending(path: "Docs/Commands.md"), encoding: .utf8)
    let rows = text.split(separator: "\n")
    for command in Self.commands {
      let isNamed = rows.contains { $0.hasPrefix("| `zoo \(command)`") || $0.hasPrefix("| `zoo \(command) ") }
      #expect(isNamed, "Docs/Commands.md has no row of 'zoo \(command)'")
    }
  }

  @Test func helpNamesEveryCommand() throws {
    let help = try Sandbox().succeed("--help").output
    let folder = Self.root.appending(path: "Sources/ZooCommands/Commands").path
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix("Command.swift") }
    #expect(Self.commands.count == files.count, "a command is not in RootCommand.library: \(files.sorted())")
    for command in Self.commands { #expect(help.contains("  \(command) "), "\(command)") }
    #expect(try Sandbox().succeed("--version").output.split(separator: ".").count == 3)
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func completionsAreGenerated(_ shell: String) throws {
    let script = try Sandbox().succeed("--generate-completion-script", shell).output
    for command in Self.commands { #expect(script.contains(command), "\(command)") }
  }

  @Test(arguments: [
    ["frob"], ["train"], ["train", "wgan-gp-tiny", "--steps", "many"], ["list", "checkpoints"],
    ["list", "runs", "abc"],
    ["list", "models", "--sort", "step"], ["list", "checkpoints", "abc", "--filter", "status=done"],
    ["show", "wgan-gp-tiny", "--metrics"], ["show", "abc", "--metrics", "--graphs"],
    ["list", "runs", "--filter", "colour=red"], ["list", "runs", "--filter", "status=lost"], ["list", "--limit", "0"],
    ["resume", "abc", "--steps", "1", "--until", "2"], ["list", "--json"], ["export", "abc", "--format", "pdf"],
  ])
  func wrongUsageExitsWith64(_ arguments: [String]) throws {
    let sandbox = try Sandbox()
    let outcome = try sandbox.start(arguments).wait()
    #expect(outcome.code == 64, "\(outcome)")
    #expect(outcome.errors.contains("Usage:"))
    #expect(!FileManager.default.fileExists(atPath: sandbox.file("zoo.sqlite").path))
  }

  @Test func modelsAreListedAndShown() throws {
    let sandbox = try Sandbox()
    let models = try #require(sandbox.succeed("list", "models", "--json").json() as? [[String: Any]])
    #expect(models.count >= 2)
    #expect(models.count { $0["parameters"] == nil } == 2)
    for model in models {
      let name = try #require(model["name"] as? String)
      #expect(try sandbox.succeed("list").output.contains(name))
      guard model["parameters"] != nil else {
        // An environment of Gymnasium, whose packages may be missing.
        let shown = try sandbox.run("show", name)
        #expect(shown.code == 0 || shown.errors.contains("pip install"), "\(shown)")
        continue
      }
      #expect(try sandbox.succeed("show", name).output.contains("zoo train \(name)"))
      let shown = try #require(sandbox.succeed("show", name, "--json").json() as? [String: Any])
      #expect(shown["name"] as? String == name)
      #expect((shown["recipe"] as? String)?.contains("name: \(name)") == true)
    }
    // The common MLP WGAN-GP: 100-128-256-512-1024-784 with three batch normalisations, and 784-512-256-1.
    let fashion = try #require(models.first { $0["name"] as? String == "wgan-gp-fashion" })
    let sizes = [100, 128, 256, 512, 1024, 784]
    let generator = zip(sizes, sizes.dropFirst()).reduce(2 * (256 + 512 + 1024)) { $0 + ($1.0 + 1) * $1.1 }
    let critic = 785 * 512 + 513 * 256 + 257
    #expect(fashion["parameters"] as? [String: Int] == ["generator": generator, "critic": critic])
  }

  @Test func modelsAreListedByKindAndAFirstRunNamesTheMainAndTheSmallOne() throws {
    let sandbox = try Sandbox()
    let models = try #require(sandbox.succeed("list", "models", "--json").json() as? [[String: Any]])
    let lines = try sandbox.succeed("list").output.split(separator: "\n").map(String.init)
    let headings = ["GANs", "Classifiers and regressions", "Agents", "Imitation"]
    #expect(lines.filter(headings.contains) == headings)
    for model in models {
      let (name, algorithm) = (try #require(model["name"] as? String), try #require(model["algorithm"] as? String))
      let line = try #require(lines.firstIndex { $0.hasPrefix("  \(name) ") })
      let heading = try #require(lines[..<line].last(where: headings.contains))
      let kinds = [
        "wgan-gp": "GANs", "supervised": "Classifiers and regressions", "imitation": "Imitation",
      ]
      #expect(heading == kinds[algorithm, default: "Agents"], "\(name)")
    }
    #expect(lines.suffix(2).map { $0.split(separator: " ").last } == ["wgan-gp-fashion", "wgan-gp-tiny"])
    let agents = try sandbox.succeed("list", "models", "--limit", "1").output.split(separator: "\n")
    #expect(agents.count == 3 && agents[1] == "Agents")
  }

  @Test func aRunGoesThroughEveryCommand() throws {
    let sandbox = try Sandbox()
    let trained = try sandbox.succeed(
      "train", "wgan-gp-tiny", "--steps", "12", "--seed", "18446744073709551615", "--set", "penalty.weight=5", "--set",
      "batch=8", "--checkpoint-every", "5", "--threads", "1", "--name", "first", "--json")
    let run = try #require(trained.json() as? [String: Any])
    let id = try #require(run["id"] as? String)
    #expect(run["status"] as? String == "done" && run["step"] as? Int == 12 && run["name"] as? String == "first")
    #expect((run["seed"] as? NSNumber)?.uint64Value == .max)

    // Listings: by id, prefix and name; filters, order, limit.
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "3", "--seed", "1", "--threads", "1")
    func ids(_ arguments: String...) throws -> [String] {
      let runs = try sandbox.start(["list", "runs", "--json"] + arguments).wait().json() as? [[String: Any]]
      return try #require(runs).compactMap { $0["id"] as? String }
    }
    #expect(try ids().count == 2)
    #expect(try ids().last == id)
    #expect(try ids("--limit", "1") != [id])
    #expect(try ids("--filter", "name=first") == [id])
    #expect(try ids("--sort", "step").first == id)
    #expect(try ids("--sort", "-step").last == id)
    #expect(try ids("--filter", "op=LeakyRelu").count == 2)
    #expect(try ids("--filter", "op=Softplus").isEmpty)
    #expect(try ids("--filter", "status=done", "--filter", "model=wgan-gp-fashion").isEmpty)
    #expect(try sandbox.succeed("list", "runs").output.contains(id))

    let checkpoints = try sandbox.succeed("list", "checkpoints", "first", "--json").json() as? [[String: Any]]
    #expect(checkpoints?.compactMap { $0["step"] as? Int } == [12, 10, 5])
    #expect(try sandbox.succeed("list", "checkpoints", id).output.contains("\(id)@10"))

    for reference in [id, String(id.prefix(5)), "first", "\(id)@latest", "\(id)@5"] {
      let shown = try #require(sandbox.succeed("show", reference, "--json").json() as? [String: Any])
      #expect(shown["step"] as? Int == (reference.hasSuffix("@5") ? 5 : 12))
      #expect((shown["stateDigest"] as? String)?.count == 64)
    }
    let text = try sandbox.succeed("show", id).output
    for phrase in ["seed        18446744073709551615", "generator", "critic", "penalty", "weight"] {
      #expect(text.contains(phrase), "\(phrase)")
    }
    #expect(try sandbox.succeed("show", id, "--graphs").output.contains("LeakyRelu"))
    #expect(try sandbox.succeed("show", id, "--metrics").output.hasPrefix("key,step,value\ncritic,1,"))
    let metrics = try #require(sandbox.succeed("show", id, "--metrics", "--json").json() as? [[String: Any]])
    // Three metrics per step, and the generator's loss at steps 5 and 10.
    #expect(metrics.count == 3 * 12 + 2)

    let export = try sandbox.succeed("export", "first", "--json").json() as? [String: Any]
    #expect(export?["network"] as? String == "generator")
    try sandbox.succeed("export", "first@5", "--network", "critic", "-o", "critic.onnx")
    for name in ["\(id)-generator.onnx", "critic.onnx"] {
      #expect(FileManager.default.fileExists(atPath: sandbox.file(name).path), "\(name)")
    }
    try sandbox.succeed("sample", id, "-n", "9", "-o", "a.png", "--seed", "3")
    try sandbox.succeed("sample", id, "-n", "9", "-o", "b.png", "--seed", "3")
    try sandbox.succeed("sample", id, "-n", "9", "-o", "c.png", "--seed", "4", "--json")
    let pictures = try ["a.png", "b.png", "c.png"].map { try Data(contentsOf: sandbox.file($0)) }
    #expect(pictures[0] == pictures[1] && pictures[0] != pictures[2])
    #expect(pictures[0].starts(with: [0x89, 0x50, 0x4E, 0x47]))

    let report = try sandbox.succeed("verify", "--json").json() as? [String: Any]
    #expect(report?["sound"] as? Bool == true && report?["checkpoints"] as? Int == 5)
    #expect(try sandbox.succeed("verify", id).output.hasSuffix("sound\n"))
  }

  @Test func benchTimesSteps() throws {
    let bench =
      try Sandbox().succeed("bench", "wgan-gp-tiny", "--steps", "10", "--threads", "1", "--json").json()
      as? [String: Any]
    #expect(bench?["steps"] as? Int == 10 && bench?["threads"] as? Int == 1)
    let times = ["p10Milliseconds", "medianMilliseconds", "p90Milliseconds"].compactMap { bench?[$0] as? Double }
    #expect(times.count == 3 && times == times.sorted() && times[0] > 0)
  }

  @Test func opsListsEveryOperator() throws {
    let sandbox = try Sandbox()
    let records = try #require(sandbox.succeed("ops", "--json").json() as? [[String: Any]])
    let names = records.compactMap { $0["name"] as? String }
    #expect(Set(names) == Set(Op.allCases.map(\.rawValue)) && names.count == Op.allCases.count)
    let product = try #require(records.first { $0["name"] as? String == "MatMul" })
    #expect(product["domain"] as? String == "" && product["since"] as? Int == 13)
    #expect(product["hasFastKernel"] as? Bool == true && product["certifiedOrder"] as? Int == 3)
    #expect(Set(try #require(product["types"] as? [String])) == ["float32", "float64"])
    let update = try #require(records.first { $0["name"] as? String == "AdamStep" })
    #expect(update["domain"] as? String == "zoo" && update["certifiedOrder"] as? Int == 0)
    let lines = try sandbox.succeed("ops").output.split(separator: "\n")
    #expect(lines.count == 1 + names.count)
    #expect(lines.first { $0.hasPrefix("And ") }?.hasSuffix(" -") == true)
  }

  @Test func theStoreIsNamedByOptionOrVariable() throws {
    let sandbox = try Sandbox()
    sandbox.environment["ZOO_STORE"] = "variable.sqlite"
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "1")
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "1", "--store", "option.sqlite")
    let names = try FileManager.default.contentsOfDirectory(atPath: sandbox.folder.path)
    #expect(names.contains("variable.sqlite") && names.contains("option.sqlite") && !names.contains("zoo.sqlite"))
  }

  @Test func equalSeedsGiveEqualRuns() throws {
    let sandbox = try Sandbox()
    var digests: [String] = []
    for seed in ["7", "7", "8"] {
      try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "6", "--seed", seed)
      digests.append(try sandbox.digest(sandbox.newestRun()))
    }
    #expect(digests[0] == digests[1] && digests[0] != digests[2])
  }
}
