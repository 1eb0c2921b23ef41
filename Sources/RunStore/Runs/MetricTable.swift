import GRDB

/// The tables `metric` and `latest_metric`.
struct MetricTable {
  let db: Database

  func insert(_ metrics: [Metric], run: String) throws {
    for metric in metrics {
      // SQLite has no NaN: NaN is stored as NULL.
      let value = metric.value.isNaN ? nil : metric.value
      // Not REPLACE: it copies the table's page into a statement journal for each row.
      try db.run("INSERT OR IGNORE INTO metric VALUES (?, ?, ?, ?)", [run, metric.key, metric.step, value])
      guard db.changesCount == 0 else { continue }
      try db.run(
        "UPDATE metric SET value = ? WHERE run = ? AND key = ? AND step = ?", [value, run, metric.key, metric.step])
    }
    for key in Set(metrics.map(\.key)) { try refreshLatest(run, key) }
  }

  /// Deletes metrics after `step`.
  func remove(after step: Int, run: String) throws {
    let keys = try String.fetchAll(
      db, sql: "SELECT key FROM latest_metric WHERE run = ? AND step > ?", arguments: [run, step])
    for key in keys {
      try db.run("DELETE FROM metric WHERE run = ? AND key = ? AND step > ?", [run, key, step])
      try db.run("DELETE FROM latest_metric WHERE run = ? AND key = ?", [run, key])
      try refreshLatest(run, key)
    }
  }

  private func refreshLatest(_ run: String, _ key: String) throws {
    try db.run(
      """
      INSERT OR REPLACE INTO latest_metric
      SELECT * FROM metric WHERE run = ? AND key = ? ORDER BY step DESC LIMIT 1
      """, [run, key])
  }

  func all(of run: String, keys: [String]?, steps: ClosedRange<Int>?) throws -> [Metric] {
    var sql = "SELECT key, step, value FROM metric WHERE run = ? AND step BETWEEN ? AND ?"
    var arguments: StatementArguments = [run, steps?.lowerBound ?? .min, steps?.upperBound ?? .max]
    if let keys {
      sql += " AND key IN (\(databaseQuestionMarks(count: keys.count)))"
      arguments += StatementArguments(keys)
    }
    return try Row.fetchAll(db, sql: sql + " ORDER BY key, step", arguments: arguments).map { try Self.decode($0) }
  }

  /// The metric in the columns `key`, `step` and `value`, whose names start with `prefix`.
  static func decode(_ row: Row, prefix: String = "") throws -> Metric {
    Metric(
      key: try row.value(prefix + "key"), step: try row.value(prefix + "step"),
      value: try row.optional(prefix + "value") ?? .nan)
  }
}
