import Foundation
import Testing

/// Printed output, for users and for programs.
@Suite struct OutputTests {
  /// The text on a terminal of 70 columns, line by line, without escape sequences.
  private func onTerminal(_ sandbox: Sandbox, _ command: String) throws -> [String] {
    let outcome = try sandbox.shell("script --quiet --return --command 'stty cols 70; \(command)' /dev/null </dev/null")
    #expect(outcome.code == 0, "\(outcome)")
    return outcome.output.replacing("\u{1B}[K", with: "").split { $0.isNewline || $0 == "\r" }.map(String.init)
  }

  @Test func linesFitTheTerminal() throws {
    let sandbox = try Sandbox()
    let trained = try onTerminal(
      sandbox, "$ZOO train wgan-gp-tiny --steps 30 --name $(printf 'n%.0s' {1..90}) --checkpoint-every 10")
    let bar = try #require(trained.last { $0.contains("█") })
    #expect(bar.contains("30/30") && bar.count == 70 && bar.hasSuffix("…"), "\(bar)")
    #expect(trained.last?.contains("zoo show") == true)
    let run = try sandbox.newestRun()
    for command in ["list models", "list runs", "list checkpoints \(run)"] {
      let lines = try onTerminal(sandbox, "$ZOO \(command)")
      #expect(lines.count > 1 && lines.allSatisfy { $0.count <= 70 }, "\(lines)")
      // Output to a program is not cut off.
      let whole = try sandbox.shell("$ZOO \(command)").output.split(separator: "\n").map(String.init)
      #expect(whole.count == lines.count && !whole.joined().contains("…"))
    }
  }

