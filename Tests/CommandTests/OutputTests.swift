import Foundation
import Testing

/// Printed output, for people and for programs.
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
      // Nothing is cut off where the output goes to a program.
      let whole = try sandbox.shell("$ZOO \(command)").output.split(separator: "\n").map(String.init)
      #expect(whole.count == lines.count && !whole.joined().contains("…"))
    }
  }

  @Test func aNameOfManyLinesStaysInItsRow() throws {
    let sandbox = try Sandbox()
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "1", "--name", "two\nlines\u{1B}[31m")
    let lines = try sandbox.succeed("list", "runs").output.split(separator: "\n")
    #expect(lines.count == 2 && lines[1].contains("two lines[31m  wgan-gp-tiny"), "\(lines)")
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
    try sandbox.fail("show", "wgan-gp-tny", saying: ["no run is 'wgan-gp-tny'", "did you mean 'wgan-gp-tiny'"])
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

  /// It is allowed, and resumes like any other run. But the user must learn of it at once.
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
    // A run takes at least the time of the instructions outside of lanes and of the longest lane.
    let lanes = Dictionary(grouping: lines) { ($0["instruction"] as? [String: Any])?["lane"] as? Int ?? 0 }
      .mapValues { $0.compactMap { $0["microseconds"] as? Double }.reduce(0, +) }
    let least = lanes[0, default: 0] + (lanes.filter { $0.key > 0 }.values.max() ?? 0)
    #expect(try #require(json?["milliseconds"] as? Double) * 1000 >= least && least > 0)
    try sandbox.fail("show", run, "--plan", "actor", saying: ["no program 'actor'", "critic, generator"])
    try sandbox.fail("show", "wgan-gp-tiny", "--plan", "critic", code: 64, saying: ["go with a run"])
    try sandbox.fail("show", run, "--profile", "3", code: 64, saying: ["--profile goes with --plan"])
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
