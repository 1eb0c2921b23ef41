import Foundation
import Testing

/// `zoo sql`, its three forms, and the example in Python.
@Suite struct SQLCommandTests {
  private static let name = "a,b\"c é; <b>'=1+1"

  private func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox()
    let train = ["train", "wgan-gp-tiny", "--steps", "12", "--threads", "1", "--checkpoint-every", "5"]
    #expect(try sandbox.start(train + ["--seed", "7", "--name", Self.name]).wait().code == 0)
    #expect(try sandbox.start(train + ["--seed", "8", "--set", "penalty.weight=5"]).wait().code == 0)
    return sandbox
  }

  @Test func theFormsHaveTheSameValues() throws {
    let sandbox = try sandbox()
    let query = """
      SELECT id, name, step, NULL AS missing, '' AS empty, 1e999 AS huge, -1.5 AS half, x'00FF' AS bytes,
        'a' || char(13, 10, 27) || 'b' AS lines, step FROM runs ORDER BY created LIMIT 1
      """
    let json = try sandbox.succeed("sql", query, "--format", "json")
    let row = try #require((json.json() as? [[String: Any]])?.first)
    let run = try #require(row["id"] as? String)
    #expect(row["name"] as? String == Self.name && row["step"] as? Int == 12 && row["step:1"] as? Int == 12)
    #expect(row["missing"] is NSNull && row["empty"] as? String == "" && row["huge"] as? String == "inf")
    #expect(row["half"] as? Double == -1.5 && row["bytes"] as? String == "00ff")
    #expect(row["lines"] as? String == "a\r\n\u{1B}b")
    // In the order of the columns.
    #expect(json.output.hasPrefix("[\n  {\"id\": \"\(run)\", \"name\": "))
    #expect(
      try sandbox.succeed("sql", query, "--format", "csv").output
        == "id,name,step,missing,empty,huge,half,bytes,lines,step\r\n"
        + "\(run),\"a,b\"\"c é; <b>'=1+1\",12,,\"\",inf,-1.5,00ff,\"a\r\n\u{1B}b\",12\r\n")
    let table = try sandbox.succeed("sql", query).output.split(separator: "\n").map(String.init)
    #expect(table.count == 2 && table[0].hasPrefix("id") && table[1].contains("a\\u{D}\\n\\u{1B}b"), "\(table)")
    #expect(table[1].contains("NULL") && table[1].contains("00ff"))
    #expect(try sandbox.succeed("sql", "SELECT zeroblob(1000)").output.contains("1,000 bytes"))
    #expect(try sandbox.succeed("sql", "SELECT 1 WHERE 0", "--format", "json").output == "[]\n")
    #expect(try sandbox.succeed("sql", "SELECT 1 AS a WHERE 0", "--format", "csv").output == "a\r\n")
    #expect(try sandbox.succeed("sql", "SELECT 1 AS a WHERE 0").output == "a\n")
  }

  /// Python's csv module reads what was written.
  @Test func pythonReadsTheCSV() throws {
    let sandbox = try sandbox()
    let script = """
      "$ZOO" sql "SELECT name, step, value FROM metrics ORDER BY run, name, step" --format csv > out.csv
      python3 -c '
      import csv, sqlite3
      rows = list(csv.reader(open("out.csv", newline="")))
      assert rows[0] == ["name", "step", "value"]
      stored = sqlite3.connect("zoo.sqlite").execute("SELECT key, step, value FROM metric ORDER BY run, key, step")
      assert [(n, int(s), float(v)) for n, s, v in rows[1:]] == list(stored), rows
      print(len(rows) - 1)'
      """
    let outcome = try sandbox.shell(script)
    #expect(outcome.code == 0 && outcome.output == "\(2 * (3 * 12 + 2))\n", "\(outcome)")
  }

  @Test func mistakesNameTheViews() throws {
    let sandbox = try sandbox()
    try sandbox.fail("sql", "SELECT * FROM trains", saying: ["no such table: trains", "see the views: zoo sql"])
    try sandbox.fail("sql", "DELETE FROM run", saying: ["only reads"])
    try sandbox.fail("sql", "ATTACH 'x' AS y", saying: ["found ATTACH"])
    try sandbox.fail("sql", "SELECT 1; SELECT 2", saying: ["one statement"])
    try sandbox.fail("sql", "SELECT 1", "--store", "none.sqlite", saying: ["there is no store"])
    try sandbox.fail("sql", "SELECT 1", "--format", "xml", code: 64, saying: ["xml"])
    #expect(!FileManager.default.fileExists(atPath: sandbox.file("none.sqlite").path))
  }

  /// Every query of `Docs/SQL.md` runs, also on a file that can't be written.
  @Test func theDocumentedQueriesRun() throws {
    let sandbox = try sandbox()
    let document = URL(filePath: #filePath).appending(path: "../../../Docs/SQL.md").standardizedFileURL
    let text = try String(contentsOf: document, encoding: .utf8)
    let lines = text.components(separatedBy: "```sh\n")[1].components(separatedBy: "```")[0].split(separator: "\n")
    #expect(lines.count >= 4)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o444], ofItemAtPath: sandbox.file("zoo.sqlite").path)
    for line in lines {
      let outcome = try sandbox.shell("zoo() { $ZOO \"$@\"; }; \(line)")
      #expect(outcome.code == 0 && outcome.output.split(whereSeparator: \.isNewline).count >= 2, "\(line): \(outcome)")
    }
    let python = text.components(separatedBy: "```python\n")[1].components(separatedBy: "```")[0]
    let outcome = try sandbox.shell("python3 - <<'END'\n\(python)\nEND")
    #expect(outcome.code == 0 && outcome.output.split(separator: "\n").count == 2, "\(outcome)")
  }

  @Test func theExampleInPythonPrintsRunsSettingsAndCurves() throws {
    let sandbox = try sandbox()
    let example = URL(filePath: #filePath).appending(path: "../../../Examples/SQL/curves.py").standardizedFileURL
    let outcome = try sandbox.shell("python3 '\(example.path)' zoo.sqlite --metric critic --plain")
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(outcome.code == 0 && lines.count == 2 + 2 + 1 + 12, "\(outcome)")
    #expect(lines[0].contains(Self.name) && lines[0].contains("wgan-gp-tiny 12 done"))
    #expect(lines.count { $0.hasPrefix("settings.penalty.weight of ") } == 2)
    #expect(lines.last?.split(separator: " ").count == 3 && lines.last?.hasPrefix("12 ") == true)
  }
}
