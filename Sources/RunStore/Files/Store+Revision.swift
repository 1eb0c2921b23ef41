import GRDB

extension Store {
  /// A text that changes whenever a listing of the file may have changed: with every transaction of any process, and
  /// with the death of a process that trains a run. Texts of different stores can be equal.
  ///
  /// - Throws: ``StoreError`` if the file can't be read.
  public func revision() throws -> String {
    try read { db in
      // The pragma counts the changes of other connections, the function those of this one.
      let others = try Int.fetchOne(db, sql: "PRAGMA data_version") ?? 0
      let own = try Int.fetchOne(db, sql: "SELECT total_changes()") ?? 0
      let live = try ClaimTable(db: db).liveRuns().sorted()
      return "\(others).\(own).\(live.joined(separator: "."))"
    }
  }
}
