import Checkpointing
import Foundation
import GRDB
import GraphIR
import RunStore
import Testing

/// Every kind of failure, provoked for real if possible.
@Suite struct ErrorTests {
  @Test(arguments: StoreError.Code.allCases) func everyCodeHasItsCause(_ code: StoreError.Code) throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: StoreError.self) { try provoke(code, in: folder) }
    #expect(error?.code == code)
    #expect(error?.message.isEmpty == false)
  }

  /// The switch has no default: a new code without a cause here does not compile.
  private func provoke(_ code: StoreError.Code, in folder: TemporaryFolder) throws {
    func write(_ text: String) throws { try text.write(toFile: folder.file(), atomically: true, encoding: .utf8) }
    func pragma(_ sql: String) throws {
      try folder.store().database.inDatabase { try $0.execute(sql: "PRAGMA " + sql) }
    }
    switch code {
    case .notADatabase:
      try write("name: wgan-gp-fashion")
      _ = try folder.store()
    case .foreignFile:
      try DatabaseQueue(path: folder.file()).inDatabase { try $0.execute(sql: "CREATE TABLE photo (id INTEGER)") }
      _ = try folder.store()
    case .newerVersion:
      try pragma("user_version = 99")
      _ = try folder.store()
    case .olderVersion:
      try pragma("user_version = 0")
      _ = try folder.store(readOnly: true)
    case .fileExists: try folder.store().backup(to: folder.file())
    case .invalidPath: _ = try Store(path: "")
    case .missingFile: _ = try folder.store(readOnly: true)
    // A folder of the kernel's, in which no process can create a file.
    case .readOnly: _ = try Store(path: "/proc/zoo.sqlite")
    case .diskFull:
      let store = try folder.store()
      try store.database.inDatabase { db in
        let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        try db.execute(sql: "PRAGMA max_page_count = \(pages + 4)")
      }
      let large = TensorValue(repeating: 1, type: TensorType(.float32, [100_000]))
      _ = try store.createRun(newRun(), graphs: [:], initial: TrainingState(step: 0, tensors: ["large": large]))
    case .busy:
      let store = try folder.store()
      try folder.store().database.inTransaction(.immediate) { _ in
        _ = try store.sampleRun()
        return .rollback
      }
    case .corrupt:
      let run = try folder.store().sampleRun().run
      let length = try contents(of: folder.file()).count
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file()))
      try file.seek(toOffset: 2 * 32768)
      try file.write(contentsOf: Data(repeating: 0xAB, count: length - 2 * 32768))
      try file.close()
      _ = try folder.store().run(run)
    case .corruptTensor:
      let store = try folder.store()
      let run = try store.sampleRun().run
      try store.database.inDatabase { try $0.execute(sql: "UPDATE tensor_chunk SET bytes = zeroblob(length(bytes))") }
      _ = try store.snapshot(of: run)
    case .unknownRun: _ = try folder.store().run("3f9a2c1")
    case .ambiguousReference:
      let store = try folder.store()
      for _ in 0..<2 { _ = try store.sampleRun(name: "twin") }
      _ = try store.resolve("twin")
    case .noCheckpoint:
      let store = try folder.store()
      _ = try store.snapshot(of: try store.sampleRun().run, at: .step(7))
    case .noTensor:
      let store = try folder.store()
      _ = try store.tensor("critic/bias", of: try store.sampleRun().run)
    case .noGraph:
      let store = try folder.store()
      _ = try store.graph("critic", of: try store.sampleRun().run)
    case .claimed:
      let store = try folder.store()
      _ = try store.resume(try store.sampleRun().run)
    case .notRunning:
      let store = try folder.store()
      let claim = try store.sampleRun()
      try store.release(claim, status: .done)
      try store.stop(claim.run)
    case .claimLost:
      let store = try folder.store()
      let claim = try store.sampleRun()
      try store.release(claim, status: .done)
      try store.commit(sampleState(1), claim: claim)
    case .outOfOrder:
      let store = try folder.store()
      let claim = try store.sampleRun()
      try store.commit(sampleState(2), claim: claim)
      try store.commit(sampleState(1), claim: claim)
    case .nameTaken:
      let store = try folder.store()
      for _ in 0..<2 {
        _ = try store.createRun(newRun(name: "twin"), graphs: [:], initial: sampleState(0), sharesName: false)
      }
    case .wouldDiscard:
      let store = try folder.store()
      let claim = try store.sampleRun()
      try store.commit(sampleState(1), claim: claim)
      try store.release(claim, status: .interrupted)
      _ = try store.resume(claim.run, from: .step(0))
    case .unknownGraph: _ = try folder.store().namedGraph("digits")
    case .invalidGraph:
      try folder.store().add(NamedGraph(name: "digits", graph: sampleGraph(), parameters: [:]))
    case .invalidName: _ = try folder.store().sampleRun(name: "me@home")
    case .invalidQuery: _ = try folder.store().query("SELECT * FROM trains")
    case .database: throw StoreError(DatabaseError(resultCode: .SQLITE_IOERR), path: folder.file())
    }
  }

  @Test func messagesNameWhatToLookAt() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let claim = try store.sampleRun()
    try store.commit(sampleState(5), claim: claim)
    func message(_ body: () throws -> Void) -> String {
      (#expect(throws: StoreError.self) { try body() })?.description ?? ""
    }
    #expect(message { _ = try store.snapshot(of: claim.run, at: .step(7)) }.contains("at 5, 0"))
    #expect(message { _ = try store.resume(claim.run) }.contains("process \(getpid()) on"))
    try store.database.inDatabase { try $0.execute(sql: "UPDATE tensor_chunk SET bytes = zeroblob(length(bytes))") }
    #expect(message { _ = try store.snapshot(of: claim.run) }.contains("\(claim.run)@5 "))
    #expect(message { _ = try folder.store("missing.sqlite", readOnly: true) }.contains("missing.sqlite"))
    #expect(message { _ = try store.graph("critic", of: claim.run) }.contains("'critic'"))
  }

  @Test func aNulInANameIsRefused() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    var state = sampleState(0)
    state.counters["a\0b"] = 1
    #expect(
      #expect(throws: StoreError.self) { try store.createRun(newRun(), graphs: [:], initial: state) }?.code
        == .invalidName)
    let graph = try sampleGraph(name: "a\0b")
    #expect(
      #expect(throws: StoreError.self) { try store.createRun(newRun(), graphs: ["g": graph], initial: sampleState(0)) }?
        .code
        == .invalidName)
    #expect(try store.runs() == [])
  }
}
