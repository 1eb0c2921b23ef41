import Foundation
import GRDB
import RunStore
import Testing

/// Checkpoints in the background.
@Suite struct CheckpointWriterTests {
  @Test func whatWasSubmittedIsOnTheDiskWhenItFinishes() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let claim = try store.sampleRun()
    let writer = CheckpointWriter(store: store, claim: claim, keep: KeepPolicy(last: 4))
    #expect(try writer.finish() == nil)
    for step in 1...9 {
      try writer.submit(sampleState(step), metrics: [Metric(key: "loss", step: step, value: Double(step))])
    }
    #expect(try writer.finish()?.id.step == 9)
    #expect(try writer.lastCheckpoint?.stateDigest == sampleState(9).digest)
    let other = try folder.store(readOnly: true)
    #expect(try other.snapshot(of: claim.run) == sampleState(9))
    #expect(try other.checkpoints(of: claim.run).map(\.id.step) == [9, 8, 7, 6])
    #expect(try other.metrics(of: claim.run).map(\.step) == Array(1...9))
  }

  @Test func aFailedWriteIsThrownAndNothingIsWrittenAfterIt() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let claim = try store.sampleRun()
    let writer = CheckpointWriter(store: store, claim: claim)
    try writer.submit(sampleState(1))
    try writer.finish()
    // Another process takes the run over.
    let (other, _) = try store.resume(claim.run, force: true)
    try writer.submit(sampleState(2))
    var errors = 0
    for step in 3...8 {
      do { try writer.submit(sampleState(step)) } catch let error as StoreError {
        #expect(error.code == .claimLost)
        errors += 1
      }
    }
    // Two snapshots can be submitted before the first failure shows.
    #expect(errors >= 4)
    #expect(#expect(throws: StoreError.self) { try writer.finish() }?.code == .claimLost)
    #expect(#expect(throws: StoreError.self) { try writer.submit(sampleState(9)) }?.code == .claimLost)
    #expect(try store.checkpoints(of: claim.run).map(\.id.step) == [1, 0])
    try store.commit(sampleState(2), claim: other)
  }

  @Test func aThirdSnapshotWaits() throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.file())
    let claim = try store.sampleRun()
    let writer = CheckpointWriter(store: store, claim: claim)
    let path = folder.file()
    // While another program locks the file, one snapshot is being written and one waits.
    let lock = try DatabaseQueue(path: path)
    let (isHeld, letGo) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let holder = Thread {
      try? lock.inDatabase { db in
        try db.inTransaction(.immediate) {
          isHeld.signal()
          letGo.wait()
          return .commit
        }
      }
    }
    holder.start()
    isHeld.wait()
    try writer.submit(sampleState(1))
    try writer.submit(sampleState(2))
    let third = Thread { try? writer.submit(sampleState(3)) }
    third.start()
    Thread.sleep(forTimeInterval: 0.3)
    #expect(!third.isFinished)
    letGo.signal()
    while !third.isFinished { Thread.sleep(forTimeInterval: 0.01) }
    #expect(try writer.finish()?.id.step == 3)
  }
}
