import Checkpointing
import Foundation
import RunStore
import Testing

/// Queries over the views, and what they refuse.
@Suite struct QueryTests {
  /// A store with a run of two checkpoints, metrics that are not finite, events and a picture, and its fork.
  private func store(in folder: TemporaryFolder) throws -> (store: Store, run: String, fork: String) {
    let store = try folder.store()
    var description = newRun(name: "a;b\"c'\u{1B}d,é")
    description.settings = #"""
      {"algorithm":"wgan-gp","settings":{"batch":64,"penalty":{"weight":1e-2,"sided":"two"},"betas":[0.5,0.9],
      "flag":true,"nothing":null,"nested":[{"a":1},{"b":2}],"can_be":false,"empty":{}}}
      """#
    let claim = try store.createRun(description, graphs: ["critic": sampleGraph()], initial: sampleState(0))
    try store.record(
      Event(.imported, step: 0, created: Date(timeIntervalSince1970: 1_600_000_000.123), message: "a, \"b\""),
      claim: claim)
    let metrics = [("loss", 1, 0.1), ("loss", 2, .nan), ("loss", 3, .infinity), ("gap", 3, -0.0)].map {
      Metric(key: $0.0, step: $0.1, value: $0.2)
    }
    try store.commit(sampleState(3), claim: claim, metrics: metrics, pictures: [samplePicture(2)])
    try store.release(claim, status: .done)
    var child = newRun()
    child.parent = CheckpointID(run: claim.run, step: 3)
    let fork = try store.createRun(child, graphs: [:], initial: sampleState(3))
    return (store, claim.run, fork.run)
  }

  private func rows(_ store: Store, _ sql: String) throws -> [[QueryResult.Value]] { try store.query(sql).rows }

  @Test func viewsHaveTheDataInReadableForm() throws {
    let folder = try TemporaryFolder()
    let (store, id, fork) = try store(in: folder)
    let run = try store.run(id)
    #expect(
      try rows(store, "SELECT name, seed, status, step, target_step, host, pid, parent FROM runs WHERE id = '\(id)'")
        == [
          [
            .text("a;b\"c'\u{1B}d,é"), .text("18446744073709551615"), .text("done"), .integer(3), .integer(400), .null,
            .null, .null,
          ]
        ])
    #expect(
      try rows(store, "SELECT parent, status, pid FROM runs WHERE id = '\(fork)'") == [
        [.text("\(id)@3"), .text("running"), .integer(Int64(getpid()))]
      ])
    let milliseconds = Int((run.updated.timeIntervalSince1970 * 1000).rounded())
    let fraction = String(String(1000 + milliseconds % 1000).dropFirst())
    let second = Date(timeIntervalSince1970: Double(milliseconds / 1000)).formatted(.iso8601).dropLast()
    #expect(
      try rows(store, "SELECT updated FROM runs WHERE id = '\(id)'") == [[.text("\(second).\(fraction)Z")]])
    // date -u -d @1600000000
    #expect(
      try rows(store, "SELECT * FROM events WHERE run = '\(id)'") == [
        [
          .text(id), .integer(0), .text("2020-09-13T12:26:40.123Z"), .text("imported"), .text("a, \"b\""),
        ]
      ])
    #expect(
      try rows(store, "SELECT name, step, value FROM metrics ORDER BY name, step") == [
        [.text("gap"), .integer(3), .real(0)], [.text("loss"), .integer(1), .real(0.1)],
        [.text("loss"), .integer(2), .null], [.text("loss"), .integer(3), .real(.infinity)],
      ])
    #expect(
      try rows(store, "SELECT name, step, value FROM latest_metrics WHERE name = 'loss'") == [
        [.text("loss"), .integer(3), .real(.infinity)]
      ])
    #expect(
      try rows(store, "SELECT key, value FROM settings WHERE run = '\(id)' ORDER BY key") == [
        [.text("algorithm"), .text("wgan-gp")], [.text("settings.batch"), .integer(64)],
        [.text("settings.betas"), .text("[0.5,0.9]")], [.text("settings.can_be"), .text("false")],
        [.text("settings.flag"), .text("true")], [.text("settings.nested"), .text(#"[{"a":1},{"b":2}]"#)],
        [.text("settings.nothing"), .null], [.text("settings.penalty.sided"), .text("two")],
        [.text("settings.penalty.weight"), .real(0.01)],
      ])
  }

  @Test func viewsHaveCheckpointsTensorsPicturesAndOperators() throws {
    let folder = try TemporaryFolder()
    let (store, id, _) = try store(in: folder)
    let checkpoint = try store.checkpoint(of: id)
    #expect(
      try rows(store, "SELECT id, step, digest, bytes FROM checkpoints WHERE run = '\(id)' ORDER BY step DESC LIMIT 1")
        == [
          [
            .text("\(id)@3"), .integer(3), .text(checkpoint.stateDigest.description),
            .integer(Int64(checkpoint.byteCount)),
          ]
        ])
    #expect(
      try rows(store, "SELECT name, dtype, shape, bytes FROM tensors WHERE checkpoint = '\(id)@3' ORDER BY name") == [
        [.text("critic/adam.step"), .text("int64"), .text("[]"), .integer(8)],
        [.text("critic/linear1.weight"), .text("float32"), .text("[3,4]"), .integer(48)],
        [.text("frozen"), .text("float64"), .text("[2]"), .integer(16)],
      ])
    #expect(
      try rows(store, "SELECT step, bytes, png FROM pictures") == [
        [.integer(2), .integer(100), .blob(samplePicture(2).png)]
      ])
    #expect(
      try rows(store, "SELECT graph, operator, nodes FROM operators WHERE operator <> 'LeakyRelu' ORDER BY operator")
        == [
          [.text("critic"), .text("Gemm"), .integer(1)], [.text("critic"), .text("Mul"), .integer(2)],
        ])
  }

  /// Each heading of a view with the names in its table.
  @Test func theDocumentHasEveryViewWithItsColumns() throws {
    let folder = try TemporaryFolder()
    let file = URL(filePath: #filePath).appending(path: "../../../Docs/SQL.md").standardizedFileURL
    let sections = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n### ").dropFirst()
    let documented = sections.map { section -> [String] in
      let lines = section.components(separatedBy: "\n## ")[0].split(separator: "\n")
      return [String(lines[0])]
        + lines.filter { $0.hasPrefix("| `") }.map { String($0.dropFirst(3).prefix { $0 != "`" }) }
    }
    let store = try folder.store()
    let views = try rows(store, "SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name").map { row in
      guard case .text(let name) = row[0] else { return "" }
      return name
    }
    #expect(views.count == 10)
    #expect(
      try documented.sorted { $0[0] < $1[0] } == views.map { try [$0] + store.query("SELECT * FROM \($0)").columns })
  }

  @Test(arguments: [
    "DELETE FROM run", "UPDATE run SET name = 'x'", "INSERT INTO recipe VALUES (zeroblob(32), '')", "DROP VIEW runs",
    "CREATE TABLE t (x)", "CREATE TEMP TABLE t (x)", "CREATE VIEW t AS SELECT 1", "ATTACH 'other.sqlite' AS o",
    "ATTACH ':memory:' AS o", "DETACH main", "VACUUM", "VACUUM INTO 'copy.sqlite'", "REINDEX", "ANALYZE", "BEGIN",
    "BEGIN EXCLUSIVE", "COMMIT", "SAVEPOINT s", "PRAGMA query_only = OFF", "PRAGMA query_only(0)",
    "PRAGMA journal_mode = WAL", "PRAGMA writable_schema = ON", "PRAGMA wal_checkpoint", "PRAGMA optimize",
    "PRAGMA user_version = 9", "PRAGMA incremental_vacuum", "PRAGMA temp_store_directory = '/tmp'",
    "UPDATE sqlite_master SET sql = ''", "UPDATE sqlite_schema SET sql = ''", "DELETE FROM sqlite_master",
    "SELECT load_extension('x')", "SELECT LOAD_EXTENSION('x', 'y')", "DELETE FROM run RETURNING id",
    "WITH t AS (SELECT 1) DELETE FROM run", "CREATE VIRTUAL TABLE t USING fts5 (x)",
    "SELECT 1; DELETE FROM run", "SELECT 1; SELECT 2", "SELECT 1; frob", "", "  -- nothing", ";", "frob",
    "SELECT * FROM trains", "SELECT 1\0; DELETE FROM run", "SELECT * FROM pragma_query_only(0)",
  ])
  func everythingElseIsRefused(_ sql: String) throws {
    let folder = try TemporaryFolder()
    let (store, _, _) = try store(in: folder)
    let before = try contents(of: store.path)
    let error = #expect(throws: StoreError.self, "\(sql)") { try store.query(sql) }
    #expect(error?.code == .invalidQuery, "\(sql): \(String(describing: error))")
    #expect(try contents(of: store.path) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().first == "zoo.sqlite")
    #expect(!FileManager.default.fileExists(atPath: "copy.sqlite"))
  }

  @Test(arguments: [
    "SELECT 1;", "SELECT 1; -- the end\n ", "VALUES (1)", "WITH RECURSIVE n (i) AS (VALUES (1)) SELECT i FROM n",
    "SELECT value FROM json_each('[1]')", "PRAGMA query_only", "SELECT 1 FROM (SELECT 2) /* x */",
    "SELECT iif(1 < 2, 1, 0) OVER () AS x FROM (VALUES (1))".replacing(" OVER ()", with: ""),
  ])
  func queriesThatReadRun(_ sql: String) throws {
    let folder = try TemporaryFolder()
    #expect(try folder.store().query(sql).rows == [[.integer(1)]])
  }

  @Test func thePragmasThatDescribeTheFileAndPlansArePrinted() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    for sql in [
      "PRAGMA table_info(runs)", "PRAGMA user_version", "SELECT name FROM pragma_table_info('runs')",
      "EXPLAIN QUERY PLAN SELECT * FROM runs",
    ] {
      #expect(try !store.query(sql).rows.isEmpty, "\(sql)")
    }
  }

  /// The file is locked no longer than it is read, and other programs see the views.
  @Test func anotherProgramSeesTheViewsAndCanWriteAfterwards() throws {
    let folder = try TemporaryFolder()
    let (store, id, _) = try store(in: folder)
    let other = try OtherProgram(store.path)
    #expect(try other.run("SELECT name, step, value FROM metrics WHERE step = 1") == "[('loss', 1, 0.1)]")
    #expect(try other.run("SELECT count(*) FROM settings WHERE run = '\(id)'") == "[(9,)]")
    _ = try store.query("SELECT * FROM tensors")
    #expect(try other.run("DELETE FROM event") == "[]")
    try other.run("BEGIN EXCLUSIVE")
    #expect(#expect(throws: StoreError.self) { try store.query("SELECT * FROM runs") }?.code == .busy)
  }
}
