import Checkpointing
import Foundation
import GRDB
import GraphIR
import RunStore
import Testing

/// Writing, reading and keeping checkpoints.
@Suite struct CheckpointTests {
  @Test(arguments: 0..<20) func anyStateComesBackAsItWas(seed: Int) throws {
    let folder = try TemporaryFolder()
    let state = randomState(seed: seed)
    let claim = try folder.store().createRun(newRun(), graphs: [:], initial: state)
    let store = try folder.store(readOnly: true)
    #expect(try store.snapshot(of: claim.run) == state)
    #expect(try store.checkpoint(of: claim.run).stateDigest == state.digest)
    #expect(try store.checkpoint(of: claim.run).byteCount == state.tensors.values.reduce(0) { $0 + $1.byteCount })
  }

  @Test func equalTensorsAreStoredOnce() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let claim = try store.sampleRun()
    try store.commit(sampleState(1), claim: claim)
    // Two states of three tensors. One tensor is equal in both.
    #expect(try store.count("SELECT count(*) FROM tensor") == 5)
    let fork = try store.createRun(newRun(), graphs: [:], initial: try store.snapshot(of: claim.run, at: .step(1)))
    #expect(try store.count("SELECT count(*) FROM tensor") == 5)
    #expect(try store.snapshot(of: fork.run) == sampleState(1))
  }

  @Test func chunksAreOfOneMebibyte() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let large = TensorValue(repeating: 1, type: TensorType(.bool, [(2 << 20) + 5]))
    _ = try store.createRun(newRun(), graphs: [:], initial: TrainingState(step: 0, tensors: ["large": large]))
    try store.database.read { db in
      let lengths = try Int.fetchAll(db, sql: "SELECT length(bytes) FROM tensor_chunk ORDER BY position")
      #expect(lengths == [1 << 20, 1 << 20, 5])
    }
  }

  @Test func lastCheckpointsAndEveryMthStay() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let claim = try store.sampleRun()
    for step in 1...10 { try store.commit(sampleState(step), claim: claim, keep: KeepPolicy(last: 2, every: 4)) }
    #expect(try store.checkpoints(of: claim.run).map(\.id.step) == [10, 9, 8, 4, 0])
    for step in [0, 4, 8, 9, 10] { #expect(try store.snapshot(of: claim.run, at: .step(step)) == sampleState(step)) }
    // Each state has two unique tensors and a shared one.
    #expect(try store.count("SELECT count(*) FROM tensor") == 5 * 2 + 1)
    #expect(try store.count("SELECT count(*) FROM tensor_chunk") == 5 * 2 + 1)
    try store.commit(sampleState(11), claim: claim, keep: KeepPolicy(last: 1))
    #expect(try store.checkpoints(of: claim.run).map(\.id.step) == [11])
    #expect(try store.count("SELECT count(*) FROM tensor") == 3)
  }

  @Test func whatAnotherRunOrAGraphNeedsIsNotPruned() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let half = TensorValue(repeating: 0.5, type: TensorType(.float32, []))
    let state = TrainingState(step: 0, tensors: ["half": half, "one": TensorValue([Float(1)])])
    let graphs = ["critic": try sampleGraph()]
    let (first, second) = (
      try store.createRun(newRun(), graphs: graphs, initial: state),
      try store.createRun(newRun(), graphs: [:], initial: state)
    )
    for claim in [first, second] { try store.commit(TrainingState(step: 1), claim: claim, keep: KeepPolicy(last: 1)) }
    #expect(try store.count("SELECT count(*) FROM tensor") == 1)
    #expect(try store.graphs(of: first.run) == graphs)
  }

  @Test func aCheckpointAtTheSameStepTakesTheOldOnesPlace() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let claim = try store.sampleRun()
    try store.commit(sampleState(3), claim: claim)
    let first = try store.checkpoint(of: claim.run)
    #expect(try store.commit(sampleState(3), claim: claim) == first)
    var other = sampleState(3)
    other.counters["samples"] = 1
    try store.commit(other, claim: claim)
    #expect(try store.snapshot(of: claim.run) == other)
    #expect(try store.checkpoints(of: claim.run).count == 2)
  }

  @Test func aFailedCommitChangesNothing() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let claim = try store.sampleRun()
    try store.commit(sampleState(1), claim: claim, metrics: [Metric(key: "loss", step: 1, value: 1)])
    try store.database.inDatabase { db in
      let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      try db.execute(sql: "PRAGMA max_page_count = \(pages + 8)")
    }
    var large = sampleState(2)
    large.tensors["large"] = TensorValue(repeating: 1, type: TensorType(.float32, [1_000_000]))
    let error = #expect(throws: StoreError.self) {
      try store.commit(
        large, claim: claim, metrics: [Metric(key: "loss", step: 2, value: 2)], keep: KeepPolicy(last: 1))
    }
    #expect(error?.code == .diskFull)
    #expect(try store.snapshot(of: claim.run) == sampleState(1))
    #expect(try store.checkpoints(of: claim.run).map(\.id.step) == [1, 0])
    #expect(try store.metrics(of: claim.run) == [Metric(key: "loss", step: 1, value: 1)])
    #expect(try store.run(claim.run).step == 1)
    #expect(try store.verify().problems == [])
    // After space is available again, the run continues.
    try store.database.inDatabase { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
    try store.commit(large, claim: claim)
    #expect(try store.snapshot(of: claim.run) == large)
  }

  @Test func resumingDropsWhatCameAfter() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let claim = try store.sampleRun()
    for step in 1...5 {
      let metrics = [Metric(key: "loss", step: step, value: Double(step)), Metric(key: "late", step: 5, value: 0)]
      try store.commit(sampleState(step), claim: claim, metrics: step == 5 ? metrics : Array(metrics.prefix(1)))
    }
    try store.release(claim, status: .failed, message: "NaN in critic/linear1.weight")
    #expect(try store.run(claim.run).message == "NaN in critic/linear1.weight")
    let (again, state) = try store.resume(claim.run, from: .step(3), targetStep: 9, discardLater: true)
    #expect(state == sampleState(3))
    #expect(try store.checkpoints(of: claim.run).map(\.id.step) == [3])
    #expect(try store.metrics(of: claim.run).map(\.step) == [1, 2, 3])
    let run = try store.run(claim.run)
    #expect(run.latestMetrics == ["loss": Metric(key: "loss", step: 3, value: 3)])
    #expect((run.step, run.targetStep, run.status, run.message) == (3, 9, .running, nil))
    try store.commit(sampleState(4), claim: again, metrics: [Metric(key: "loss", step: 4, value: 44)])
    #expect(try store.metrics(of: claim.run).map(\.value) == [1, 2, 3, 44])
    #expect(try store.verify().problems == [])
  }

  @Test func aDamagedStateStopsResumingBeforeAnythingIsDropped() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let claim = try store.sampleRun()
    for step in 1...2 { try store.commit(sampleState(step), claim: claim) }
    try store.release(claim, status: .interrupted)
    try store.database.inDatabase { db in
      try db.execute(
        sql: """
          UPDATE tensor_chunk SET bytes = zeroblob(length(bytes)) WHERE tensor IN (
            SELECT tensor FROM checkpoint_tensor JOIN checkpoint ON checkpoint.id = checkpoint
            WHERE step = 1 AND name LIKE '%weight')
          """)
    }
    let error = #expect(throws: StoreError.self) { try store.resume(claim.run, from: .step(1), discardLater: true) }
    #expect(error?.code == .corruptTensor)
    #expect(try store.checkpoints(of: claim.run).map(\.id.step) == [2, 1, 0])
    #expect(try store.resume(claim.run).snapshot == sampleState(2))
  }

  @Test func aHugeShapeInADamagedFileAsksForNoMemory() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let run = try store.sampleRun().run
    for shape in ["[1099511627776]", "[4611686018427387904,4]", "[-1,4]", "[1,", "7"] {
      try store.database.inDatabase { try $0.execute(sql: "UPDATE tensor SET shape = ?", arguments: [shape]) }
      let error = #expect(throws: StoreError.self) { try store.snapshot(of: run) }
      #expect([.corrupt, .corruptTensor].contains(error?.code))
    }
  }
}
