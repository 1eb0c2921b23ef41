import Checkpointing
import Foundation
import GraphIR
import RunStore
import Testing

/// Deleting runs and checkpoints.
@Suite struct DeletionTests {
  private let folder = try? TemporaryFolder()

  private func store() throws -> Store { try #require(folder).store() }

  /// A released run with some checkpoints.
  private func run(
    _ store: Store, name: String? = nil, steps: [Int] = [1, 2, 3], graphs: [String: Graph] = [:],
    evaluations: [Int: Double] = [:]
  ) throws -> String {
    let claim = try store.sampleRun(name: name, graphs: graphs)
    for step in steps {
      var metrics = [Metric(key: "loss", step: step, value: 1)]
      evaluations[step].map { metrics.append(Metric(key: Metric.evaluation, step: step, value: $0)) }
      try store.commit(
        sampleState(step), claim: claim, metrics: metrics, pictures: [samplePicture(step)], keep: KeepPolicy(last: 9))
    }
    try store.record(Event(.changed, step: 3, message: "x"), claim: claim)
    try store.release(claim, status: .done)
    return claim.run
  }

  private static let tables = [
    "tensor", "tensor_chunk", "graph", "graph_symbol", "graph_value", "parameter", "constant", "parameter_update",
    "node", "edge", "attribute", "recipe", "run", "claim", "run_graph", "checkpoint", "checkpoint_tensor",
    "checkpoint_stream", "checkpoint_counter", "metric", "latest_metric", "event", "named_graph",
    "named_graph_tensor", "picture",
  ]

  private func counts(_ store: Store) throws -> [String: Int] {
    let known = try store.count("SELECT count(*) FROM sqlite_schema WHERE type = 'table'")
    #expect(known == Self.tables.count)
    return try Dictionary(
      uniqueKeysWithValues: Self.tables.map { ($0, try store.count("SELECT count(*) FROM \($0)")) })
  }

  @Test func ofTheOnlyRunNothingIsLeft() throws {
    let store = try store()
    let size = try contents(of: store.path).count
    let run = try run(store, graphs: ["critic": try sampleGraph()])
    let claim = try store.resume(run).claim
    try store.commit(
      TrainingState(step: 9, tensors: ["large": TensorValue(repeating: 1, type: TensorType(.float32, [1 << 20]))]),
      claim: claim)
    try store.release(claim, status: .done)
    let full = try contents(of: store.path).count
    #expect(full >= size + (4 << 20))
    let preview = try store.deletion(runs: [run], checkpoints: [])
    let bytes = try store.count("SELECT sum(byte_count) FROM tensor")
    #expect(preview.byteCount == bytes && preview.checkpointCount == 3 && preview.runs.map(\.id) == [run])
    #expect(try store.delete(run: run) == preview)
    #expect(try counts(store).values.allSatisfy { $0 == 0 })
    #expect(try contents(of: store.path).count <= size + 3 * 32768)
    #expect(try store.verify().problems == [])
  }

  @Test func otherRunsKeepAllThatTheyUse() throws {
    let store = try store()
    let graphs = ["critic": try sampleGraph()]
    let first = try run(store, graphs: graphs)
    let before = try counts(store)
    let second = try run(store, steps: [2, 3, 4], graphs: graphs.merging(["own": sampleGraph(slope: 0.3)]) { $1 })
    // Only the two tensors of step 4 are unique to it.
    #expect(try store.deletion(runs: [second], checkpoints: []).byteCount == 12 * 4 + 8)
    try store.delete(run: second)
    #expect(try counts(store) == before)
    #expect(try store.graphs(of: first) == graphs)
    for step in 0...3 { #expect(try store.snapshot(of: first, at: .step(step)) == sampleState(step)) }
    #expect(try store.verify().problems == [])
  }

  @Test func forksStay() throws {
    let store = try store()
    let parent = try run(store)
    var description = newRun()
    description.parent = CheckpointID(run: parent, step: 2)
    let fork = try store.createRun(
      description, graphs: [:], initial: try store.snapshot(of: parent, at: .step(2)))
    try store.delete(run: parent)
    #expect(try store.runs().map(\.id) == [fork.run])
    #expect(try store.run(fork.run).parent == nil)
    #expect(try store.events(of: fork.run).map(\.message) == ["forked from \(parent)@2"])
    #expect(try store.snapshot(of: fork.run) == sampleState(2))
    #expect(try store.verify().problems == [])
  }

  @Test func aLiveRunStaysAndWithItAllOthers() throws {
    let store = try store()
    let (done, live) = (try run(store), try store.sampleRun())
    let error = #expect(throws: StoreError.self) { try store.delete(runs: [done, live.run], checkpoints: []) }
    #expect(error?.code == .claimed && error?.message.contains(live.run) == true)
    for missing in ["0000000", ""] {
      let error = #expect(throws: StoreError.self) { try store.delete(runs: [done, missing], checkpoints: []) }
      #expect(error?.code == .unknownRun)
    }
    let none = #expect(throws: StoreError.self) {
      try store.delete(runs: [done], checkpoints: [CheckpointID(run: live.run, step: 0)], force: true)
    }
    #expect(none?.code == .noCheckpoint)
    #expect(try store.runs().count == 2)
    try store.commit(sampleState(1), claim: live)
    try store.delete(runs: [done, live.run], checkpoints: [], force: true)
    #expect(try store.runs() == [])
    #expect(#expect(throws: StoreError.self) { try store.commit(sampleState(2), claim: live) }?.code == .claimLost)
  }

  @Test func aCheckpointGoesAlone() throws {
    let store = try store()
    let run = try run(store, evaluations: [1: 3, 2: 1])
    let deletion = try store.deleteCheckpoint(CheckpointID(run: run, step: 1))
    #expect(deletion.runs == [] && deletion.checkpointCount == 0 && deletion.byteCount == 12 * 4 + 8)
    #expect(deletion.checkpoints.map(\.checkpoint.id.step) == [1])
    #expect(deletion.checkpoints.map(\.isBest) == [true] && deletion.checkpoints.map(\.newLatest) == [nil])
    #expect(try store.checkpoints(of: run).map(\.id.step) == [3, 2, 0])
    #expect(try store.run(run).status == .done && store.run(run).step == 3)
    #expect(try store.metrics(of: run, keys: ["loss"]).map(\.step) == [1, 2, 3])
    #expect(try store.checkpoint(of: run, at: .best).id.step == 2)
    #expect(try store.events(of: run).map(\.kind) == [.changed, .discarded])
    #expect(try store.verify().problems == [])
  }

  /// The run is then in the state of a run that stopped at the previous checkpoint.
  @Test func withoutItsLatestCheckpointsARunContinuesFromTheOneBefore() throws {
    let store = try store()
    let run = try run(store)
    let deletion = try store.delete(
      runs: [], checkpoints: [CheckpointID(run: run, step: 3), CheckpointID(run: run, step: 2)])
    #expect(deletion.checkpoints.map(\.newLatest) == [1, 1])
    #expect(try store.run(run).status == .interrupted && store.run(run).step == 1)
    #expect(try store.metrics(of: run).map(\.step) == [1])
    #expect(try store.resume(run).snapshot == sampleState(1))
    #expect(try store.verify().problems == [])
  }

  @Test func theOnlyCheckpointStays() throws {
    let store = try store()
    let run = try run(store)
    let all = (0...3).map { CheckpointID(run: run, step: $0) }
    let error = #expect(throws: StoreError.self) { try store.delete(runs: [], checkpoints: all) }
    #expect(error?.code == .noCheckpoint && error?.remedy == .delete(run))
    #expect(try store.checkpoints(of: run).count == 4)
    let missing = #expect(throws: StoreError.self) { try store.deleteCheckpoint(CheckpointID(run: run, step: 7)) }
    #expect(missing?.code == .noCheckpoint)
    // It is deleted together with its run.
    try store.delete(runs: [run], checkpoints: all)
    #expect(try store.runs() == [])
  }
}
