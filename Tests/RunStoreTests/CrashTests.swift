import Checkpointing
import Foundation
import GRDB
import GraphIR
import RunStore
import Testing

/// The files of a process that dies in the middle of a commit.
@Suite struct CrashTests {
  /// Copies the database and its journal when a transaction is about to be committed, as a crash would leave them.
  private final class Crash: TransactionObserver {
    let source: String
    let destination: String
    init(source: String, destination: String) {
      self.source = source
      self.destination = destination
    }
    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseWillCommit() throws {
      for suffix in ["", "-journal"] {
        try FileManager.default.copyItem(atPath: source + suffix, toPath: destination + suffix)
      }
    }
    func databaseDidCommit(_ db: Database) {}
    func databaseDidRollback(_ db: Database) {}
  }

  @Test func aCommitThatWasCutShortNeverHappened() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let claim = try store.sampleRun()
    func large(_ step: Int) -> TrainingState {
      var state = sampleState(step)
      state.tensors["large"] = TensorValue(repeating: Double(step), type: TensorType(.float32, [1_000_000]))
      return state
    }
    for step in 1...4 {
      try store.commit(
        large(step), claim: claim, metrics: [Metric(key: "loss", step: step, value: Double(step))],
        keep: KeepPolicy(last: 2))
    }
    // A small cache: pages reach the file before the commit.
    try store.database.inDatabase { try $0.execute(sql: "PRAGMA cache_size = 10") }
    let before = try contents(of: folder.file())
    let crash = Crash(source: folder.file(), destination: folder.file("crashed.sqlite"))
    store.database.add(transactionObserver: crash, extent: .observerLifetime)
    try store.commit(
      large(5), claim: claim, metrics: [Metric(key: "loss", step: 5, value: 5)], keep: KeepPolicy(last: 2))
    #expect(try contents(of: folder.file("crashed.sqlite")) != before)
    #expect(try contents(of: folder.file("crashed.sqlite-journal")).count > 32768)

    let mended = try folder.store("crashed.sqlite")
    #expect(try mended.snapshot(of: claim.run) == large(4))
    #expect(try mended.checkpoints(of: claim.run).map(\.id.step) == [4, 3])
    #expect(try mended.metrics(of: claim.run).map(\.step) == [1, 2, 3, 4])
    #expect(try mended.verify().problems == [])
    #expect(try store.snapshot(of: claim.run) == large(5))
  }

  @Test func withoutTheJournalTheDamageIsFound() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let claim = try store.sampleRun()
    func large(_ value: Double, _ step: Int) -> TrainingState {
      TrainingState(
        step: step, tensors: ["large": TensorValue(repeating: value, type: TensorType(.float32, [1_000_000]))])
    }
    for step in 1...4 { try store.commit(large(Double(step), step), claim: claim, keep: KeepPolicy(last: 1)) }
    try store.database.inDatabase { try $0.execute(sql: "PRAGMA cache_size = 10") }
    let crash = Crash(source: folder.file(), destination: folder.file("crashed.sqlite"))
    store.database.add(transactionObserver: crash, extent: .observerLifetime)
    try store.commit(large(5, 5), claim: claim, keep: KeepPolicy(last: 1))
    try FileManager.default.removeItem(atPath: folder.file("crashed.sqlite-journal"))
    #expect(try folder.store("crashed.sqlite").verify().isSound == false)
  }
}
