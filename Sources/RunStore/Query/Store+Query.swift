extension Store {
  /// Runs a query that only reads. `Docs/SQL.md` describes the views that it can use.
  ///
  /// ```swift
  /// let best = try store.query("SELECT run, min(value) FROM metrics WHERE name = 'wasserstein' GROUP BY run")
  /// ```
  ///
  /// - Parameter sql: one statement: `SELECT`, `WITH … SELECT`, `VALUES`, `EXPLAIN`, or a pragma that describes the
  ///   file.
  /// - Returns: all rows. The file is locked for reading until they are read.
  /// - Throws: ``StoreError`` with code `invalidQuery` for SQL that SQLite refuses, several statements, and everything
  ///   that does more than read this file; other codes if the file can't be read.
  public func query(_ sql: String) throws -> QueryResult {
    try ReadingConnection(StorePath(path), patience: busyTimeout).rows(of: sql)
  }
}
