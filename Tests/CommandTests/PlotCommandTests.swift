import Foundation
import Pictures
import Testing

/// `zoo plot` and `zoo watch` on runs of short trainings.
@Suite struct PlotCommandTests {
  private func train(_ sandbox: Sandbox, _ arguments: String...) throws -> String {
    let all = ["train", "wgan-gp-tiny", "--threads", "1", "--json"] + arguments
    let run = try sandbox.start(all).wait().json() as? [String: Any]
    return try #require(run?["id"] as? String)
  }

  private func isBraille(_ text: String) -> Bool {
    text.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) }
  }

  @Test func runsAreDrawnInEveryFormat() throws {
    let sandbox = try Sandbox()
    let hostile = "<b>&\"x"
    let run = try train(sandbox, "--steps", "40", "--seed", "1", "--name", hostile)
    let other = try train(sandbox, "--steps", "30", "--seed", "2", "--set", "penalty.weight=3")
    // In a pipe: 80 columns without colours.
    let text = try sandbox.succeed("plot", run).output
    let lines = text.split(separator: "\n")
    #expect(isBraille(text) && !text.contains("\u{1B}") && lines.allSatisfy { $0.count <= 80 })
    #expect(lines.contains("wasserstein") && text.contains("steps"))
    #expect(try sandbox.succeed("plot", run, other, "--metric", "critic").output.contains("━━ \(hostile)"))

    let report = try sandbox.succeed(
      "plot", run, other, run, "--metric", "critic", "--metric", "penalty", "-o", "curves.svg", "--json")
    let record = try #require(report.json() as? [String: Any])
    #expect(record["runs"] as? [String] == [run, other] && record["metrics"] as? [String] == ["critic", "penalty"])
    let svg = try String(contentsOf: sandbox.file("curves.svg"), encoding: .utf8)
    #expect(svg.hasPrefix("<svg ") && svg.contains("&lt;b&gt;&amp;&quot;x") && !svg.contains("<b>"))
    #expect(svg.contains("prefers-color-scheme") && !svg.contains("NaN"))
    #expect(try sandbox.shell("$ZOO plot \(run) \(other) --metric critic --metric penalty -o - > piped.svg").code == 0)
    #expect(try String(contentsOf: sandbox.file("piped.svg"), encoding: .utf8) == svg)

    let axes = [
      [], ["--x", "seconds"], ["--x", "time"], ["--smooth", "5"], ["--smooth", "0.9"], ["--log-x"], ["--log-y"],
      ["--theme", "dark"], ["--group", "penalty.weight"],
    ]
    for options in axes {
      let arguments = ["plot", run, other, "--metric", "penalty", "-o", "curves.png", "--size", "500x320"]
      let outcome = try sandbox.start(arguments + options).wait()
      #expect(outcome.code == 0 && outcome.output.contains("penalty of 2 runs, 500 x 320 pixels"), "\(outcome)")
      let picture = try Data(contentsOf: sandbox.file("curves.png")).withUnsafeBytes { try Picture(decoding: $0) }
      #expect(picture.width == 500 && picture.height == 320)
      #expect(Set(picture.pixels).count > 20, "\(options)")
    }
    try sandbox.succeed("plot", run, "-o", "curves.pdf")
    #expect(try Data(contentsOf: sandbox.file("curves.pdf")).starts(with: Data("%PDF-".utf8)))
    #expect(try sandbox.succeed("plot", run, other, "--group", "penalty.weight").output.contains("95 % bootstrap"))
    try sandbox.succeed("verify")
  }

  @Test func mistakesAreNamed() throws {
    let sandbox = try Sandbox()
    let run = try train(sandbox, "--steps", "12", "--seed", "1", "--name", "first")
    try sandbox.fail(
      "plot", "first", "--metric", "loss", saying: ["run \(run) has no metric 'loss'", "are critic, generator"])
    try sandbox.fail("plot", "first", "--group", "penalty.wieght", saying: ["did you mean 'penalty.weight'?"])
    try sandbox.fail("plot", "nothing", saying: ["no run is 'nothing'", "zoo list runs"])
    try sandbox.fail("plot", "first", "-o", "a.gif", saying: ["'a.gif'", ".svg or .png or .pdf"])
    try sandbox.fail("plot", "first", "-o", "zoo.sqlite", saying: ["'zoo.sqlite'", "needed"])
    try sandbox.fail("plot", "first", "-o", "none/a.svg", saying: ["none"])
    try sandbox.fail("plot", "first", "--x", "time", "--log-x", saying: ["dates", "logarithmic"])
    try sandbox.fail("plot", "first", "--metric", "critic\u{1B}[31m", saying: ["critic\\u{1B}[31m"])
    for (arguments, phrase) in [
      (["--json"], "--json needs -o"), (["--size", "1x1"], "size"), (["--size", "800"], "size"),
      (["--smooth", "1.5"], "smooth"), (["--smooth", "-1"], "smooth"), (["--x", "epochs"], "steps"),
    ] {
      let outcome = try sandbox.start(["plot", "first"] + arguments).wait()
      #expect(outcome.code == 64 && outcome.errors.contains(phrase), "\(arguments): \(outcome)")
    }
    for command in ["plot", "watch"] {
      try sandbox.fail(command, "first@12", code: 64, saying: ["'first@12' is a checkpoint", "expected a run"])
    }
    let outcome = try sandbox.run("plot")
    #expect(outcome.code == 64)
    try sandbox.fail("watch", "nothing", saying: ["no run is 'nothing'"])
    try sandbox.fail("watch", "first", "--metric", "loss", saying: ["has no metric 'loss'", "critic, generator"])
    try sandbox.fail("watch", "first", "--every", "0", code: 64, saying: ["--every"])
    #expect(!FileManager.default.fileExists(atPath: sandbox.file("a.gif").path))
  }

  /// A million values are read and drawn within some seconds also by a debug build; one of them is a spike.
  @Test func aMillionValuesAreDrawn() throws {
    let sandbox = try Sandbox()
    let run = try train(sandbox, "--steps", "5", "--seed", "1")
    let insert = """
      import sqlite3, sys
      db = sqlite3.connect("zoo.sqlite")
      db.executemany("INSERT INTO metric VALUES (?, 'long', ?, ?)",
                     ((sys.argv[1], i, 50.0 if i == 700001 else (i % 10) / 10) for i in range(1000000)))
      db.execute("INSERT INTO latest_metric VALUES (?, 'long', 999999, 0.9)", (sys.argv[1],))
      db.commit()
      """
    try insert.write(to: sandbox.file("insert.py"), atomically: true, encoding: .utf8)
    #expect(try sandbox.shell("python3 insert.py \(run)").code == 0)
    let start = ContinuousClock.now
    let lines = try sandbox.succeed("plot", run, "--metric", "long").output.split(separator: "\n")
    #expect(ContinuousClock.now - start < .seconds(20))
    // The spike is as high as the panel.
    #expect(lines.count { isBraille(String($0)) } >= 11)
    try sandbox.succeed("plot", run, "--metric", "long", "-o", "long.svg")
    let size = try FileManager.default.attributesOfItem(atPath: sandbox.file("long.svg").path)[.size] as? Int
    #expect((size ?? .max) < 60_000)
  }

  /// A watched training has the same bits, and the watch ends with it.
  @Test func aTrainingIsFollowed() throws {
    let sandbox = try Sandbox()
    let arguments = [
      "train", "wgan-gp-tiny", "--steps", "6000", "--seed", "3", "--threads", "1", "--checkpoint-every", "100",
    ]
    let training = try sandbox.start(arguments)
    #expect(training.wait { sandbox.newestRunIfAny() != nil })
    let run = try sandbox.newestRun()
    let watch = try sandbox.start(["watch", run, "--metric", "critic", "--every", "0.05"])
    #expect(try training.wait().code == 0)
    let outcome = try watch.wait()
    #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count >= 2, "\(outcome.output)")
    #expect(lines.allSatisfy { $0.hasPrefix("\(run)  ") && $0.contains("/6,000  ") })
    let steps = lines.compactMap { line in
      line.split(separator: " ").dropFirst().first?.split(separator: "/").first.flatMap {
        Int($0.replacing(",", with: ""))
      }
    }
    #expect(steps.count == lines.count && steps == steps.sorted() && steps.last == 6000)
    #expect(lines.last?.contains("done") == true && lines.last?.contains("critic ") == true)
    #expect(try sandbox.start(arguments + ["--store", "alone.sqlite"]).wait().code == 0)
    let alone = try sandbox.newestRun(store: "alone.sqlite")
    #expect(try sandbox.digest(run) == sandbox.digest(alone, store: "alone.sqlite"))
    // The watch of a finished run shows it once.
    #expect(try sandbox.succeed("watch", run).output.split(separator: "\n").count == 1)
  }

  @Test func aKilledTrainingEndsTheWatch() throws {
    let sandbox = try Sandbox()
    let training = try sandbox.start([
      "train", "wgan-gp-tiny", "--steps", "1000000", "--seed", "3", "--threads", "1", "--checkpoint-every", "50",
    ])
    #expect(training.wait { sandbox.newestRunIfAny() != nil })
    let run = try sandbox.newestRun()
    let watch = try sandbox.start(["watch", run, "--every", "0.05"])
    let stopped = try sandbox.start(["watch", run, "--every", "0.05"])
    func hasLines(_ running: Running) -> Bool {
      ((try? String(contentsOf: running.output, encoding: .utf8)) ?? "").count { $0 == "\n" } > 2
    }
    #expect(watch.wait { hasLines(watch) } && stopped.wait { hasLines(stopped) })
    // Ctrl-C ends the watch alone.
    stopped.send(SIGINT)
    #expect(try stopped.wait().signal == SIGINT)
    #expect(training.process.isRunning && watch.process.isRunning)
    training.send(SIGKILL)
    _ = try training.wait()
    let outcome = try watch.wait()
    #expect(outcome.code == 0 && outcome.output.contains("interrupted"), "\(outcome)")
    try sandbox.succeed("verify")
    try sandbox.succeed("resume", run, "--steps", "1")
  }

  /// On a terminal, curves are drawn over the earlier ones.
  @Test func aTerminalHasCurves() throws {
    let sandbox = try Sandbox()
    // The test's own environment may have it.
    sandbox.environment["NO_COLOR"] = nil
    let run = try train(sandbox, "--steps", "40", "--seed", "1")
    func inTerminal(_ command: String) throws -> String {
      // A pseudo-terminal of 70 columns and 20 lines.
      let program = """
        import fcntl, os, pty, struct, sys, termios
        child, terminal = pty.fork()
        if child == 0:
            fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 70, 0, 0))
            os.execv(sys.argv[1], sys.argv[1:])
        output = b""
        try:
            while piece := os.read(terminal, 4096):
                output += piece
        except OSError:
            pass
        sys.stdout.buffer.write(output)
        """
      try program.write(to: sandbox.file("terminal.py"), atomically: true, encoding: .utf8)
      return try sandbox.shell("python3 terminal.py $ZOO \(command)").output
    }
    let watched = try inTerminal("watch \(run)")
    #expect(watched.hasPrefix("\u{1B}[2J\u{1B}[H") && isBraille(watched) && watched.contains("done"))
    #expect(watched.contains("\u{1B}[38;2;0;114;178m"))
    let plotted = try inTerminal("plot \(run)")
    #expect(isBraille(plotted) && plotted.contains("\u{1B}[38;2;0;114;178m") && plotted.contains("\u{1B}[0m"))
    sandbox.environment["NO_COLOR"] = "1"
    let plain = try inTerminal("plot \(run)")
    #expect(isBraille(plain) && !plain.contains("\u{1B}"))
  }
}
