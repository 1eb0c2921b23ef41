import Foundation
import Testing

/// `zoo log` as CSV and JSON.
@Suite struct LogCommandTests {
  @Test func rowsAreThoseOfTheStore() throws {
    let sandbox = try Sandbox()
    let train = ["train", "wgan-gp-tiny", "--steps", "12", "--threads", "1", "--checkpoint-every", "5"]
    for name in ["a,\"b\"", "other"] {
      #expect(try sandbox.start(train + ["--seed", "7", "--name", name]).wait().code == 0)
    }
    try sandbox.succeed("log", "a,\"b\"", "other", "-o", "metrics.csv")
    let script = """
      import csv, json, sqlite3, sys
      query = '''SELECT run, m.key, m.step, value FROM metric AS m JOIN run ON run.id = m.run
                 ORDER BY created_at, key, m.step'''
      stored = list(sqlite3.connect("zoo.sqlite").execute(query))
      rows = list(csv.DictReader(open("metrics.csv", newline="")))
      assert [(r["run"], r["name"], int(r["step"]), float(r["value"])) for r in rows] == stored
      rows = json.load(sys.stdin)
      assert [(r["run"], r["name"], r["step"], r["value"]) for r in rows] == stored
      times = [r["time"] for r in rows if r["name"] == "critic" and r["run"] == stored[0][0]]
      assert times == sorted(times) and len(times) == 12 and len(set(times)) > 1, times
      print(len(rows))
      """
    let outcome = try sandbox.shell(
      "\"$ZOO\" log 'a,\"b\"' other --format json | python3 -c '\(script.replacing("'", with: "'\\''"))'")
    #expect(outcome.code == 0 && outcome.output == "\(2 * (3 * 12 + 2))\n", "\(outcome)")
    // Up to a checkpoint.
    let part = try sandbox.succeed("log", "other@5").output.split(whereSeparator: \.isNewline)
    #expect(part.count == 1 + 3 * 5 + 1 && part[0] == "run,name,step,time,value")
  }

  /// The times of kept checkpoints are exact.
  @Test func timesAreThoseOfCheckpoints() throws {
    let sandbox = try Sandbox()
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "12", "--checkpoint-every", "5", "--name", "job")
    let rows = try #require(sandbox.succeed("log", "job", "--format", "json").json() as? [[String: Any]])
    let query = "SELECT step, created FROM checkpoints WHERE step > 0"
    let checkpoints = try sandbox.succeed("sql", query, "--format", "json").json() as? [[String: Any]]
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    for checkpoint in try #require(checkpoints) {
      let row = rows.first { $0["step"] as? Int == checkpoint["step"] as? Int }
      let times = try [row?["time"], checkpoint["created"]].map { try style.parse(#require($0 as? String)) }
      #expect(abs(times[0].timeIntervalSince(times[1])) < 0.002, "\(checkpoint)")
    }
  }

  @Test func mistakesAreNamed() throws {
    let sandbox = try Sandbox()
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "2", "--name", "job")
    try sandbox.fail("log", "none", saying: ["no run is 'none'"])
    try sandbox.fail("log", "job", "--format", "tensorboard", code: 64, saying: ["-o DIR"])
    try sandbox.fail("log", code: 64, saying: ["run"])
    try sandbox.fail("log", "job", "-o", "zoo.sqlite", saying: ["needed"])
    try sandbox.fail("log", "job", "--json", code: 64, saying: ["--format json"])
    try sandbox.fail("log", "job", "none", "--format", "tensorboard", "-o", "logs", saying: ["no run is 'none'"])
    #expect(!FileManager.default.fileExists(atPath: sandbox.file("logs").path))
  }
}
