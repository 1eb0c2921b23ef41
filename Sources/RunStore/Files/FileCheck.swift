import Foundation

/// The checks of a file before SQLite opens it.
enum FileCheck {
  /// The status of the file at `path`. A missing file is created, unless `readOnly`.
  ///
  /// - Throws: ``StoreError`` for a missing file or folder, missing permissions, or an entry that is not a file.
  static func status(_ path: StorePath, readOnly: Bool) throws -> FileStatus {
    guard let status = try FileStatus(path.absolute) else {
      guard !readOnly else { throw StoreError(.missingFile, "there is no file '\(path.text)' to read") }
      return try made(path)
    }
    if let oddity = status.oddity {
      throw StoreError(.notADatabase, "'\(path.text)' is \(oddity), expected a zoo's file")
    }
    guard readOnly || access(path.absolute, W_OK) == 0 else {
      throw StoreError(.readOnly, "'\(path.text)' can't be written to; change its permissions, or work on a copy")
    }
    try checkCompanions(of: path)
    return status
  }

  private static func made(_ path: StorePath) throws -> FileStatus {
    guard let folder = try FileStatus(path.folder), folder.oddity == "a folder" else {
      throw StoreError(.missingFile, "there is no folder '\(path.folder)' for '\(path.text)'")
    }
    let file = open(path.absolute, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard file >= 0 else {
      let reason = String(cString: strerror(errno))
      throw StoreError(
        .readOnly, "'\(path.text)' can't be created: \(reason); check the permissions of its folder")
    }
    close(file)
    guard let status = try FileStatus(path.absolute) else {
      throw StoreError(.missingFile, "'\(path.text)' was deleted while it was created")
    }
    return status
  }

  /// Checks the files that SQLite keeps beside `path`: SQLite would write through a link, and truncate the target.
  private static func checkCompanions(of path: StorePath) throws {
    guard let file = realpath(path.absolute, nil) else { return }
    defer { free(file) }
    for suffix in ["-journal", "-wal", "-shm"] {
      let companion = String(cString: file) + suffix
      guard let status = try FileStatus(companion, followsLinks: false) else { continue }
      if let oddity = status.oddity {
        throw StoreError(.corrupt, "'\(companion)' is \(oddity), expected a file of SQLite; move it away")
      }
      if suffix == "-journal", try namesAnotherFile(companion, status.size) {
        throw StoreError(
          .corrupt, "'\(companion)' belongs to a transaction over several files, expected one file; move it away")
      }
    }
  }

  /// Whether a journal ends with the name of a super-journal. SQLite would delete that file. A zoo has none.
  ///
  /// Source: "Database File Format", section 3, and `readSuperJournal` in SQLite's `pager.c`.
  private static func namesAnotherFile(_ journal: String, _ size: Int) throws -> Bool {
    let magic: [UInt8] = [0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7]
    guard size >= magic.count else { return false }
    return try bytes(of: journal, from: size - magic.count, count: magic.count) == magic
  }

  /// Whether the file at `path` is new and has no content.
  ///
  /// - Throws: ``StoreError`` for another kind of file, another program's database, or one of a newer version.
  static func isNew(_ path: StorePath, readOnly: Bool) throws -> Bool {
    let bytes = try Self.bytes(of: path.absolute)
    if bytes.isEmpty {
      guard !readOnly else { throw StoreError(.notADatabase, "'\(path.text)' is empty") }
      return true
    }
    guard let header = FileHeader(bytes) else {
      // A process that died while it created the file leaves a journal. SQLite repairs the file from it.
      if try !readOnly && hasJournal(path) { return true }
      throw StoreError(.notADatabase, "'\(path.text)' is not an SQLite database; choose another path for the zoo")
    }
    if header.isUnfinished && !readOnly { return true }
    guard header.applicationID == Schema.applicationID else {
      throw StoreError(
        .foreignFile,
        "'\(path.text)' is an SQLite database of another program: expected application_id \(Schema.applicationID), "
          + "found \(header.applicationID); it is unchanged, choose another path for the zoo")
    }
    try Schema.checkVersion(header.userVersion, path: path.text, readOnly: readOnly)
    return false
  }

  private static func bytes(of path: String, from offset: Int = 0, count: Int = 100) throws -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    defer { if file >= 0 { close(file) } }
    var bytes = [UInt8](repeating: 0, count: count)
    let read = file < 0 ? -1 : pread(file, &bytes, count, off_t(offset))
    guard read >= 0 else {
      throw StoreError(
        .readOnly, "'\(path.excerpt(120))' can't be read: \(String(cString: strerror(errno))); check its permissions")
    }
    return Array(bytes.prefix(read))
  }

  private static func hasJournal(_ path: StorePath) throws -> Bool {
    guard let file = realpath(path.absolute, nil) else { return false }
    defer { free(file) }
    let journal = String(cString: file) + "-journal"
    return try FileStatus(journal).map { $0.size > 0 } ?? false
  }
}
