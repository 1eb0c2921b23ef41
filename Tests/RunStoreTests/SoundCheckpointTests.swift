import Foundation
import GRDB
import RunStore
import Testing

/// The error about a damaged checkpoint names a sound one.
@Suite struct SoundCheckpointTests {
  /// A released run with checkpoints at steps 0 to 3. Those at `damaged` are damaged: their weights or, at odd steps,
  /// their counters.
  private func run(in folder: TemporaryFolder, damaged: [Int]) throws -> (Store, String) {
    let store = try folder.store()
    let claim = try store.sampleRun()
    for step in 1...3 { try store.commit(sampleState(step), claim: claim, keep: KeepPolicy(last: 9)) }
    try store.release(claim, status: .interrupted)
    try store.database.inDatabase { db in
      for step in damaged {
        let rows = "SELECT id FROM checkpoint WHERE step = \(step)"
        try db.execute(
          sql: step % 2 == 1
            ? "UPDATE checkpoint_counter SET value = value + 1 WHERE checkpoint IN (\(rows))"
            : """
            UPDATE tensor_chunk SET bytes = zeroblob(length(bytes)) WHERE tensor IN (
              SELECT tensor FROM checkpoint_tensor WHERE checkpoint IN (\(rows)) AND name LIKE '%weight')
            """)
      }
    }
    return (store, claim.run)
  }

  /// Damaged checkpoints, the requested one, and the newest sound one.
  private static let cases: [([Int], Int, Int?)] = [
    ([3], 3, 2), ([3, 2], 3, 1), ([3, 2, 1], 3, 0), ([1], 1, 3), ([2, 3], 2, 1), ([0, 1, 2, 3], 3, nil),
  ]

  @Test(arguments: cases) func theNewestSoundCheckpointIsNamed(_ damaged: [Int], _ step: Int, _ sound: Int?) throws {
    let folder = try TemporaryFolder()
    let (store, run) = try run(in: folder, damaged: damaged)
    let calls: [() throws -> Void] = [
      { _ = try store.snapshot(of: run, at: .step(step)) },
      { _ = try store.resume(run, from: .step(step), discardLater: true) },
    ]
    for call in calls {
      let error = #expect(throws: StoreError.self) { try call() }
      let message = try #require(error?.message)
      #expect(error?.code == (step % 2 == 1 ? .corrupt : .corruptTensor))
      #expect(message.contains("\(run)@\(step)"), "\(message)")
      guard let sound else {
        #expect(message.contains("no checkpoint of the run is sound"), "\(message)")
        continue
      }
      let id = CheckpointID(run: run, step: sound)
      #expect(message.hasSuffix("newest sound checkpoint is \(id)"), "\(message)")
      #expect(error?.remedy == .resume(id, discardsLater: sound != 3))
    }
    #expect(try store.checkpoints(of: run).count == 4)
    guard let sound else { return }
    #expect(try store.resume(run, from: .step(sound), discardLater: true).snapshot == sampleState(sound))
  }
}
