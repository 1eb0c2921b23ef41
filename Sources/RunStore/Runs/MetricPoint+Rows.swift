import GRDB
import GRDBSQLite

extension MetricPoint {
  /// The rows of a statement with the columns `step` and `value`.
  ///
  /// A curve has a million rows. They are read with SQLite's functions: a row of GRDB takes three times as long.
  ///
  /// - Throws: `DatabaseError`.
  static func all(_ statement: Statement, atMost count: Int) throws -> [MetricPoint] {
    let handle = statement.sqliteStatement
    defer { sqlite3_reset(handle) }
    var points: [MetricPoint] = []
    points.reserveCapacity(count)
    while true {
      switch sqlite3_step(handle) {
      case SQLITE_ROW:
        let isNull = sqlite3_column_type(handle, 1) == SQLITE_NULL
        points.append(
          MetricPoint(
            step: Int(sqlite3_column_int64(handle, 0)), value: isNull ? .nan : sqlite3_column_double(handle, 1)))
      case SQLITE_DONE: return points
      case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code))
      }
    }
  }
}