  /// A store may be another user's, with any texts. No text of it reaches a terminal unescaped or at full length.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["ZOO_PYTHON"] != nil))
  func textsOfAStoreAreEscaped() throws {
    let sandbox = try Sandbox()
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "3", "--checkpoint-every", "1")
    let run = try sandbox.newestRun()
    for place in ["run.name", "run.model", "run.message", "run.backend", "run.machine", "run.platform", "metric.key"] {
      let parts = place.split(separator: ".")
      let text = "char(27) || '[31m' || char(10) || char(7) || hex(zeroblob(50000))"
      let planted = try sandbox.shell(
        """
        cp zoo.sqlite hostile.sqlite && $ZOO_PYTHON -c "import sqlite3
        with sqlite3.connect('hostile.sqlite') as file:
            file.execute(\\"UPDATE OR IGNORE \(parts[0]) SET \(parts[1]) = \(text)\\")"
        """)
      #expect(planted.code == 0, "\(planted)")
      for command in [
        "list runs", "list", "list checkpoints \(run)", "show \(run)", "show \(run) --metrics", "fork \(run)",
        "resume \(run) --until 4", "rm \(run)@2 --yes", "verify",
      ] {
        let outcome = try sandbox.shell("$ZOO \(command) --store hostile.sqlite")
        for line in (outcome.output + outcome.errors).split(whereSeparator: \.isNewline) {
          let isPlain = line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
          #expect(isPlain && line.count <= 2000, "\(place), \(command): \(line.prefix(200))")
        }
        #expect(outcome.errors.split(separator: "\n").filter { $0.hasPrefix("Error: ") }.count == Int(outcome.code))
      }
    }
  }

  /// Names, paths and settings of the user appear in messages as one line without raw control characters.
  @Test(arguments: [
    ["train", "a", "--name", "b"], ["train", "wgan-gp-tiny", "--name", "a", "--steps", "1"], ["show", "a"],
    ["list", "runs", "--store", "a"], ["train", "wgan-gp-tiny", "--set", "a=1"],
    ["train", "wgan-gp-tiny", "--seed", "a"],
    ["train", "wgan-gp-tiny", "--data", "a"], ["list", "runs", "--filter", "a"], ["a"],
  ])
  func wordsOfTheUserAreEscaped(_ arguments: [String]) throws {
    let sandbox = try Sandbox()
    let hostile = arguments.map { ["a", "b", "a=1"].contains($0) ? "\u{1B}[31mred\nnext\u{7}=1" : $0 }
    let outcome = try sandbox.start(hostile).wait()
    #expect(outcome.code == 1 || outcome.code == 64, "\(outcome)")
    #expect(!outcome.errors.contains("\u{1B}") && !outcome.errors.contains("\u{7}"), "\(outcome)")
    #expect(!FileManager.default.fileExists(atPath: sandbox.file("zoo.sqlite").path) || arguments[0] != "show")
  }

  /// A path may have any characters. A report shows it in one line, and its hint still works.
  @Test func pathsAreEscapedInReports() throws {
    let sandbox = try Sandbox()
    let store = "it's\u{1B}[31m \\here\u{7}.sqlite"
    let trained = try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "1", "--store", store).output
    #expect(!trained.contains("\u{1B}"), "\(trained)")
    let hint = try #require(trained.split(separator: "\n").first { $0.contains("zoo show") })
    let shown = try sandbox.shell("zoo() { $ZOO \"$@\"; }; \(hint.drop { $0 != "z" })")
    #expect(shown.code == 0 && shown.output.contains("wgan-gp-tiny"), "\(shown)")
    let run = try sandbox.newestRun(store: store)
    for arguments in [
      ["sample", run, "-o", "a\u{1B}.png"], ["export", run, "-o", "a\u{1B}.onnx"], ["backup", "a\u{1B}"],
    ] {
      let outcome = try sandbox.start(arguments + ["--store", store]).wait()
      #expect(outcome.code == 0 && outcome.output.contains("a\\u{1B}"), "\(outcome)")
      #expect(!outcome.output.contains("\u{1B}"), "\(outcome)")
    }
  }

  /// Each command in a message has the store's path, and works unchanged.
  @Test func advisedCommandsRun() throws {
    let sandbox = try Sandbox()
    let store = ["--store", "its store"]
    func fail(_ arguments: [String]) throws -> String {
      let outcome = try sandbox.start(arguments + store).wait()
      #expect(outcome.code == 1, "\(outcome)")
      return outcome.errors
    }
    func follow(_ errors: String, _ command: String, _ more: String) throws {
      let advice = try #require(errors.range(of: "zoo \(command) "), "\(errors)")
      let line = errors[advice.lowerBound...].prefix { !$0.isNewline }
      #expect(line.hasSuffix(" --store 'its store'"), "\(errors)")
      let outcome = try sandbox.shell("zoo() { $ZOO \"$@\"; }; \(line) \(more)")
      #expect(outcome.code == 0, "\(errors) \(outcome)")
    }
    for name in ["gan", "other"] {
      let train = ["train", "wgan-gp-tiny", "--steps", "4", "--checkpoint-every", "2", "--name", name]
      #expect(try sandbox.start(train + store).wait().code == 0)
    }
    let run = try sandbox.newestRun(store: "its store")
    try follow(fail(["play", "gan", "-o", "film.gif"]), "sample", "-o grid.png")
    try follow(fail(["resume", "gan@2"]), "fork", "--name branch")
    try follow(fail(["resume", "gan", "--until", "8", "--set", "optimizer.adam.eps=1e-7"]), "fork", "--name set")
    try follow(fail(["rm", "other@0", "other@2", "other@4", "--yes"]), "rm", "--yes")
    #expect(try sandbox.run("show", run, "--store", "its store").code == 1)
    #expect(try fail(["resume", "gan"]).contains("--until N"))
    #expect(try fail(["resume", "none"]).contains("zoo list runs --store 'its store'"))
    #expect(try sandbox.run("list", "runs", "--store", "nowhere").errors.contains("'zoo train' creates one"))
  }

  /// An error about a value ends with the usage of its own command.
  @Test func mistakesOfValuesAreNamed() throws {
    let sandbox = try Sandbox()
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "1", "--name", "run")
    for (arguments, word) in [
      (["list", "runs", "--sort", "nosuch"], "nosuch"), (["rm", "run"], "--yes"), (["list", "--json"], "models"),
    ] {
      let outcome = try sandbox.start(arguments).wait()
      #expect(outcome.code == 64 && outcome.errors.contains(word), "\(outcome)")
      #expect(outcome.errors.contains("\nUsage: zoo \(arguments[0]) "), "\(outcome)")
    }
    let large = try sandbox.run("train", "wgan-gp-tiny", "--set", "batch=99999999999999999999")
    #expect(large.errors.contains("batch is 99999999999999999999, expected at most"), "\(large)")
    let none = try sandbox.run("train", "wgan-gp-tiny", "--steps", "0")
    #expect(none.code == 1 && !none.errors.contains("warning"), "\(none)")
    let refused = try sandbox.run("resume", "run", "--until", "9", "--threads", "2000")
    #expect(refused.code == 1 && !refused.errors.contains("target"), "\(refused)")
    #expect(try sandbox.succeed("resume", "run", "--until", "9").errors.contains("note: the target of run"))
    let copy = try sandbox.run("backup", "-")
    #expect(copy.code == 64 && copy.errors.contains("'./-'"), "\(copy)")
    #expect(!FileManager.default.fileExists(atPath: sandbox.file("-").path))
  }

  @Test func commandsToCopyNameTheStore() throws {
    let sandbox = try Sandbox()
    let store = "it's here.sqlite"
    let running = try sandbox.start([
      "train", "wgan-gp-tiny", "--steps", "1000000", "--checkpoint-every", "1000000", "--store", store,
    ])
    #expect(running.wait { ((try? String(contentsOf: running.errors, encoding: .utf8)) ?? "").contains("steps/s") })
    running.send(SIGINT)
    let outcome = try running.wait()
    let run = try sandbox.newestRun(store: store)
    let command = "zoo resume \(run) --store 'it'\\''s here.sqlite'"
    #expect(outcome.output.contains(command), "\(outcome.output)")
    #expect(try sandbox.succeed("list", "runs", "--store", store).output.contains(command))
    #expect(try sandbox.succeed("show", run, "--store", store).output.contains(command))
    #expect(try sandbox.shell(command.replacing("zoo ", with: "$ZOO ", maxReplacements: 1) + " --steps 1").code == 0)
  }

  @Test func aRecipeFileIsShownBesideAStore() throws {
    let sandbox = try Sandbox()
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "1")
    let model = try sandbox.succeed("show", "wgan-gp-tiny", "--json").json() as? [String: Any]
    try #require(model?["recipe"] as? String).replacing("name: wgan-gp-tiny", with: "name: own").write(
      to: sandbox.file("own.yaml"), atomically: true, encoding: .utf8)
    #expect(try sandbox.succeed("show", "own.yaml").output.hasPrefix("own: "))
    try sandbox.fail(
      "show", "wgan-gp-tny", saying: ["no run or graph is 'wgan-gp-tny'", "did you mean 'wgan-gp-tiny'"])
    try sandbox.fail("show", "wgan-gp-tny", "--store", "none.sqlite", saying: ["none.sqlite", "'wgan-gp-tiny'"])
  }

  @Test func graphsAreShown() throws {
    let sandbox = try Sandbox()
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "1")
    let run = try sandbox.newestRun()
    let stored = try #require(sandbox.succeed("show", run, "--graphs", "--json").json() as? [String: String])
    #expect(stored.keys.sorted() == ["critic", "generator"])
    #expect(stored.values.allSatisfy { $0.hasPrefix("graph ") && $0.contains("Gemm") })
    // A run's graphs are its model's.
    let model = try sandbox.succeed("show", "wgan-gp-tiny", "--graphs", "--json").json() as? [String: String]
    #expect(model == stored)
  }

  private struct Row: Decodable {
    let key: String
    let step: Int
    let value: Double
  }

  @Test func metricsAreEqualInBothForms() throws {
    let sandbox = try Sandbox()
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "6")
    let run = try sandbox.newestRun()
    let lines = try sandbox.succeed("show", run, "--metrics").output.split(separator: "\n").dropFirst()
    let rows = try #require(sandbox.metrics(run).data(using: .utf8))
    let records = try JSONDecoder().decode([Row].self, from: rows)
    #expect(records.count == 3 * 6 + 1 && lines.count == records.count)
    for (line, record) in zip(lines, records) {
      let parts = line.split(separator: ",")
      #expect(parts[0] == record.key && Int(parts[1]) == record.step && Double(parts[2]) == record.value)
    }
  }

  @Test func withoutATerminalProgressIsLines() throws {
    let errors = try Sandbox().succeed("train", "wgan-gp-tiny", "--steps", "30").errors.split(separator: "\n")
    #expect(errors.count == 2 && errors[0].hasPrefix("1/30  ") && errors[1].hasPrefix("30/30  "), "\(errors)")
    for key in ["critic", "penalty", "wasserstein", "generator", "steps/s"] { #expect(errors[1].contains(key)) }
  }

  /// Such a run is allowed, and resumes like any other run. But a warning must come at once.
  @Test func aCriticThatCouplesSamplesIsWarnedOf() throws {
    let sandbox = try Sandbox()
    let recipe = """
      name: coupled
      summary: A critic with batch normalisation
      algorithm: wgan-gp
      dataset: fashion-mnist
      networks:
        generator: {input: [4], layers: [{linear: 784}, tanh]}
        critic: {input: [784], layers: [{linear: 6}, batch-norm, tanh, {linear: 1}]}
      settings: {batch: 8}
      steps: 8
      checkpoint: {every: 4}
      """
    try Data(recipe.utf8).write(to: sandbox.file("coupled.yaml"))
    let whole = try sandbox.succeed("train", "coupled.yaml", "--seed", "1")
    #expect(whole.errors.contains("warning: the critic's node 'batchnormalization"), "\(whole)")
    #expect(whole.errors.contains("couples the samples of a batch"), "\(whole)")
    let digest = try sandbox.digest(sandbox.newestRun())
    try sandbox.succeed("train", "coupled.yaml", "--seed", "1", "--steps", "4")
    let run = try sandbox.newestRun()
    try sandbox.succeed("resume", run, "--until", "8")
    #expect(try sandbox.digest(run) == digest)
    let tiny = try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "5")
    #expect(!tiny.errors.contains("warning"), "\(tiny)")
  }
}

