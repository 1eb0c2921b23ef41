import Foundation

/// What can be said about a file before SQLite opens it.
enum FileCheck {
  /// Checks that `path` is a zoo's file, or, unless `readOnly`, can become one. Says whether it holds nothing yet.
  ///
  /// - Throws: ``StoreError`` for a missing file or folder, a folder, another kind of file, another program's database, or
  ///   one of a newer version.
  static func isNew(_ path: String, readOnly: Bool) throws -> Bool {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      guard !readOnly else { throw StoreError(.missingFile, "there is no file '\(path)' to read") }
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
      guard FileManager.default.fileExists(atPath: folder) else {
        throw StoreError(.missingFile, "there is no folder '\(folder)' to make '\(path)' in")
      }
      guard FileManager.default.isWritableFile(atPath: folder) else {
        throw StoreError(.readOnly, "'\(path)' can't be made: its folder can't be written to")
      }
      return true
    }
    guard !isFolder.boolValue else { throw StoreError(.notADatabase, "'\(path)' is a folder, not a zoo's file") }
    guard readOnly || FileManager.default.isWritableFile(atPath: path) else {
      throw StoreError(.readOnly, "'\(path)' can't be written to; change its rights, or work on a copy")
    }
    let bytes = try head(of: path)
    if bytes.isEmpty {
      guard !readOnly else { throw StoreError(.notADatabase, "'\(path)' is empty") }
      return true
    }
    guard let header = FileHeader(bytes) else {
      // A process that died while it made the file leaves a journal, from which SQLite mends it.
      if try !readOnly && hasJournal(path) { return true }
      throw StoreError(.notADatabase, "'\(path)' is no SQLite database; choose another path for the zoo")
    }
    if header.isUnfinished && !readOnly { return true }
    guard header.applicationID == Schema.applicationID else {
      throw StoreError(
        .foreignFile,
        "'\(path)' is an SQLite database of another program (application_id \(header.applicationID), "
          + "a zoo's is \(Schema.applicationID)); it was left as it is, choose another path for the zoo")
    }
    try Schema.checkVersion(header.userVersion, path: path, readOnly: readOnly)
    return false
  }

  private static func head(of path: String) throws -> [UInt8] {
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      return try file.read(upToCount: 100).map(Array.init) ?? []
    } catch {
      throw StoreError(.readOnly, "'\(path)' can't be read; check its rights: \(error.localizedDescription)")
    }
  }

  private static func hasJournal(_ path: String) throws -> Bool {
    let journal = path + "-journal"
    return try FileManager.default.fileExists(atPath: journal) && !head(of: journal).isEmpty
  }
}
