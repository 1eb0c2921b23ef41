import Foundation
import GRDBSQLite

/// A connection that can only read, for the queries of users.
///
/// GRDB sets authorizers of its own on its connections, so this one is opened with SQLite's functions. Three barriers
/// keep it from writing: the file is open for reading, `query_only` is set, and the authorizer refuses every action
/// that is not part of reading this file.
final class ReadingConnection {
  /// The action that the authorizer refused last; 0 if it refused none.
  private final class Refusal {
    var action: Int32 = 0
  }

  private let handle: OpaquePointer
  private let path: String
  private let refusal = Refusal()

  /// - Parameters:
  ///   - location: the file, which a ``Store`` has open.
  ///   - patience: the seconds to wait for another connection's lock.
  init(_ location: StorePath, patience: TimeInterval) throws {
    var opened: OpaquePointer?
    let code = sqlite3_open_v2(location.absolute, &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_EXRESCODE, nil)
    guard code == SQLITE_OK, let opened else {
      sqlite3_close_v2(opened)
      throw StoreError(.readOnly, "'\(location.text)' can't be opened; check its permissions")
    }
    (handle, path) = (opened, location.text)
    sqlite3_busy_timeout(handle, Int32(clamping: Int(patience * 1000)))
    let settings = """
      PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY; PRAGMA query_only = ON
      """
    guard sqlite3_exec(handle, settings, nil, nil, nil) == SQLITE_OK else { throw failure() }
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0)
    sqlite3_set_authorizer(
      handle,
      { refusal, action, first, second, _, _ in
        let details = [first, second].map { $0.map { String(cString: $0).lowercased() } }
        if ReadingConnection.isAllowed(action, details[0], details[1]) { return SQLITE_OK }
        if let refusal { Unmanaged<Refusal>.fromOpaque(refusal).takeUnretainedValue().action = action }
        return SQLITE_DENY
      }, Unmanaged.passUnretained(refusal).toOpaque())
  }

  deinit { sqlite3_close_v2(handle) }

  /// The pragmas that describe the file.
  private static let pragmas: Set = [
    "table_list", "table_info", "table_xinfo", "index_list", "index_info", "index_xinfo", "foreign_key_list",
    "database_list", "function_list", "pragma_list", "compile_options",
  ]
  /// Those that describe it without an argument, and set something with one.
  private static let properties: Set = [
    "user_version", "application_id", "page_count", "page_size", "freelist_count", "encoding", "query_only",
  ]

  /// Whether an action is part of reading.
  ///
  /// - Parameters:
  ///   - action: SQLite's code of the action.
  ///   - first: its first detail in lower case: the name of a pragma.
  ///   - second: its second detail in lower case: the argument of a pragma, or the name of a function.
  private static func isAllowed(_ action: Int32, _ first: String?, _ second: String?) -> Bool {
    switch action {
    case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE: return true
    // SQLite asks for this when it declares a table function, such as json_each. It refuses the statement itself.
    case SQLITE_UPDATE: return first == "sqlite_master"
    case SQLITE_FUNCTION: return second != "load_extension"
    case SQLITE_PRAGMA:
      guard let first else { return false }
      return pragmas.contains(first) || properties.contains(first) && second == nil
    default: return false
    }
  }

  /// Runs one statement and reads all of its rows: a reader that prints them slowly must not hold the file's lock.
  func rows(of sql: String) throws -> QueryResult {
    // SQLite would end the text there.
    guard !sql.utf8.contains(0) else { throw StoreError(.invalidQuery, "the query contains a NUL; remove it") }
    let statement = try sql.withCString { start in
      var (statement, rest): (OpaquePointer?, UnsafePointer<CChar>?)
      guard sqlite3_prepare_v2(handle, start, -1, &statement, &rest) == SQLITE_OK else { throw failure() }
      do { try checkNothingFollows(rest) } catch {
        sqlite3_finalize(statement)
        throw error
      }
      return statement
    }
    defer { sqlite3_finalize(statement) }
    guard let statement, sqlite3_column_count(statement) > 0, sqlite3_stmt_readonly(statement) != 0 else {
      throw StoreError(.invalidQuery, "the query is empty or has no result; expected SELECT …", remedy: .listViews)
    }
    let columns = 0..<sqlite3_column_count(statement)
    let names = columns.map { sqlite3_column_name(statement, $0).map { String(cString: $0) } ?? "" }
    var rows: [[QueryResult.Value]] = []
    var code = sqlite3_step(statement)
    while code == SQLITE_ROW {
      rows.append(columns.map { Self.value(statement, $0) })
      code = sqlite3_step(statement)
    }
    guard code == SQLITE_DONE else { throw failure() }
    return QueryResult(columns: names, rows: rows)
  }

  /// Checks that at most space and comments follow a statement.
  private func checkNothingFollows(_ rest: UnsafePointer<CChar>?) throws {
    var rest = rest
    while let start = rest, start.pointee != 0 {
      var statement: OpaquePointer?
      let code = sqlite3_prepare_v2(handle, start, -1, &statement, &rest)
      sqlite3_finalize(statement)
      guard code == SQLITE_OK, statement == nil else {
        throw StoreError(.invalidQuery, "expected one statement, found more after a semicolon; run them one by one")
      }
    }
  }

  private static func value(_ statement: OpaquePointer, _ column: Int32) -> QueryResult.Value {
    func bytes(_ start: UnsafeRawPointer?) -> UnsafeRawBufferPointer {
      UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(statement, column)))
    }
    switch sqlite3_column_type(statement, column) {
    case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
    case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
    case SQLITE_TEXT: return .text(String(decoding: bytes(sqlite3_column_text(statement, column)), as: UTF8.self))
    case SQLITE_BLOB: return .blob(Data(bytes(sqlite3_column_blob(statement, column))))
    default: return .null
    }
  }

  /// SQLite's last error.
  private func failure() -> StoreError {
    guard refusal.action == 0 else {
      let action = Self.names[refusal.action] ?? "a change"
      return StoreError(.invalidQuery, "the query is refused: expected one that only reads, found \(action)")
    }
    let message = String(cString: sqlite3_errmsg(handle)).excerpt(200)
    switch sqlite3_errcode(handle) & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED:
      return StoreError(.busy, "'\(path)' is locked by another program; try again when it is done")
    case SQLITE_CORRUPT, SQLITE_NOTADB:
      return StoreError(.corrupt, "'\(path)' is damaged; restore it from a copy", remedy: .verify)
    case SQLITE_ERROR: return StoreError(.invalidQuery, "the query can't run: \(message)", remedy: .listViews)
    case SQLITE_NOMEM, SQLITE_TOOBIG:
      return StoreError(.invalidQuery, "the result does not fit into memory: \(message); ask for less")
    case let code: return StoreError(.database, "SQLite failed on '\(path)': \(message) (code \(code))")
    }
  }

  /// The actions that queries are refused for, as users write them.
  private static let names: [Int32: String] = [
    SQLITE_ATTACH: "ATTACH", SQLITE_DETACH: "DETACH", SQLITE_PRAGMA: "PRAGMA", SQLITE_FUNCTION: "load_extension",
    SQLITE_TRANSACTION: "a transaction", SQLITE_SAVEPOINT: "a savepoint", SQLITE_INSERT: "a change",
  ]
}
