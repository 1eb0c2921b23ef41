import Foundation
import GRDB

/// Deletes runs, checkpoints and named graphs with the data that only they use.
struct DeletionTable {
  let db: Database

  /// The deletion of runs, checkpoints and named graphs, not yet performed.
  ///
  /// - Throws: ``StoreError`` if one of them is unknown or must stay.
  func deletion(
    runs: [String], checkpoints: [CheckpointID], graphs: [String], force: Bool
  ) throws -> Deletion {
    let runs = Set(runs)
    let checkpoints = Set(checkpoints).filter { !runs.contains($0.run) }
    let parents = runs.union(checkpoints.map(\.run))
    let found = try RunTable(db: db).all(where: "id IN (SELECT value FROM json_each(?))", [try json(parents)])
    for id in parents.sorted() {
      guard found.contains(where: { $0.id == id }) else { throw Store.unknown(id) }
      if !force { try ClaimTable(db: db).requireUnclaimed(id) }
    }
    let table = CheckpointTable(db: db)
    var (rows, singles): ([Int64], [Deletion.Single]) = ([], [])
    for (run, ids) in Dictionary(grouping: checkpoints, by: \.run).sorted(by: { $0.key < $1.key }) {
      let steps = Set(ids.map(\.step))
      let best = try table.bestEvaluation(of: run)?.step
      let staying = try table.all(of: run).map(\.checkpoint.id.step).filter { !steps.contains($0) }
      for step in steps.sorted() {
        let (row, checkpoint) = try table.get(run, .step(step))
        guard let latest = staying.first else {
          throw StoreError(
            .noCheckpoint,
            "\(checkpoint.id) can't be deleted: run \(run) would have no checkpoint left; delete the run instead",
            remedy: .delete(run))
        }
        rows.append(row)
        singles.append(
          .init(checkpoint: checkpoint, isBest: step == best, newLatest: step > latest ? latest : nil))
      }
    }
    let entries = try Set(graphs).sorted().map { try NamedGraphTable(db: db).entry($0) }
    let gone = try sizes(runs, rows, entries.map(\.name))
    return Deletion(
      runs: found.filter { runs.contains($0.id) }, checkpointCount: gone.checkpoints, checkpoints: singles,
      graphs: entries, byteCount: gone.bytes)
  }

  /// The number of checkpoints of `runs`, and the bytes of the tensors that only those runs, the checkpoints in `rows`
  /// and the named graphs of `names` use.
  private func sizes(_ runs: Set<String>, _ rows: [Int64], _ names: [String]) throws -> (checkpoints: Int, bytes: Int) {
    let sql = """
      WITH gone_run (id) AS MATERIALIZED (SELECT value FROM json_each(?1)),
      gone_checkpoint (id) AS MATERIALIZED (
        SELECT id FROM checkpoint WHERE run IN gone_run OR id IN (SELECT value FROM json_each(?2))
      ),
      gone_name (name) AS MATERIALIZED (SELECT value FROM json_each(?3)),
      graph_use (graph, is_gone) AS (
        SELECT graph, run IN gone_run FROM run_graph UNION ALL SELECT graph, name IN gone_name FROM named_graph
      ),
      gone_graph (id) AS MATERIALIZED (SELECT graph FROM graph_use GROUP BY graph HAVING min(is_gone)),
      use (tensor, is_gone) AS (
        SELECT tensor, checkpoint IN gone_checkpoint FROM checkpoint_tensor
        UNION ALL SELECT tensor, name IN gone_name FROM named_graph_tensor
        UNION ALL SELECT tensor, graph IN gone_graph FROM constant
        UNION ALL SELECT tensor, graph IN gone_graph FROM attribute JOIN node ON node.id = node WHERE tensor IS NOT NULL
      )
      SELECT (SELECT count(*) FROM checkpoint WHERE run IN gone_run) AS checkpoints, (
        SELECT coalesce(sum(byte_count), 0) FROM tensor
        WHERE id IN (SELECT tensor FROM use GROUP BY tensor HAVING min(is_gone))
      ) AS bytes
      """
    let arguments: StatementArguments = [try json(runs), try json(rows), try json(names)]
    guard let row = try Row.fetchOne(db, sql: sql, arguments: arguments) else {
      preconditionFailure("a query without FROM has one row")
    }
    return (try row.count("checkpoints"), try row.count("bytes"))
  }

  private func json(_ values: some Collection<some Encodable>) throws -> String {
    String(decoding: try JSONEncoder().encode(Array(values)), as: UTF8.self)
  }

  func delete(_ deletion: Deletion) throws {
    for run in deletion.runs { try delete(run.id) }
    for graph in deletion.graphs { try NamedGraphTable(db: db).delete(graph.name) }
    try db.execute(sql: "DELETE FROM recipe WHERE digest NOT IN (SELECT recipe FROM run)")
    for single in deletion.checkpoints {
      let id = single.checkpoint.id
      try CheckpointTable(db: db).remove("run = ? AND step = ?", [id.run, id.step])
      var message = "deleted the checkpoint at step \(id.step)"
      if let latest = single.newLatest {
        try MetricTable(db: db).remove(after: latest, run: id.run)
        try PictureTable(db: db).remove(after: latest, run: id.run)
        try db.run(
          "UPDATE run SET step = ?, status = iif(status = 'done', 'interrupted', status) WHERE id = ?",
          [latest, id.run])
        message += ", the latest one; the run continues from step \(latest)"
      }
      try EventTable(db: db).insert(
        [Event(.discarded, step: single.newLatest ?? id.step, message: message)], run: id.run)
    }
  }

  private func delete(_ run: String) throws {
    let graphs = try Int64.fetchAll(db, sql: "SELECT DISTINCT graph FROM run_graph WHERE run = ?", arguments: [run])
    try CheckpointTable(db: db).remove("run = ?", [run])
    // Foreign keys delete the rest of the run.
    try db.run("DELETE FROM run WHERE id = ?", [run])
    try GraphTable(db: db).removeUnused(graphs)
  }
}