@Suite struct PlanCommandTests {
  @Test func plansAreShown() throws {
    let sandbox = try Sandbox()
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "5")
    let run = try sandbox.newestRun()
    let text = try sandbox.succeed("show", run, "--plan", "critic").output
    for word in ["INSTRUCTION", "Gemm", "AdamStep", "instructions", "threads", "arena"] { #expect(text.contains(word)) }
    let profile = try sandbox.succeed("show", run, "--plan", "generator", "--profile", "3").output
    for word in ["GFLOP/s", "SHARE", "ms a run"] { #expect(profile.contains(word), "\(profile)") }
    let json = try sandbox.succeed("show", run, "--plan", "critic", "--profile", "2", "--json").json() as? [String: Any]
    let lines = try #require(json?["instructions"] as? [[String: Any]])
    let shares = lines.compactMap { $0["share"] as? Double }
    #expect(shares.count == lines.count && abs(shares.reduce(0, +) - 1) < 1e-9)
    // A run takes at least the time of the longest lane and of the instructions outside of lanes.
    let lanes = Dictionary(grouping: lines) { ($0["instruction"] as? [String: Any])?["lane"] as? Int ?? 0 }
      .mapValues { $0.compactMap { $0["microseconds"] as? Double }.reduce(0, +) }
    let least = lanes[0, default: 0] + (lanes.filter { $0.key > 0 }.values.max() ?? 0)
    #expect(try #require(json?["milliseconds"] as? Double) * 1000 >= least && least > 0)
    try sandbox.fail("show", run, "--plan", "actor", saying: ["no program 'actor'", "critic, generator"])
    try sandbox.fail("show", "wgan-gp-tiny", "--plan", "critic", code: 64, saying: ["are for runs only"])
    try sandbox.fail("show", run, "--profile", "3", code: 64, saying: ["--profile needs --plan"])
    try sandbox.fail("show", run, "--plan", "critic", "--profile", "0", code: 64, saying: ["at least 1"])
    try sandbox.fail("show", run, "--plan", "critic", "--graphs", code: 64, saying: ["exclude each other"])
  }

  @Test func stepsAreExported() throws {
    let sandbox = try Sandbox()
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "2")
    let run = try sandbox.newestRun()
    let text = try sandbox.succeed("export", run, "--program", "critic", "-o", "step.onnx").output
    #expect(text.contains("step.onnx  critic step of \(run)@2"))
    let json = try sandbox.succeed("export", run, "--program", "generator", "--json").json() as? [String: Any]
    #expect(json?["program"] as? String == "generator" && json?["step"] as? Int == 2)
    try sandbox.fail("export", run, "--program", "actor", saying: ["no program 'actor'"])
    try sandbox.fail(
      "export", run, "--program", "critic", "--network", "critic", code: 64, saying: ["exclude each other"])
  }
}
