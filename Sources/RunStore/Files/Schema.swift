import GRDB
import Migrations

/// The format of a zoo's file: its identification, its settings and its tables.
package enum Schema {
  /// SQLite's `application_id` of a zoo's file: `zoo1` in ASCII.
  package static let applicationID: UInt32 = 0x7A6F_6F31
  /// The bytes of a page. Tensors are stored in chunks of 1 MiB, which would need many small pages.
  package static let pageSize = 32768
  /// The version that this build writes: SQLite's `user_version`, the number of migrations that were applied.
  package static var version: Int { SchemaMigrations.all.count }

  /// The settings of every connection.
  static func configure(_ db: Database, isNew: Bool, readOnly: Bool) throws {
    // Views and triggers of a foreign file must not call functions with side effects.
    try db.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY")
    if isNew, !readOnly {
      try db.execute(sql: "PRAGMA page_size = \(pageSize); PRAGMA auto_vacuum = INCREMENTAL")
    }
    // Room for a checkpoint of 25 MB and the one that it replaces. A cache that overflows writes pages before the
    // commit. After the size of a page: SQLite converts KiB to a number of pages at once.
    try db.execute(sql: "PRAGMA cache_size = -65536")
    guard !readOnly else { return }
    // Not WAL: SQLite before 3.51.3 can lose commits when two connections write and checkpoint at the same moment.
    // Debian 12 has 3.40.1.
    guard try String.fetchOne(db, sql: "PRAGMA journal_mode = TRUNCATE") == "truncate" else {
      throw DatabaseError(resultCode: .SQLITE_BUSY)
    }
    try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA secure_delete = OFF")
  }

  /// Runs the migrations that were not yet applied, all or none.
  static func migrate(_ queue: DatabaseQueue, path: String, to version: Int = Schema.version) throws {
    try queue.inTransaction(.immediate) { db in
      // Read within the transaction: another process may just have migrated the file.
      let seen = try userVersion(db)
      try checkVersion(seen, path: path, readOnly: false)
      try check(db, path: path, version: seen)
      for (index, sql) in SchemaMigrations.all.enumerated() where index >= seen && index < version {
        try db.execute(sql: sql)
        try db.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(index + 1)")
      }
      return .commit
    }
  }

  /// SQLite treats the version as a signed number, the file as an unsigned one.
  static func userVersion(_ db: Database) throws -> Int {
    Int(UInt32(bitPattern: try Int32.fetchOne(db, sql: "PRAGMA user_version") ?? 0))
  }

  /// - Throws: ``StoreError`` for a version that this build can't work with.
  static func checkVersion(_ found: Int, path: String, readOnly: Bool) throws {
    guard found <= version else {
      throw StoreError(
        .newerVersion,
        "a newer zoo wrote '\(path)': its schema has version \(found), this zoo knows versions up to \(version); "
          + "upgrade zoo")
    }
    guard found == version || !readOnly else {
      throw StoreError(
        .olderVersion,
        "'\(path)' has schema version \(found), this zoo reads \(version); open it once for writing to migrate it")
    }
  }

  /// Checks that tables, indexes, views and triggers are exactly those of a version.
  ///
  /// - Throws: ``StoreError`` that names the first difference.
  static func check(_ db: Database, path: String, version: Int = Schema.version) throws {
    let expected = try models.get()[version]
    let found = try objects(db)
    for (name, sql) in expected.sorted(by: { $0.key < $1.key }) where found[name] != sql {
      throw StoreError(
        .corrupt, "'\(path)' is damaged: \(name) is missing or not that of version \(version); restore it from a copy")
    }
    if let name = found.keys.filter({ expected[$0] == nil && statistics[$0] != found[$0] }).min() {
      throw StoreError(
        .corrupt, "'\(path)' has an unexpected \(name.excerpt(120)); restore it from a copy")
    }
  }

  /// The tables of SQLite's ANALYZE, which some tools run automatically.
  private static let statistics = [
    "table sqlite_stat1": "CREATE TABLE sqlite_stat1(tbl,idx,stat)",
    "table sqlite_stat4": "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
  ]

  /// The objects of each version, the empty file first.
  private static let models = Result<[[String: String]], any Error> {
    try DatabaseQueue().inDatabase { model in
      try [[:]]
        + SchemaMigrations.all.map { sql in
          try model.execute(sql: sql)
          return try objects(model)
        }
    }
  }

  private static func objects(_ db: Database) throws -> [String: String] {
    let rows = try Row.fetchAll(
      db,
      sql: "SELECT coalesce(type, '') || ' ' || coalesce(name, '') AS name, coalesce(sql, '') AS sql FROM sqlite_schema"
    )
    return try Dictionary(
      rows.map { (try $0.value("name"), try $0.value("sql")) }, uniquingKeysWith: { first, _ in first })
  }
}
