import Foundation
import GRDB

/// A zoo's file: runs, their graphs, checkpoints and metrics in one SQLite database.
///
/// Any number of processes can use one file at the same time. Every change is one transaction: what a call has returned
/// from is on the disk, and what it has not is not there at all, whenever the process or the machine dies.
///
/// ```swift
/// let store = try Store(path: "zoo.sqlite")
/// let claim = try store.createRun(description, graphs: ["critic": critic], initial: snapshot)
/// try store.commit(later, claim: claim, metrics: metrics)
/// try store.release(claim, status: .done)
/// ```
public final class Store: Sendable {
  /// Where the file is.
  public let path: String
  /// Whether the store only reads.
  public let isReadOnly: Bool
  /// The one connection.
  package let database: DatabaseQueue

  /// Opens the file at `path`, and makes it where there is none.
  ///
  /// - Parameters:
  ///   - readOnly: for a file that someone else wrote. Its tables must be a zoo's exactly, and nothing is written.
  ///   - busyTimeout: how long a call waits for another connection's transaction, in seconds.
  /// - Throws: ``StoreError`` where the file is missing (read-only), is no zoo's file, is of a newer version, or is damaged.
  public init(path: String, readOnly: Bool = false, busyTimeout: TimeInterval = 10) throws {
    self.path = path
    isReadOnly = readOnly
    let isNew = try FileCheck.isNew(path, readOnly: readOnly)
    database = try Self.mapping(path) {
      var configuration = Configuration()
      configuration.readonly = readOnly
      configuration.busyMode = .timeout(busyTimeout)
      configuration.label = "zoo"
      configuration.prepareDatabase { try Schema.configure($0, isNew: isNew, readOnly: readOnly) }
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      let version = try queue.read(Schema.userVersion)
      try Schema.checkVersion(version, path: path, readOnly: readOnly)
      if version < Schema.version { try Schema.migrate(queue) }
      if readOnly { try queue.read { try Schema.check($0, path: path) } }
      return queue
    }
  }

  /// Calls `body` in a transaction that reads.
  func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try Self.mapping(path) { try database.read(body) }
  }

  /// - Throws: ``StoreError`` where the store was opened for reading.
  func requireWritable() throws {
    guard !isReadOnly else { throw StoreError(.readOnly, "'\(path)' is open for reading only") }
  }

  /// Calls `body` in a transaction that holds the file's write lock from its beginning; an error rolls it back.
  func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try requireWritable()
    return try Self.mapping(path) {
      try database.writeWithoutTransaction { db in
        var result: Result?
        try db.inTransaction(.immediate) {
          result = try body(db)
          return .commit
        }
        guard let result else { preconditionFailure("a transaction ended without its body") }
        return result
      }
    }
  }

  /// Gives free pages back to the file system where they outweigh what is in use, at most 128 MiB at a time.
  ///
  /// Free pages are where the next checkpoint goes without a copy in the journal, so some are good to have.
  func reclaimSpace() throws {
    try Self.mapping(path) {
      try database.writeWithoutTransaction { db in
        let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
        let total = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        if free > total / 2 { try db.execute(sql: "PRAGMA incremental_vacuum(4096)") }
      }
    }
  }

  private static func mapping<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as DatabaseError { throw StoreError(error, path: path) }
  }
}
