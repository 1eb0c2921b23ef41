import Foundation
import GRDB

/// A copy under a temporary name. It is deleted unless it is moved to its final name.
final class BackupFile {
  private let path: String

  init(beside destination: StorePath) throws {
    guard let folder = try FileStatus(destination.folder), folder.oddity == "a folder" else {
      throw StoreError(.missingFile, "there is no folder '\(destination.folder)' for '\(destination.text)'")
    }
    path = "\(destination.folder)/.zoo-backup-\(UUID().uuidString)"
    let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw Self.failure(destination.text, errno) }
    close(file)
  }

  deinit { unlink(path) }

  /// - Throws: ``StoreError`` if there is a file at `destination`, or a journal that SQLite would use for it.
  static func checkIsFree(_ destination: StorePath) throws {
    for suffix in ["", "-journal", "-wal"]
    where try FileStatus(destination.absolute + suffix, followsLinks: false) != nil {
      throw StoreError(
        .fileExists, "'\(destination.text)\(suffix)' exists; choose another name for the copy, or move that file away")
    }
  }

  /// Writes the file with `copy`, without a journal: after a crash the file is useless.
  func write(path name: String, _ copy: (Database) throws -> Void) throws {
    do {
      var configuration = Configuration()
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF") }
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.writeWithoutTransaction { db in
        try copy(db)
        // The processes that train these runs write to the original file.
        try db.execute(sql: "DELETE FROM claim")
      }
      try queue.close()
    } catch let error as DatabaseError where [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CANTOPEN].contains(error.resultCode)
    {
      throw StoreError(error, path: name)
    }
  }

  /// Moves the file to its final name after it is on the disk, and returns its size in bytes.
  func move(to destination: StorePath) throws -> Int {
    try synchronize(path, destination)
    // Unlike a renamed file, a link does not replace a file that appeared meanwhile.
    if link(path, destination.absolute) != 0 {
      guard errno != EEXIST else { try Self.checkIsFree(destination); throw Self.failure(destination.text, EEXIST) }
      // Some file systems have no links.
      try Self.checkIsFree(destination)
      guard rename(path, destination.absolute) == 0 else { throw Self.failure(destination.text, errno) }
    }
    try synchronize(destination.folder, destination)
    return try FileStatus(destination.absolute)?.size ?? 0
  }

  private func synchronize(_ path: String, _ destination: StorePath) throws {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    defer { if file >= 0 { close(file) } }
    guard file >= 0, fsync(file) == 0 else { throw Self.failure(destination.text, errno) }
  }

  private static func failure(_ name: String, _ code: Int32) -> StoreError {
    StoreError(.readOnly, "'\(name)' can't be written: \(String(cString: strerror(code)))")
  }
}
