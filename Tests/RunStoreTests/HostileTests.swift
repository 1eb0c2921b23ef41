import Checkpointing
import Foundation
import GRDB
import GraphIR
import RunStore
import Testing

/// Malicious or damaged files: every call works or throws a `StoreError`.
@Suite struct HostileTests {
  /// A small file with a row in every table.
  private func file(in folder: TemporaryFolder) throws -> String {
    let store = try folder.store()
    let claim = try store.sampleRun(name: "victim", graphs: ["critic": try sampleGraph()])
    for step in 1...2 {
      try store.commit(
        sampleState(step), claim: claim, metrics: [Metric(key: Metric.evaluation, step: step, value: 1)],
        events: [Event(.changed, step: step, message: "changed")], pictures: [samplePicture(step)])
    }
    var fork = newRun()
    fork.parent = CheckpointID(run: claim.run, step: 2)
    let child = try store.createRun(fork, graphs: ["critic": try sampleGraph()], initial: sampleState(2))
    try store.release(child, status: .interrupted)
    try store.add(namedGraph())
    return claim.run
  }

  /// Calls all functions of a store and returns the errors.
  private func exercise(_ folder: TemporaryFolder, _ run: String, readOnly: Bool = false) -> [any Error] {
    var errors: [any Error] = []
    func attempt(_ body: () throws -> Void) { do { try body() } catch { errors.append(error) } }
    attempt {
      let store = try folder.store(readOnly: readOnly)
      attempt { _ = try store.runs() }
      attempt { _ = try store.runs(RunFilter(status: .running, op: .gemm, parent: run), by: .metric("loss"), limit: 3) }
      attempt { _ = try store.resolve("victim@best") }
      attempt { _ = try store.find("digits") }
      attempt { _ = try store.namedGraphs() }
      attempt { _ = try store.namedGraph("digits") }
      attempt { _ = try store.deletion(runs: [], checkpoints: [], graphs: ["digits"]) }
      attempt { _ = try store.verify() }
      attempt { _ = try store.resolve(run) }
      attempt { _ = try store.run(run) }
      attempt { _ = try store.recipe(of: run) }
      attempt { _ = try store.checkpoints(of: run) }
      attempt { _ = try store.load(run) }
      attempt { _ = try store.load(run, at: .best) }
      attempt { _ = try store.metrics(of: run) }
      attempt { _ = try store.events(of: run) }
      attempt { _ = try store.pictures(of: run) }
      attempt { _ = try store.picture(StoredPicture.samples, at: 1, of: run) }
      attempt { _ = try store.graphs(of: run) }
      attempt { _ = try store.graph("critic", of: run) }
      attempt { _ = try store.deletion(runs: [run], checkpoints: [], force: true) }
      attempt { _ = try store.deletion(runs: [], checkpoints: [CheckpointID(run: run, step: 2)], force: true) }
      attempt { _ = try store.resume(run) }
      attempt {
        let (claim, state) = try store.resume(run, force: true)
        try store.commit(TrainingState(step: state.step + 1), claim: claim, metrics: [], keep: KeepPolicy(last: 2))
        try store.release(claim, status: .done)
      }
      attempt { _ = try store.resume(run, from: .step(1), discardLater: true, force: true) }
      attempt { try store.deleteCheckpoint(CheckpointID(run: run, step: 2), force: true) }
      attempt { try store.backup(to: folder.file("copy")) }
      try? FileManager.default.removeItem(atPath: folder.file("copy"))
      attempt { _ = try store.sampleRun(graphs: ["critic": try sampleGraph()]) }
      attempt { try store.add(namedGraph("another")) }
      attempt { try store.removeGraph("digits") }
      attempt { try store.delete(run: run, force: true) }
    }
    return errors
  }

  /// An error is one line of at most 400 characters, without details of the program's source.
  private func check(_ errors: [any Error], _ what: String) {
    for error in errors {
      let text = "\(error)"
      #expect(error is StoreError, "\(what): \(text)")
      #expect(text.unicodeScalars.count <= 400 && !text.isEmpty, "\(what): \(text.count)")
      let isPlain = text.unicodeScalars.allSatisfy {
        ![.control, .format, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
      }
      #expect(isPlain, "\(what): \(text)")
      for word in [
        "SELECT", "INSERT", "DatabaseError", "DecodingError", "Optional(", "Int64", "String", "NSError", "Code=",
      ] {
        #expect(!text.contains(word), "\(what): \(text)")
      }
    }
  }

  @Test(arguments: [
    "CREATE TRIGGER spy AFTER INSERT ON metric BEGIN DELETE FROM run; END", "CREATE VIEW spy AS SELECT * FROM run",
    "ALTER TABLE event RENAME TO past; CREATE VIEW event AS SELECT * FROM past",
    "ALTER TABLE tensor_chunk ADD COLUMN more TEXT", "DROP TABLE event", "DROP INDEX node_op",
    "CREATE INDEX spy ON run (name)", "CREATE TABLE spy (x)", "CREATE VIRTUAL TABLE spy USING fts5 (x)",
    "ALTER TABLE run RENAME COLUMN message TO massage",
    "CREATE TABLE \"a\u{1B}[2J\(String(repeating: "x", count: 100_000))\" (x)",
  ])
  func everyCallRefusesAnotherSchema(_ sql: String) throws {
    let folder = try TemporaryFolder(inMemory: true)
    let run = try file(in: folder)
    try DatabaseQueue(path: folder.file()).inDatabase { try $0.execute(sql: sql) }
    let before = try contents(of: folder.file())
    for readOnly in [false, true] {
      let errors = exercise(folder, run, readOnly: readOnly)
      #expect(errors.count == 1 && (errors[0] as? StoreError)?.code == .corrupt, "\(sql.prefix(60)): \(errors)")
      check(errors, String(sql.prefix(60)))
    }
    #expect(try contents(of: folder.file()) == before)
  }

  /// Some tools do this on their own. It is harmless.
  @Test func statisticsForTheOptimiserAreAllowed() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let run = try file(in: folder)
    try DatabaseQueue(path: folder.file()).inDatabase { try $0.execute(sql: "ANALYZE") }
    #expect(try folder.store().run(run).step == 2 && folder.store().verify().isSound)
  }

