import GRDB
import GraphIR

extension Store {
  /// The graphs of a run by role, each checked by `Graph.verify()`.
  ///
  /// - Throws: ``StoreError`` if there is no such run or a graph is damaged.
  public func graphs(of run: String) throws -> [String: Graph] {
    try read { db in
      guard try RunTable(db: db).exists(run) else { throw Self.unknown(run) }
      let rows = try Row.fetchAll(db, sql: "SELECT role, graph FROM run_graph WHERE run = ?", arguments: [run])
      var graphs: [String: Graph] = [:]
      for row in rows {
        let role: String = try row.value("role")
        graphs[role] = try Self.checkedGraph(try row.value("graph"), role: role, run: run, db)
      }
      return graphs
    }
  }

  /// The graph of a run in a role, checked by `Graph.verify()`.
  ///
  /// - Throws: ``StoreError`` if there is no such run or graph, or the graph is damaged.
  public func graph(_ role: String, of run: String) throws -> Graph {
    try read { db in
      guard try RunTable(db: db).exists(run) else { throw Self.unknown(run) }
      let sql = "SELECT graph FROM run_graph WHERE run = ? AND role = ?"
      guard let id = try Int64.fetchOne(db, sql: sql, arguments: [run, role]) else {
        let roles = try String.fetchAll(
          db, sql: "SELECT role FROM run_graph WHERE run = ? ORDER BY role", arguments: [run])
        throw StoreError(.noGraph, "run \(run) has no graph '\(role.excerpt())'; it has \(roles.listed(5))")
      }
      return try Self.checkedGraph(id, role: role, run: run, db)
    }
  }

  private static func checkedGraph(_ id: Int64, role: String, run: String, _ db: Database) throws -> Graph {
    let graph = try GraphTable(db: db).graph(id)
    do { try graph.verify() } catch {
      throw StoreError(.corrupt, "graph '\(role.excerpt())' of run \(run) is damaged", cause: error)
    }
    return graph
  }
}
