import Foundation
import GRDB
import RunStore
import Testing

/// A path is accepted; any other text is refused at once.
@Suite struct PathTests {
  @Test(arguments: [
    "", ":memory:", "file:zoo.sqlite", "file:zoo.sqlite?mode=memory", "file::memory:", "a\0b", "folder/",
  ])
  func whatNamesNoFileIsRefused(_ text: String) throws {
    for readOnly in [false, true] {
      let error = #expect(throws: StoreError.self) { try Store(path: text, readOnly: readOnly) }
      #expect(error?.code == .invalidPath, "\(text)")
    }
    let store = try TemporaryFolder().store()
    #expect(#expect(throws: StoreError.self) { try store.backup(to: text) }?.code == .invalidPath)
  }

  @Test(arguments: [
    "file:zoo.sqlite", "file:zoo?mode=memory", ":memory:", "zoo?mode=ro", "a#b", "%41.sqlite", "~", "two words", "é",
    "-x",
    "'quoted'", "line\nbreak", "*",
  ])
  func anyNameInAFolderIsTakenAsItIs(_ name: String) throws {
    let folder = try TemporaryFolder()
    let claim = try folder.store(name).sampleRun()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).contains(name))
    #expect(try folder.store(name, readOnly: true).snapshot(of: claim.run) == sampleState(0))
    try folder.store(name).backup(to: folder.file(name + " copy"))
    #expect(try folder.store(name + " copy").runs().map(\.id) == [claim.run])
  }

  @Test func pathsThatAreTooLongSaySo() throws {
    let folder = try TemporaryFolder()
    var path = folder.path
    while path.utf8.count < 300 { path += "/" + String(repeating: "d", count: 100) }
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    path += "/"
    _ = try Store(path: path + String(repeating: "x", count: 504 - path.utf8.count)).sampleRun()
    let error = #expect(throws: StoreError.self) {
      try Store(path: path + String(repeating: "x", count: 505 - path.utf8.count))
    }
    #expect(error?.code == .invalidPath && error?.message.contains("505 bytes") == true, "\(error as Any)")
  }

  /// Opening a pipe would wait for another program to write into it.
  @Test(arguments: ["pipe", "socket", "folder", "/dev/null", "/dev/zero", "/dev/tty"])
  func whatIsNoFileIsRefusedWithoutOpeningIt(_ kind: String) throws {
    let folder = try TemporaryFolder()
    let path = kind.hasPrefix("/") ? kind : folder.file(kind)
    switch kind {
    case "pipe": #expect(mkfifo(path, 0o600) == 0)
    case "folder": #expect(mkdir(path, 0o700) == 0)
    case "socket":
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["python3", "-c", "import socket; socket.socket(socket.AF_UNIX).bind('\(path)')"]
      try process.run()
      process.waitUntilExit()
    default: break
    }
    let word = kind.hasPrefix("/") ? "a device" : "a \(kind)"
    for readOnly in [false, true] {
      let error = #expect(throws: StoreError.self) { try Store(path: path, readOnly: readOnly) }
      #expect(error?.code == .notADatabase && error?.message.contains(word) == true, "\(error as Any)")
    }
  }

  /// SQLite would write through a link with the name of one of its own files, and truncate the link's target.
  @Test(arguments: ["-journal", "-wal", "-shm"], ["a symbolic link", "a folder", "a pipe"])
  func filesOfSQLitesMustBeFiles(_ suffix: String, _ kind: String) throws {
    let folder = try TemporaryFolder()
    _ = try folder.store().sampleRun()
    let (companion, treasure) = (folder.file() + suffix, folder.file("treasure"))
    try? FileManager.default.removeItem(atPath: companion)
    try "gold".write(toFile: treasure, atomically: true, encoding: .utf8)
    switch kind {
    case "a symbolic link": try FileManager.default.createSymbolicLink(atPath: companion, withDestinationPath: treasure)
    case "a folder": #expect(mkdir(companion, 0o700) == 0)
    default: #expect(mkfifo(companion, 0o600) == 0)
    }
    // The same through a link to the store: SQLite's files are in the folder of the file itself.
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link.sqlite"), withDestinationPath: folder.file())
    for name in ["zoo.sqlite", "link.sqlite"] {
      let error = #expect(throws: StoreError.self) { try folder.store(name) }
      #expect(error?.message.contains("zoo.sqlite\(suffix)' is \(kind)") == true, "\(error as Any)")
    }
    #expect(try contents(of: treasure) == Data("gold".utf8))
  }

  /// SQLite deletes the file that such a journal names, after it has rolled the journal back.
  @Test func aJournalThatNamesAnotherFileIsRefused() throws {
    let folder = try TemporaryFolder()
    _ = try folder.store().sampleRun()
    let treasure = folder.file("treasure")
    try "gold".write(toFile: treasure, atomically: true, encoding: .utf8)
    func big(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
    let magic: [UInt8] = [0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7]
    let pages = try contents(of: folder.file()).count / 32768
    // A header without pages, then the name with its length and the sum of its bytes.
    let header = magic + big(0) + big(0) + big(pages) + big(512) + big(32768)
    let name = Array(treasure.utf8)
    let pointer = big((1 << 30) / 32768 + 1) + name + big(name.count) + big(name.reduce(0) { $0 + Int($1) }) + magic
    let journal = header + [UInt8](repeating: 0, count: 512 - header.count) + pointer
    try Data(journal).write(to: URL(fileURLWithPath: folder.file() + "-journal"))
    let error = #expect(throws: StoreError.self) { try folder.store() }
    #expect(error?.code == .corrupt && error?.message.contains("-journal") == true, "\(error as Any)")
    #expect(try contents(of: treasure) == Data("gold".utf8))
  }

  @Test func aFileInWriteAheadModeIsTakenBackFromIt() throws {
    let folder = try TemporaryFolder()
    let run = try folder.store().sampleRun().run
    do {
      // While another program uses that mode, the file can't leave it.
      let program = try OtherProgram(folder.file(), "PRAGMA journal_mode = WAL")
      #expect(try program.run("SELECT count(*) FROM run") == "[(1,)]")
      #expect(#expect(throws: StoreError.self) { try folder.store() }?.code == .busy)
    }
    _ = try OtherProgram(folder.file()).run("PRAGMA journal_mode = WAL")
    let mode = try folder.store().database.inDatabase { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
    #expect(mode == "truncate")
    #expect(try folder.store().snapshot(of: run) == sampleState(0))
  }
}
