import Checkpointing
import Foundation
import GRDB
import RunStore
import Testing

/// Pictures of runs: written with checkpoints, and deleted as metrics are.
@Suite struct PictureTests {
  private let folder = try? TemporaryFolder()

  /// A run with checkpoints at steps 0, 2, 4 and 6, and pictures at steps 1 to 6.
  private func run() throws -> (store: Store, claim: Claim) {
    let store = try #require(folder).store()
    let claim = try store.sampleRun()
    for step in [2, 4, 6] {
      try store.commit(
        sampleState(step), claim: claim, pictures: [samplePicture(step - 1), samplePicture(step)],
        keep: KeepPolicy(last: 9))
    }
    return (store, claim)
  }

  private func steps(_ store: Store, _ run: String) throws -> [Int] { try store.pictures(of: run).map(\.step) }

  @Test func theyAreReadBack() throws {
    let (store, claim) = try run()
    let reader = try #require(folder).store(readOnly: true)
    #expect(try steps(reader, claim.run) == [1, 2, 3, 4, 5, 6])
    #expect(try reader.pictures(of: claim.run).allSatisfy { $0.name == "samples" && $0.byteCount == 100 })
    for step in 1...6 {
      #expect(try reader.picture("samples", at: step, of: claim.run) == samplePicture(step).png)
    }
    #expect(try reader.picture("samples", at: 7, of: claim.run) == nil)
    #expect(try reader.picture("others", at: 1, of: claim.run) == nil)
    // Other names are other pictures; the same name and step is the same one.
    var again = samplePicture(6)
    again.png = Data([1, 2, 3])
    try store.commit(sampleState(7), claim: claim, pictures: [again, samplePicture(6, name: "others")])
    #expect(try reader.pictures(of: claim.run).map(\.name) == ["others"] + [String](repeating: "samples", count: 6))
    #expect(try reader.picture("samples", at: 6, of: claim.run) == Data([1, 2, 3]))
    #expect(try reader.picture("others", at: 6, of: claim.run) == samplePicture(6).png)
    #expect(#expect(throws: StoreError.self) { try reader.pictures(of: "0000000") }?.code == .unknownRun)
    #expect(#expect(throws: StoreError.self) { try reader.picture("samples", at: 1, of: "0") }?.code == .unknownRun)
  }

  @Test func aPictureAfterTheStateIsRefused() throws {
    let (store, claim) = try run()
    let error = #expect(throws: StoreError.self) {
      try store.commit(sampleState(8), claim: claim, pictures: [samplePicture(8), samplePicture(9)])
    }
    #expect(error?.code == .outOfOrder && error?.message.contains("'samples': expected at most") == true)
    #expect(try steps(store, claim.run) == [1, 2, 3, 4, 5, 6] && store.run(claim.run).step == 6)
    let named = #expect(throws: StoreError.self) {
      try store.commit(sampleState(8), claim: claim, pictures: [samplePicture(8, name: "a\0b")])
    }
    #expect(named?.code == .invalidName)
  }

  @Test func thoseAfterTheCheckpointToContinueFromAreDeleted() throws {
    let (store, claim) = try run()
    try store.release(claim, status: .interrupted)
    _ = #expect(throws: StoreError.self) { try store.resume(claim.run, from: .step(2)) }
    #expect(try steps(store, claim.run) == [1, 2, 3, 4, 5, 6])
    _ = try store.resume(claim.run, from: .step(2), discardLater: true)
    #expect(try steps(store, claim.run) == [1, 2])
    #expect(try store.verify().problems == [])
  }

  @Test func theyGoWithTheLatestCheckpointAndWithTheRun() throws {
    let (store, claim) = try run()
    let other = try store.sampleRun()
    try store.commit(sampleState(1), claim: other, pictures: [samplePicture(1)])
    try store.release(claim, status: .done)
    // Metrics and pictures stay without their checkpoint unless it is the latest one.
    try store.deleteCheckpoint(CheckpointID(run: claim.run, step: 2))
    #expect(try steps(store, claim.run) == [1, 2, 3, 4, 5, 6])
    try store.deleteCheckpoint(CheckpointID(run: claim.run, step: 6))
    #expect(try steps(store, claim.run) == [1, 2, 3, 4])
    try store.delete(run: claim.run)
    #expect(try store.count("SELECT count(*) FROM picture") == 1)
    #expect(try steps(store, other.run) == [1])
  }

  @Test func checkpointsThatAreNotKeptLeaveThem() throws {
    let (store, claim) = try run()
    try store.commit(sampleState(8), claim: claim, keep: KeepPolicy(last: 1))
    #expect(try store.checkpoints(of: claim.run).map(\.id.step) == [8])
    #expect(try steps(store, claim.run) == [1, 2, 3, 4, 5, 6])
  }

  @Test func aCopyHasThemAndAForkHasNot() throws {
    let (store, claim) = try run()
    try store.backup(to: #require(folder).file("copy"))
    let copy = try #require(folder).store("copy")
    #expect(try steps(copy, claim.run) == [1, 2, 3, 4, 5, 6])
    #expect(try copy.picture("samples", at: 5, of: claim.run) == samplePicture(5).png)
    var description = newRun()
    description.parent = CheckpointID(run: claim.run, step: 4)
    let fork = try store.createRun(description, graphs: [:], initial: sampleState(4))
    #expect(try store.pictures(of: fork.run) == [])
  }

  /// While another program locks the file, snapshots are dropped, and their pictures move to those that stay.
  @Test func theWriterDropsNone() throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.file())
    let claim = try store.sampleRun()
    let writer = CheckpointWriter(store: store, claim: claim)
    let other = try DatabaseQueue(path: folder.file())
    try other.inDatabase { db in
      try db.inTransaction(.immediate) {
        try writer.submit(sampleState(1), pictures: [samplePicture(1)])
        while (store.waitingSeconds ?? 0) < 1.2 { Thread.sleep(forTimeInterval: 0.05) }
        for step in 2...6 { try writer.submit(sampleState(step), pictures: [samplePicture(step)]) }
        return .commit
      }
    }
    try writer.finish()
    #expect(try steps(store, claim.run) == [1, 2, 3, 4, 5, 6])
    #expect(try store.checkpoints(of: claim.run).count < 7)
  }
}
