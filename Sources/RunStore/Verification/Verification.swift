import GRDB
import GraphIR

/// One pass over a file that collects problems instead of stopping at the first.
final class Verification {
  private let store: Store
  private let run: String?
  private(set) var report = VerificationReport()

  init(store: Store, run: String?) {
    self.store = store
    self.run = run
  }

  func checkFile() throws {
    try collect("file") { db, report in
      for text in try String.fetchAll(db, sql: "PRAGMA integrity_check") where text != "ok" {
        for line in text.split(separator: "\n") {
          report.problems.append(.init(subject: "file", message: String(line)))
        }
      }
    }
    try collect("file") { db, report in
      for row in try Row.fetchAll(db, sql: "PRAGMA foreign_key_check") {
        let (table, parent): (String, String) = (try row.value("table"), try row.value("parent"))
        report.problems.append(.init(subject: "table \(table)", message: "a row refers to a missing row of \(parent)"))
      }
    }
    try collect("file") { db, _ in try Schema.check(db, path: store.path) }
  }

  /// The tensors that a run's checkpoints and graphs refer to, or all of them.
  func checkTensors() throws {
    let sql = """
      SELECT id FROM tensor WHERE ?1 IS NULL OR id IN (
        SELECT tensor FROM checkpoint_tensor JOIN checkpoint ON checkpoint.id = checkpoint WHERE run = ?1
        UNION SELECT tensor FROM run_graph JOIN constant USING (graph) WHERE run = ?1
        UNION SELECT tensor FROM run_graph JOIN node USING (graph) JOIN attribute ON attribute.node = node.id
        WHERE run = ?1)
      """
    for id in try list("tensors", { try Int64.fetchAll($0, sql: sql, arguments: [run]) }) {
      try collect("tensor \(id)\(users(of: id))") { db, report in
        let exists = try Bool.fetchOne(
          db, sql: "SELECT EXISTS (SELECT 1 FROM tensor WHERE id = ?)", arguments: [id])
        guard exists == true else { return }
        report.tensorCount += 1
        report.byteCount += try TensorTable(db: db).value(id, name: String(id)).value.byteCount
      }
    }
  }

  /// The checkpoints and named graphs that use a tensor, for example ` (3f9a2c1@400 critic/linear1.weight)`.
  private func users(of tensor: Int64) -> String {
    let sql = """
      SELECT group_concat(user, ', ') FROM (
        SELECT run || '@' || step || ' ' || name AS user FROM checkpoint_tensor
        JOIN checkpoint ON checkpoint.id = checkpoint WHERE tensor = ?1
        UNION ALL SELECT name || ' ' || parameter FROM named_graph_tensor WHERE tensor = ?1)
      """
    // For a message only: if the file is too damaged, the message does without it.
    let users = try? store.read { try String.fetchOne($0, sql: sql, arguments: [tensor]) }
    return users.map { " (\($0))" } ?? ""
  }

  /// Recomputes state digests from the tensors' digests, which ``checkTensors()`` has checked.
  func checkCheckpoints() throws {
    let sql = "SELECT run, step FROM checkpoint WHERE ?1 IS NULL OR run = ?1 ORDER BY run, step"
    let ids = try list("checkpoints") { db in
      try Row.fetchAll(db, sql: sql, arguments: [run]).map {
        CheckpointID(run: try $0.value("run"), step: try $0.value("step"))
      }
    }
    for id in ids {
      try collect("checkpoint \(id)") { db, report in
        let table = CheckpointTable(db: db)
        guard try table.find(id.run, .step(id.step)) != nil else { return }
        report.checkpointCount += 1
        try table.checkState(id)
      }
    }
  }

  func checkGraphs() throws {
    let sql = "SELECT id FROM graph WHERE ?1 IS NULL OR id IN (SELECT graph FROM run_graph WHERE run = ?1)"
    for id in try list("graphs", { try Int64.fetchAll($0, sql: sql, arguments: [run]) }) {
      try collect("graph \(id)") { db, report in
        let stored = try Row.fetchOne(db, sql: "SELECT digest FROM graph WHERE id = ?", arguments: [id])
        guard let stored else { return }
        report.graphCount += 1
        let graph = try GraphTable(db: db).graph(id)
        try graph.verify()
        guard graph.digest == (try stored.value("digest")) else {
          throw StoreError(.corrupt, "'\(graph.name.excerpt())' differs from the written graph")
        }
      }
    }
  }

  /// Recomputes the digests of named graphs from those of graphs and tensors, which were checked before.
  func checkNamedGraphs() throws {
    let sql = "SELECT name FROM named_graph ORDER BY name"
    for name in try list("named graphs", { try String.fetchAll($0, sql: sql) }) {
      try collect("graph '\(name.excerpt())'") { db, _ in
        let table = NamedGraphTable(db: db)
        if try table.exists(name) { try table.check(name) }
      }
    }
  }

  /// Runs one check in a transaction. Its error is a problem of `subject`, except for a lock that lasts.
  private func collect(
    _ subject: @autoclosure () -> String, _ check: (Database, inout VerificationReport) throws -> Void
  ) throws {
    do { try store.read { try check($0, &report) } } catch let error as StoreError where error.code == .busy {
      throw error
    } catch {
      report.problems.append(.init(subject: subject(), message: "\(error)"))
    }
  }

  private func list<Element>(_ subject: String, _ body: (Database) throws -> [Element]) throws -> [Element] {
    var elements: [Element] = []
    try collect(subject) { db, _ in elements = try body(db) }
    return elements
  }
}
