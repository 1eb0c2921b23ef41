import GRDB

extension Store {
  /// The settings of a run by key, as the view `settings` has them.
  ///
  /// - Throws: ``StoreError`` if there is no such run.
  public func settings(of run: String) throws -> [(key: String, value: QueryResult.Value)] {
    try read { db in
      guard try RunTable(db: db).exists(run) else { throw Self.unknown(run) }
      let sql = "SELECT key, value FROM settings WHERE run = ? ORDER BY key"
      return try Row.fetchAll(db, sql: sql, arguments: [run]).map { row in
        (key: try row.value("key"), value: QueryResult.Value(row["value"] as DatabaseValue))
      }
    }
  }
}

extension QueryResult.Value {
  fileprivate init(_ value: DatabaseValue) {
    switch value.storage {
    case .null: self = .null
    case .int64(let number): self = .integer(number)
    case .double(let number): self = .real(number)
    case .string(let text): self = .text(text)
    case .blob(let data): self = .blob(data)
    }
  }
}
