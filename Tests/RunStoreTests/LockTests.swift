import Foundation
import Synchronization
import Testing

@testable import RunStore

/// Another program that locks the file delays training, without other effects.
@Suite struct LockTests {
  /// A store whose trainings wait a minute, and whose other calls do not wait.
  private func patientStore(
    _ folder: TemporaryFolder, _ waiting: @escaping @Sendable (TimeInterval) -> Void = { _ in }
  ) throws -> Store {
    try Store(path: folder.file(), busyTimeout: 0.1, trainingTimeout: 60, waiting: waiting)
  }

  /// Training submits snapshots while the reader keeps the file; it would block here if it waited.
  @Test(arguments: BestEvaluation.allCases) func aReaderDoesNotStopTraining(_ best: BestEvaluation) throws {
    let folder = try TemporaryFolder()
    let store = try patientStore(folder)
    let claim = try store.sampleRun(best: best)
    let writer = CheckpointWriter(store: store, claim: claim, keep: KeepPolicy(last: 3), best: best)
    let value = best == .greatest ? 9.0 : -9
    let reader = try OtherProgram.reading(folder.file())
    for step in 1...20 {
      var metrics = [Metric(key: "loss", step: step, value: Double(step))]
      // The best checkpoint is neither the first nor the last that waits.
      if step % 4 == 0 { metrics.append(Metric(key: Metric.evaluation, step: step, value: step == 12 ? value : 1)) }
      try writer.submit(
        sampleState(step), metrics: metrics, events: [Event(.evaluationFailed, step: step, message: "event \(step)")])
    }
    #expect(try writer.lastCheckpoint == nil)
    #expect(store.waitingSeconds ?? 0 > 0)
    try reader.run("COMMIT")
    #expect(try writer.finish()?.id.step == 20)
    #expect(store.waitingSeconds == nil)
    #expect(try store.snapshot(of: claim.run) == sampleState(20))
    #expect(try store.snapshot(of: claim.run, at: .best) == sampleState(12))
    // Each metric and each event exists once.
    #expect(try store.metrics(of: claim.run, keys: ["loss"]).map(\.step) == Array(1...20))
    #expect(try store.metrics(of: claim.run, keys: [Metric.evaluation]).map(\.step) == [4, 8, 12, 16, 20])
    #expect(try store.events(of: claim.run).map(\.step) == Array(1...20))
    #expect(try store.verify().problems == [])
  }

  /// The waiting commit lets other readers proceed between its attempts.
  @Test func aWaitingCommitDoesNotLockOutOthers() throws {
    let folder = try TemporaryFolder()
    let store = try patientStore(folder)
    let claim = try store.sampleRun()
    let program = try OtherProgram.reading(folder.file())
    let writer = CheckpointWriter(store: store, claim: claim)
    try writer.submit(sampleState(1))
    while store.waitingSeconds ?? 0 < 0.5 { Thread.sleep(forTimeInterval: 0.02) }
    let other = try Store(path: folder.file(), busyTimeout: 60)
    #expect(try other.run(claim.run).step == 0)
    #expect(try writer.lastCheckpoint == nil)
    try program.run("COMMIT")
    #expect(try writer.finish()?.id.step == 1)
  }

  @Test func everyCallOfATrainingWaits() throws {
    let folder = try TemporaryFolder()
    let longest = Mutex(0.0)
    let store = try patientStore(folder) { seconds in longest.withLock { $0 = max($0, seconds) } }
    let first = try store.sampleRun()
    let calls: [@Sendable () throws -> Void] = [
      { _ = try store.sampleRun() }, { try store.commit(sampleState(1), claim: first) },
      { try store.record(Event(.changed, step: 1, message: "x"), claim: first) },
      { try store.release(first, status: .interrupted) }, { _ = try store.resume(first.run) },
    ]
    for call in calls {
      let program = try OtherProgram(folder.file(), "BEGIN IMMEDIATE")
      let outcome = Background(call)
      while store.waitingSeconds == nil { Thread.sleep(forTimeInterval: 0.01) }
      #expect(throws: StoreError.self) { try store.delete(run: "0000000") }
      while longest.withLock({ $0 }) < 1 { Thread.sleep(forTimeInterval: 0.01) }
      try program.run("COMMIT")
      try outcome.wait()
    }
    #expect(try store.runs().count == 2 && store.run(first.run).status == .running)
  }

  @Test func aLockThatOutlastsAWaitIsNotWaitedForAsLongAgain() throws {
    let locks = LockWait { _ in }
    func wait(upTo limit: Double) -> StoreError? {
      #expect(throws: StoreError.self) {
        try locks.operation(upTo: limit, patience: 0.05) { begin in
          begin()
          throw StoreError(.busy, "locked")
        }
      }
    }
    #expect(wait(upTo: 0.2)?.code == .busy)
    // The wait must be shorter than an hour.
    #expect(wait(upTo: 3600)?.code == .busy)
    #expect(locks.seconds == nil)
  }

  /// Closing any descriptor of a file releases the locks of the whole process on it.
  @Test func openingAStoreAgainKeepsTheLocksOfTheFirst() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    try store.database.inDatabase { db in
      try db.execute(sql: "BEGIN IMMEDIATE")
      defer { if db.isInsideTransaction { try? db.rollback() } }
      _ = try folder.store()
      _ = try folder.store(readOnly: true)
      let program = try OtherProgram(folder.file())
      #expect(try program.run("BEGIN IMMEDIATE") == "database is locked")
      try db.execute(sql: "COMMIT")
      #expect(try program.run("BEGIN IMMEDIATE") == "[]")
    }
  }

  /// `verify` holds no lock between checks, and concurrent deletions are not damage.
  @Test func aStoreCanBeVerifiedWhileItIsWritten() throws {
    let folder = try TemporaryFolder()
    let store = try patientStore(folder)
    let claim = try store.sampleRun(graphs: ["critic": try sampleGraph()])
    let stop = StopTime()
    let training = Background {
      var step = 0
      while !stop.hasCome {
        step += 1
        try store.commit(sampleState(step), claim: claim, keep: KeepPolicy(last: 2))
      }
      return step
    }
    while try store.run(claim.run).step == 0 {}
    let other = try Store(path: folder.file(), busyTimeout: 60)
    for _ in 0..<10 { #expect(try other.verify().problems == []) }
    stop.come()
    #expect(try training.wait() > 0)
  }
}