  /// Every column of every table, with each harmful value of its type.
  @Test(arguments: ["INTEGER", "TEXT", "BLOB", "REAL"]) func noValueOfAColumnDoesHarm(_ type: String) throws {
    let folder = try TemporaryFolder(inMemory: true)
    let run = try file(in: folder)
    let whole = try contents(of: folder.file())
    let columns = try folder.store().database.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT t.name AS table_name, c.name AS column_name FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
          WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND c.type = ?
          """, arguments: [type]
      ).map { ($0["table_name"] as String, $0["column_name"] as String) }
    }
    #expect(!columns.isEmpty)
    let values: [String] =
      switch type {
      case "INTEGER": ["-9223372036854775808", "9223372036854775807"]
      case "REAL": ["-9e999", "1e308"]
      case "BLOB": ["x''", "zeroblob(1000000)", "randomblob(32)"]
      default:
        [
          "'[9223372036854775807,2]'", "CAST(x'22ff00fe' AS TEXT)",
          "char(27) || '[2J' || char(8238) || printf('%.*c', 1000000, 'x') || char(10)",
        ]
      }
    for (table, column) in columns {
      for value in values {
        try whole.write(to: URL(fileURLWithPath: folder.file()))
        try DatabaseQueue(path: folder.file()).inDatabase { db in
          try db.execute(sql: "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF")
          // Values of unique columns differ from row to row: as many rows as possible are changed.
          try db.execute(sql: "UPDATE OR IGNORE \(table) SET \(column) = \(value)")
        }
        check(exercise(folder, run), "\(table).\(column) = \(value.prefix(60))")
      }
    }
  }

  @Test(arguments: 0..<8) func noDamagedByteDoesHarm(_ seed: Int) throws {
    let folder = try TemporaryFolder(inMemory: true)
    let run = try file(in: folder)
    let whole = try contents(of: folder.file())
    var random = RandomStream(seed: UInt64(seed), name: "damage")
    func below(_ limit: Int) -> Int { Int(random.words(1)[0]) % limit }
    // Only meaningful bytes are changed: most of a page of a small file is empty.
    let used = whole.indices.filter { whole[$0] != 0 }
    for _ in 0..<15 {
      var damaged = whole
      for _ in 0..<(1 << below(5)) {
        let place = below(8) == 0 ? below(whole.count) : used[below(used.count)]
        // The header before these bytes is checked separately, and usually ends the test at once.
        if place >= 100 { damaged[place] = below(2) == 0 ? UInt8(below(256)) : damaged[place] ^ (1 << UInt8(below(8))) }
      }
      try damaged.write(to: URL(fileURLWithPath: folder.file()))
      check(exercise(folder, run), "seed \(seed)")
    }
  }

  @Test(arguments: 0..<100) func noDamagedHeaderDoesHarm(_ place: Int) throws {
    let folder = try TemporaryFolder(inMemory: true)
    let run = try file(in: folder)
    var damaged = try contents(of: folder.file())
    for byte in [0xFF, damaged[place] ^ 1] as [UInt8] {
      damaged[place] = byte
      try damaged.write(to: URL(fileURLWithPath: folder.file()))
      check(exercise(folder, run), "byte \(place)")
    }
  }

  @Test(arguments: [0, 1, 99, 100, 32768, 100_000, 500_000]) func aFileThatIsCutOffWhileItIsOpenIsAnError(_ length: Int)
    throws
  {
    let folder = try TemporaryFolder(inMemory: true)
    let run = try file(in: folder)
    let store = try folder.store()
    #expect(truncate(folder.file(), off_t(length)) == 0)
    var errors: [any Error] = []
    for body: () throws -> Void in [
      { _ = try store.load(run) }, { _ = try store.graphs(of: run) }, { _ = try store.sampleRun() },
      { _ = try store.runs() },
    ] {
      do { try body() } catch { errors.append(error) }
    }
    #expect(!errors.isEmpty)
    check(errors + exercise(folder, run), "cut off at \(length)")
  }
}
