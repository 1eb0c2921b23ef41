import GRDB
import GraphIR

/// One walk through a file that collects what is wrong instead of stopping at it.
final class Verification {
  let db: Database
  let path: String
  private(set) var report = VerificationReport()

  init(db: Database, path: String) {
    self.db = db
    self.path = path
  }

  func checkFile() {
    collect("file") { report in
      for line in try String.fetchAll(db, sql: "PRAGMA integrity_check") where line != "ok" {
        report.problems.append(.init(subject: "file", message: line))
      }
      for row in try Row.fetchAll(db, sql: "PRAGMA foreign_key_check") {
        let (table, parent): (String, String) = (try row.value("table"), try row.value("parent"))
        report.problems.append(.init(subject: "table \(table)", message: "a row refers to a missing row of \(parent)"))
      }
      try Schema.check(db, path: path)
    }
  }

  /// The tensors that a run's checkpoints and graphs refer to, or all of them.
  func checkTensors(of run: String?) {
    let sql = """
      SELECT id FROM tensor WHERE ?1 IS NULL OR id IN (
        SELECT tensor FROM checkpoint_tensor JOIN checkpoint ON checkpoint.id = checkpoint WHERE run = ?1
        UNION SELECT tensor FROM run_graph JOIN constant USING (graph) WHERE run = ?1
        UNION SELECT tensor FROM run_graph JOIN node USING (graph) JOIN attribute ON attribute.node = node.id WHERE run = ?1)
      """
    for id in fetch("tensors", { try Int64.fetchAll(db, sql: sql, arguments: [run]) }) {
      collect("tensor \(id)\(users(of: id))") { report in
        report.tensorCount += 1
        report.byteCount += try TensorTable(db: db).value(id, name: String(id)).value.byteCount
      }
    }
  }

  /// Where a tensor is in use, for example ` (3f9a2c1@400 critic/linear1.weight)`.
  private func users(of tensor: Int64) -> String {
    let sql = """
      SELECT group_concat(run || '@' || step || ' ' || name, ', ') FROM checkpoint_tensor
      JOIN checkpoint ON checkpoint.id = checkpoint WHERE tensor = ?
      """
    // For a message only: a file too damaged to tell gives a message without it.
    let users = try? String.fetchOne(db, sql: sql, arguments: [tensor])
    return users.map { " (\($0))" } ?? ""
  }

  /// State digests, recomputed from the tensors' own, which ``checkTensors(of:)`` has checked.
  func checkCheckpoints(of run: String?) {
    let sql = "SELECT run, step FROM checkpoint WHERE ?1 IS NULL OR run = ?1 ORDER BY run, step"
    for row in fetch("checkpoints", { try Row.fetchAll(db, sql: sql, arguments: [run]) }) {
      collect("checkpoint \(row["run"] as DatabaseValue)@\(row["step"] as DatabaseValue)") { report in
        report.checkpointCount += 1
        try CheckpointTable(db: db).checkState(CheckpointID(run: try row.value("run"), step: try row.value("step")))
      }
    }
  }

  func checkGraphs(of run: String?) {
    let sql = """
      SELECT id, name, digest FROM graph WHERE ?1 IS NULL OR id IN (SELECT graph FROM run_graph WHERE run = ?1)
      """
    for row in fetch("graphs", { try Row.fetchAll(db, sql: sql, arguments: [run]) }) {
      collect("graph '\(row["name"] as DatabaseValue)'") { report in
        report.graphCount += 1
        let graph = try GraphTable(db: db).graph(try row.value("id"))
        try graph.verify()
        guard graph.digest == (try row.value("digest")) else {
          throw StoreError(.corrupt, "it is not the graph that was written")
        }
      }
    }
  }

  private func collect(_ subject: @autoclosure () -> String, _ check: (inout VerificationReport) throws -> Void) {
    do { try check(&report) } catch { report.problems.append(.init(subject: subject(), message: "\(error)")) }
  }

  private func fetch<Element>(_ subject: String, _ body: () throws -> [Element]) -> [Element] {
    do { return try body() } catch {
      report.problems.append(.init(subject: subject, message: "\(error)"))
      return []
    }
  }
}
