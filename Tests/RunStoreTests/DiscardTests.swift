import Foundation
import RunStore
import Testing

/// Resuming from an earlier checkpoint, and forking instead.
@Suite struct DiscardTests {
  private let folder = try? TemporaryFolder()

  /// A released run with checkpoints at steps 0 to 4, and evaluations 1, 5 and 2 at steps 1, 2 and 3.
  private func run() throws -> (Store, String) {
    let store = try #require(folder).store()
    let claim = try store.sampleRun()
    let evaluations = [1: 1.0, 2: 5, 3: 2]
    for step in 1...4 {
      let metrics = evaluations[step].map { [Metric(key: Metric.evaluation, step: step, value: $0)] } ?? []
      try store.commit(sampleState(step), claim: claim, metrics: metrics, keep: KeepPolicy(last: 9))
    }
    try store.release(claim, status: .interrupted)
    return (store, claim.run)
  }

  @Test(arguments: [
    (0, "4 checkpoints, steps 1 to 4 (the best one at step 2, evaluation 5.0)"),
    (1, "3 checkpoints, steps 2 to 4 (the best one at step 2, evaluation 5.0)"), (2, "2 checkpoints, steps 3 to 4"),
    (3, "1 checkpoint, step 4"),
  ])
  func laterCheckpointsAreNamedAndStay(_ step: Int, _ text: String) throws {
    let (store, run) = try run()
    let error = #expect(throws: StoreError.self) { try store.resume(run, from: .step(step)) }
    #expect(error?.code == .wouldDiscard)
    #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
    #expect(error?.remedy == .fork(CheckpointID(run: run, step: step)))
    #expect(try store.checkpoints(of: run).map(\.id.step) == [4, 3, 2, 1, 0])
    #expect(try store.metrics(of: run).count == 3)
    #expect(try store.events(of: run) == [])
    #expect(try store.run(run).status == .interrupted)
    // The run was not claimed either.
    _ = try store.resume(run)
  }

  @Test func whatIsDiscardedOnPurposeIsRecorded() throws {
    let (store, run) = try run()
    let (_, state) = try store.resume(run, from: .step(1), discardLater: true)
    #expect(state == sampleState(1))
    #expect(try store.checkpoints(of: run).map(\.id.step) == [1, 0])
    #expect(try store.metrics(of: run).map(\.step) == [1])
    let events = try store.events(of: run)
    #expect(events.map(\.kind) == [.discarded] && events.map(\.step) == [1])
    #expect(events.first?.message.contains("3 checkpoints, steps 2 to 4 (the best one at step 2") == true)
  }

  @Test func withNothingToDiscardNothingIsRecorded() throws {
    let (store, run) = try run()
    let (claim, _) = try store.resume(run, from: .latest)
    try store.release(claim, status: .interrupted)
    _ = try store.resume(run, from: .step(4), discardLater: true)
    #expect(try store.checkpoints(of: run).count == 5)
    #expect(try store.events(of: run) == [])
  }

  @Test(arguments: [0, 3]) func aForkBeginsAtItsParentsCheckpoint(_ step: Int) throws {
    let (store, run) = try run()
    var description = newRun()
    description.parent = CheckpointID(run: run, step: step)
    let claim = try store.createRun(
      description, graphs: [:], initial: try store.snapshot(of: run, at: .step(step)))
    #expect(try store.snapshot(of: claim.run) == sampleState(step))
    #expect(try store.run(claim.run).step == step && store.run(claim.run).parent == description.parent)
    let events = try store.events(of: claim.run)
    #expect(events.map(\.kind) == [.forked] && events.map(\.step) == [step])
    #expect(events.first?.message == "forked from \(run)@\(step)")
    // It continues on its own; the parent is unchanged.
    try store.commit(sampleState(step + 1), claim: claim, metrics: [Metric(key: "loss", step: step + 1, value: 1)])
    try store.release(claim, status: .interrupted)
    #expect(try store.resume(claim.run).snapshot == sampleState(step + 1))
    #expect(try store.checkpoints(of: run).count == 5)
    #expect(try store.verify().problems == [])
  }
}
