import Foundation
import GRDB

/// A zoo's file: runs, their graphs, checkpoints, metrics and pictures in one SQLite database.
///
/// Any number of processes can use one file at the same time. Every change is one transaction. When a call has
/// returned, its change is on the disk. Before that, no part of it is in the file, even if the process or the machine
/// dies.
///
/// ```swift
/// let store = try Store(path: "zoo.sqlite")
/// let claim = try store.createRun(description, graphs: ["critic": critic], initial: snapshot)
/// try store.commit(later, claim: claim, metrics: metrics)
/// try store.release(claim, status: .done)
/// ```
public final class Store: Sendable {
  /// The path of the file.
  public let path: String
  /// Whether the store only reads.
  public let isReadOnly: Bool
  /// The only connection.
  package let database: DatabaseQueue
  /// The longest wait of calls that only read, and of single changes, in seconds.
  let busyTimeout: TimeInterval
  /// The longest wait of the calls of a training, in seconds.
  let trainingTimeout: TimeInterval
  let locks: LockWait
  private let file: OpenFile

  /// Opens the file at `path`, and creates it if there is none.
  ///
  /// - Parameters:
  ///   - path: the path of the file.
  ///   - readOnly: for a file that can't be written. Nothing is written to it. False by default.
  ///   - busyTimeout: the seconds that a call waits for the lock of another connection; 10 by default.
  ///   - trainingTimeout: the seconds that the calls of a training wait, 3600 by default:
  ///     ``createRun(_:graphs:initial:sharesName:owner:)``, ``resume(_:from:targetStep:discardLater:owner:force:)``,
  ///     ``commit(_:claim:metrics:events:pictures:keep:)``, ``record(_:claim:)``, ``release(_:status:message:)``.
  ///   - waiting: called about once a second while a call waits, on the waiting thread, with the seconds waited.
  /// - Throws: ``StoreError`` if the file is missing (read-only), is not a zoo's file, has a newer version, or is
  ///   damaged.
  public init(
    path: String, readOnly: Bool = false, busyTimeout: TimeInterval = 10, trainingTimeout: TimeInterval = 3600,
    waiting: @escaping @Sendable (TimeInterval) -> Void = { _ in }
  ) throws {
    self.path = path
    isReadOnly = readOnly
    self.busyTimeout = busyTimeout
    self.trainingTimeout = trainingTimeout
    let locks = LockWait(report: waiting)
    self.locks = locks
    let location = try StorePath(path)
    let file = try OpenFile(location, readOnly: readOnly)
    self.file = file
    database = try locks.operation(upTo: busyTimeout, patience: busyTimeout) { begin in
      begin()
      return try Self.mapping(path) {
        var configuration = Configuration()
        configuration.readonly = readOnly
        configuration.busyMode = .callback(locks.shouldRetry)
        configuration.label = "zoo"
        configuration.prepareDatabase { try Schema.configure($0, isNew: file.isNew, readOnly: readOnly) }
        let queue = try DatabaseQueue(path: location.absolute, configuration: configuration)
        let version = try queue.read { db in
          let version = try Schema.userVersion(db)
          try Schema.checkVersion(version, path: path, readOnly: readOnly)
          try Schema.check(db, path: path, version: version)
          return version
        }
        if version < Schema.version { try Schema.migrate(queue, path: path) }
        return queue
      }
    }
  }

  /// The paths of a store's file and of those that SQLite keeps beside it.
  public static func files(at path: String) -> [String] { ["", "-journal", "-wal", "-shm"].map { path + $0 } }

  /// Checks that a text is the path of a file, which need not exist yet.
  ///
  /// - Throws: ``StoreError`` for an empty text, a folder's path, and SQLite's special names and URIs.
  public static func checkPath(_ path: String) throws { _ = try StorePath(path) }

  /// The seconds that a call has waited for the lock of another connection; nil while none waits.
  public var waitingSeconds: TimeInterval? { locks.seconds }

  /// Calls `body` in a read transaction.
  ///
  /// - Parameters:
  ///   - limit: the seconds to wait for another connection's lock; ``busyTimeout`` by default.
  ///   - body: the reading of the database.
  func read<Result>(upTo limit: TimeInterval? = nil, _ body: (Database) throws -> Result) throws -> Result {
    try locks.operation(upTo: limit ?? busyTimeout, patience: limit ?? busyTimeout) { begin in
      try Self.mapping(path) {
        try database.read { db in
          begin()
          return try body(db)
        }
      }
    }
  }

  /// - Throws: ``StoreError`` if the store was opened for reading.
  func requireWritable() throws {
    guard !isReadOnly else { throw StoreError(.readOnly, "'\(path)' is open for reading only") }
  }

  /// Calls `body` in a transaction that holds the file's write lock from its start; an error rolls it back.
  ///
  /// - Parameters:
  ///   - limit: the seconds to wait for another connection's lock; ``busyTimeout`` by default.
  ///   - prepare: called before each attempt, outside of the transaction, to prepare data for `body`.
  ///   - body: the changes of the database, given the result of `prepare`.
  func write<Input, Result>(
    upTo limit: TimeInterval? = nil, preparing prepare: () throws -> Input,
    _ body: (Database, Input) throws -> Result
  ) throws -> Result {
    try requireWritable()
    return try locks.operation(upTo: limit ?? busyTimeout, patience: LockWait.attempt) { begin in
      let input = try prepare()
      return try Self.mapping(path) {
        try database.writeWithoutTransaction { db in
          begin()
          var result: Result?
          try db.inTransaction(.immediate) {
            result = try body(db, input)
            return .commit
          }
          guard let result else { preconditionFailure("a transaction ended without its body") }
          return result
        }
      }
    }
  }

  /// Calls `body` in a transaction, as ``write(upTo:preparing:_:)`` does.
  func write<Result>(upTo limit: TimeInterval? = nil, _ body: (Database) throws -> Result) throws -> Result {
    try write(upTo: limit, preparing: {}) { db, _ in try body(db) }
  }

  /// The number of pages that ``reclaimSpace(keeping:)`` returns at once: 128 MiB.
  static let reclaimedPages = 4096

  /// Returns free pages to the file system if they are more than `share` of all pages.
  ///
  /// Some free pages are useful: the next checkpoint uses them without a copy in the journal.
  ///
  /// - Returns: the number of returned pages, at most ``reclaimedPages``.
  @discardableResult
  func reclaimSpace(keeping share: Double = 0.5) throws -> Int {
    try locks.operation(upTo: busyTimeout, patience: LockWait.attempt) { begin in
      try Self.mapping(path) {
        try database.writeWithoutTransaction { db in
          begin()
          func pages() throws -> Int { try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0 }
          let (free, total) = (try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0, try pages())
          guard Double(free) > share * Double(total) else { return 0 }
          try db.execute(sql: "PRAGMA incremental_vacuum(\(Self.reclaimedPages))")
          return total - (try pages())
        }
      }
    }
  }

  static func mapping<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as DatabaseError {
      throw StoreError(error, path: path)
    } catch is RowDecodingError {
      throw StoreError(.corrupt, "'\(path)' is damaged: it holds a value of another kind than its column")
    }
  }
}
