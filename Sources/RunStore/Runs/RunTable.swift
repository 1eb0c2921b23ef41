import Foundation
import GRDB

/// The tables `run` and `recipe`.
struct RunTable {
  let db: Database

  /// Writes a run under a new id and returns the id.
  func insert(_ run: NewRun, digest: Digest, step: Int) throws -> String {
    let id = try freshID()
    let now = Date().milliseconds
    try db.execute(sql: "INSERT OR IGNORE INTO recipe VALUES (?, ?)", arguments: [digest, run.recipe])
    try db.execute(
      sql: """
        INSERT INTO run (
          id, name, model, recipe, seed, algorithm, settings, status, created_at, updated_at, step, target_step,
          parent_run, parent_step, backend, machine, threads, platform, data
        ) VALUES (?, ?, ?, ?, ?, ?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        id, run.name, run.model, digest, Int64(bitPattern: run.seed), run.algorithm, run.settings, now, now, step,
        run.targetStep, run.parent?.run, run.parent?.step, run.backend, run.machine, run.threads,
        run.platform, run.data,
      ])
    return id
  }

  /// A random id of seven digits, enough for some thousand runs. After several ids that are taken, it has more digits.
  private func freshID() throws -> String {
    for attempt in 0... {
      let length = 7 + attempt / 8
      let id = (0..<length).map { _ in String(Int.random(in: 0..<16), radix: 16) }.joined()
      if try !exists(id), try !NamedGraphTable(db: db).exists(id) { return id }
    }
    preconditionFailure("an endless range ended")
  }

  func exists(_ id: String) throws -> Bool {
    try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM run WHERE id = ?)", arguments: [id]) ?? false
  }

  /// - Throws: ``StoreError`` if a run other than `own` has the name.
  func requireUnused(name: String, own: String? = nil) throws {
    let sql = "SELECT id FROM run WHERE name = ? AND id IS NOT ?"
    guard let id = try String.fetchOne(db, sql: sql, arguments: [name, own]) else { return }
    throw StoreError(
      .nameTaken,
      "run \(id) is called '\(name.excerpt())' already; choose another name",
      remedy: own == nil ? .shareName(name, of: id) : nil)
  }

  /// Runs with their latest metrics, in one query.
  ///
  /// - Parameters:
  ///   - condition: SQL on the columns of `run` and on `shown_status`, which takes dead processes into account.
  ///   - arguments: the values of the condition's placeholders.
  ///   - order: SQL to sort by.
  ///   - orderArguments: the values of the order's placeholders.
  ///   - offset: the number of runs at the start that are left out.
  ///   - limit: the maximal number of runs; nil, the default, for all.
  func all(
    where condition: String = "TRUE", _ arguments: StatementArguments = [],
    order: String = "updated_at DESC, rowid DESC",
    _ orderArguments: StatementArguments = [], offset: Int = 0, limit: Int? = nil
  ) throws -> [Run] {
    let sql = """
      WITH \(Self.shown), listed AS (
        SELECT *, row_number() OVER (ORDER BY \(order)) AS place FROM shown WHERE \(condition)
        ORDER BY place LIMIT ? OFFSET ?
      )
      SELECT listed.*, latest.key AS latest_key, latest.step AS latest_step, latest.value AS latest_value
      FROM listed LEFT JOIN latest_metric AS latest ON latest.run = listed.id ORDER BY place
      """
    let rows = try Row.fetchCursor(
      db, sql: sql, arguments: [try live()] + orderArguments + arguments + [limit ?? -1, offset])
    var runs: [Run] = []
    var metrics: [String: Metric] = [:]
    var first: Row?
    func finish() throws {
      if let row = first { runs.append(try Self.decode(row, metrics)) }
      metrics = [:]
    }
    while let row = try rows.next() {
      let place: Int = try row.value("place")
      if try first?.value("place") != place {
        try finish()
        first = row.copy()
      }
      guard try row.optional("latest_key") as String? != nil else { continue }
      let metric = try MetricTable.decode(row, prefix: "latest_")
      metrics[metric.key] = metric
    }
    try finish()
    return runs
  }

  /// The number of runs; the condition is as in ``all(where:_:order:_:offset:limit:)``.
  func count(where condition: String, _ arguments: StatementArguments) throws -> Int {
    let sql = "WITH \(Self.shown) SELECT count(*) FROM shown WHERE \(condition)"
    return try Int.fetchOne(db, sql: sql, arguments: [try live()] + arguments) ?? 0
  }

  /// The runs with the status that readers see. The placeholder is for ``live()``.
  private static let shown = """
    shown AS (
      SELECT *, rowid, iif(
        status = 'running' AND id NOT IN (SELECT value FROM json_each(?)), 'interrupted', status) AS shown_status
      FROM run
    )
    """

  /// The runs with a live process, as a JSON array.
  private func live() throws -> String {
    String(decoding: try JSONEncoder().encode(ClaimTable(db: db).liveRuns()), as: UTF8.self)
  }

  /// The tags in the column `tags` of a row.
  static func tags(_ row: Row) throws -> [String] {
    let text: String = try row.value("tags")
    guard let tags = try? JSONDecoder().decode([String].self, from: Data(text.utf8)) else {
      throw StoreError(.corrupt, "'\(text.excerpt())' is no list of tags")
    }
    return tags
  }

  private static func decode(_ row: Row, _ metrics: [String: Metric]) throws -> Run {
    let status: String = try row.value("shown_status")
    guard let status = Run.Status(rawValue: status) else {
      throw StoreError(.corrupt, "'\(status.excerpt())' is not a status of a run")
    }
    var parent: CheckpointID?
    if let run: String = try row.optional("parent_run"), let step = try row.optionalCount("parent_step") {
      parent = CheckpointID(run: run, step: step)
    }
    return Run(
      id: try row.value("id"), name: try row.optional("name"), note: try row.optional("note"),
      tags: try tags(row), model: try row.value("model"),
      recipeDigest: try row.value("recipe"), seed: UInt64(bitPattern: try row.value("seed")),
      algorithm: try row.value("algorithm"), settings: try row.value("settings"), status: status,
      message: try row.optional("message"), created: try row.date("created_at"), updated: try row.date("updated_at"),
      step: try row.count("step"),
      targetStep: try row.optionalCount("target_step"), parent: parent,
      backend: try row.value("backend"), machine: try row.value("machine"), threads: try row.count("threads"),
      platform: try row.optional("platform"), data: try row.optional("data"),
      latestMetrics: metrics)
  }
}
