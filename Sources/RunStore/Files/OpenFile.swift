import Foundation
import Synchronization

/// A file that a store of this process has open, or is about to open.
///
/// POSIX releases all locks that a process has on a file when the process closes any descriptor of it. A file that
/// SQLite has open is therefore not opened a second time to read its header.
///
/// Source: "How To Corrupt An SQLite Database File", section 2.2, https://www.sqlite.org/howtocorrupt.html.
final class OpenFile: Sendable {
  private static let counts = Mutex<[FileStatus.Identity: Int]>([:])

  private let identity: FileStatus.Identity
  /// Whether the file is new and has no content.
  let isNew: Bool

  /// Checks the file at `path`. A missing file is created, unless `readOnly`.
  ///
  /// - Throws: as ``FileCheck``.
  init(_ path: StorePath, readOnly: Bool) throws {
    (identity, isNew) = try Self.counts.withLock { counts in
      let status = try FileCheck.status(path, readOnly: readOnly)
      let isOpen = counts[status.identity] != nil
      let isNew = try isOpen ? status.size == 0 : FileCheck.isNew(path, readOnly: readOnly)
      counts[status.identity, default: 0] += 1
      return (status.identity, isNew)
    }
  }

  deinit {
    Self.counts.withLock { counts in
      let count = counts[identity, default: 1] - 1
      counts[identity] = count == 0 ? nil : count
    }
  }
}
