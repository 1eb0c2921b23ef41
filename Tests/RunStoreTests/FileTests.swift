import Foundation
import GRDB
import RunStore
import Testing

/// Opening files: those of a zoo, and all others.
@Suite struct FileTests {
  @Test func settingsAreThoseOfTheDesign() throws {
    let folder = try TemporaryFolder()
    _ = try folder.store()
    // A second connection reads its answers from the file.
    try folder.store().database.read { db in
      func pragma(_ name: String) throws -> String? { try String.fetchOne(db, sql: "PRAGMA \(name)") }
      #expect(try pragma("journal_mode") == "truncate")
      #expect(try pragma("synchronous") == "2")
      #expect(try pragma("foreign_keys") == "1")
      #expect(try pragma("page_size") == "32768")
      #expect(try pragma("auto_vacuum") == "2")
      #expect(try pragma("secure_delete") == "0")
      #expect(try pragma("trusted_schema") == "0")
      #expect(try pragma("application_id") == "2054123313")  // 'zoo1'
      #expect(try pragma("user_version") == "7")
      let lax = try String.fetchAll(
        db, sql: "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type <> 'view' AND strict = 0")
      #expect(lax == ["sqlite_schema"])
    }
  }

  @Test func anotherProgramsDatabaseIsLeftAsItIs() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("photos.sqlite")
    try DatabaseQueue(path: path).writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA journal_mode = WAL; CREATE TABLE photo (id INTEGER); INSERT INTO photo VALUES (1)")
    }
    let before = try contents(of: path)
    for readOnly in [false, true] {
      let error = #expect(throws: StoreError.self) { try folder.store("photos.sqlite", readOnly: readOnly) }
      #expect(error?.code == .foreignFile)
    }
    #expect(try contents(of: path) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["photos.sqlite"])
  }

  @Test func whatIsNoDatabaseIsLeftAsItIs() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("notes.txt")
    try "Notes, longer than the header of a database. ".repeated(10).write(
      toFile: path, atomically: true, encoding: .utf8)
    let before = try contents(of: path)
    #expect(throws: StoreError.self) { try folder.store("notes.txt") }
    #expect(try contents(of: path) == before)
  }

  @Test func aNewerVersionSaysWhichVersions() throws {
    let folder = try TemporaryFolder()
    try folder.store().database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 8") }
    let before = try contents(of: folder.file())
    let error = #expect(throws: StoreError.self) { try folder.store() }
    #expect(error?.code == .newerVersion)
    #expect(error?.message.contains("version 8") == true)
    #expect(error?.message.contains("up to 7") == true)
    #expect(try contents(of: folder.file()) == before)
  }

  @Test func aProcessThatDiedWhileItMadeTheFileLeavesAUsableOne() throws {
    let folder = try TemporaryFolder()
    // The file of a process that dies before the first migration: empty, or one page.
    try Data().write(to: URL(fileURLWithPath: folder.file("empty.sqlite")))
    #expect(try folder.store("empty.sqlite").runs() == [])
    try DatabaseQueue(path: folder.file()).writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA page_size = 32768; PRAGMA auto_vacuum = INCREMENTAL")
    }
    #expect(try contents(of: folder.file()).count == 32768)
    #expect(try folder.store().runs() == [])
    #expect(try folder.store().count("PRAGMA application_id") == 2_054_123_313)
  }

  @Test func manyProcessesCanMakeOneFile() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file()
    let stores = try await withThrowingTaskGroup(of: Store.self) { group in
      for _ in 0..<8 { group.addTask { try Store(path: path) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    for store in stores { _ = try store.sampleRun() }
    #expect(try stores[0].runs().count == 8)
    #expect(try stores[0].verify().problems == [])
  }

  @Test func aFileFromElsewhereHasAZoosTablesAndNothingElse() throws {
    let folder = try TemporaryFolder()
    _ = try folder.store().sampleRun()
    #expect(try folder.store(readOnly: true).runs().count == 1)
    try DatabaseQueue(path: folder.file()).inDatabase { db in
      try db.execute(sql: "CREATE TRIGGER spy AFTER INSERT ON metric BEGIN DELETE FROM run; END")
    }
    let error = #expect(throws: StoreError.self) { try folder.store(readOnly: true) }
    #expect(error?.code == .corrupt)
    #expect(error?.message.contains("trigger spy") == true)
  }

  @Test func aReadOnlyStoreReadsAndDoesNotWrite() throws {
    let folder = try TemporaryFolder()
    let writer = try folder.store()
    let claim = try writer.sampleRun()
    let before = try contents(of: folder.file())
    let store = try folder.store(readOnly: true)
    #expect(try store.snapshot(of: claim.run) == sampleState(0))
    #expect(try store.verify().problems == [])
    let writes: [() throws -> Void] = [
      { _ = try store.sampleRun() }, { try store.commit(sampleState(1), claim: claim) },
      { _ = try store.resume(claim.run) },
      { try store.release(claim, status: .done) },
    ]
    for write in writes { #expect(#expect(throws: StoreError.self) { try write() }?.code == .readOnly) }
    #expect(try contents(of: folder.file()) == before)
  }

  /// The superuser may write regardless of permissions, so it can't run this.
  @Test(.enabled(if: geteuid() != 0)) func rightsAreRespected() throws {
    let folder = try TemporaryFolder()
    _ = try folder.store()
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: folder.file())
    #expect(#expect(throws: StoreError.self) { try folder.store() }?.code == .readOnly)
    #expect(try folder.store(readOnly: true).runs() == [])
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
    #expect(#expect(throws: StoreError.self) { try folder.store("other.sqlite") }?.code == .readOnly)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
  }
}

extension String {
  fileprivate func repeated(_ count: Int) -> String { String(repeating: self, count: count) }
}
