import Foundation
import GRDB

extension Store {
  /// Copies the whole file, also while other processes write to it. Writers wait until the copy is complete.
  ///
  /// The copy appears under its name when it is complete and on the disk. No process has claimed the runs in it.
  ///
  /// - Parameter path: the file to create. It must not exist.
  /// - Returns: the number of bytes of the copy.
  /// - Throws: ``StoreError`` if the file exists or can't be created, or another connection locks the store for too
  ///   long.
  @discardableResult
  public func backup(to path: String) throws -> Int {
    let destination = try StorePath(path)
    try BackupFile.checkIsFree(destination)
    let file = try BackupFile(beside: destination)
    try locks.operation(upTo: busyTimeout, patience: busyTimeout) { begin in
      try Self.mapping(self.path) {
        try database.read { db in
          begin()
          try file.write(path: path) { try db.backup(to: $0) }
        }
      }
    }
    return try file.move(to: destination)
  }
}
