import Foundation
import RunStore
import Testing

/// The checkpoint with the best evaluation.
@Suite struct BestCheckpointTests {
  private let folder = try? TemporaryFolder()

  /// A run with a checkpoint at each step, and evaluations at some steps.
  private func run(
    _ evaluations: [Int: Double], steps: [Int], keep: KeepPolicy, best: BestEvaluation = .greatest
  ) throws -> (Store, Claim) {
    let store = try #require(folder).store()
    let claim = try store.sampleRun(best: best)
    for step in steps {
      let metrics = evaluations[step].map { [Metric(key: Metric.evaluation, step: step, value: $0)] } ?? []
      try store.commit(sampleState(step), claim: claim, metrics: metrics, keep: keep)
    }
    return (store, claim)
  }

  @Test func theBestStaysBesideTheLast() throws {
    let (store, claim) = try run([2: 1.5, 4: 3, 6: 2, 8: -1], steps: Array(1...9), keep: KeepPolicy(last: 2))
    #expect(try store.checkpoints(of: claim.run).map(\.id.step) == [9, 8, 4])
    #expect(try store.checkpoint(of: claim.run, at: .best).id.step == 4)
    #expect(try store.snapshot(of: claim.run, at: .best) == sampleState(4))
    #expect(try store.resolve("\(claim.run)@best").checkpoint == .best)
    #expect(try store.verify().problems == [])
    // A better checkpoint replaces it.
    try store.commit(
      sampleState(10), claim: claim, metrics: [Metric(key: Metric.evaluation, step: 10, value: 3.5)],
      keep: KeepPolicy(last: 1))
    #expect(try store.checkpoints(of: claim.run).map(\.id.step) == [10])
  }

  @Test func theLeastCanBeTheBest() throws {
    let (store, claim) = try run(
      [1: .nan, 2: 1.5, 4: -3, 5: -3, 6: .infinity, 8: -1], steps: Array(1...9), keep: KeepPolicy(last: 1), best: .least
    )
    #expect(try store.checkpoints(of: claim.run).map(\.id.step) == [9, 4])
    #expect(try store.checkpoint(of: claim.run, at: .best).id.step == 4)
    #expect(try store.run(claim.run).bestEvaluation == .least)
    try store.commit(
      sampleState(10), claim: claim, metrics: [Metric(key: Metric.evaluation, step: 10, value: -.infinity)],
      keep: KeepPolicy(last: 1))
    #expect(try store.checkpoints(of: claim.run).map(\.id.step) == [10])
  }

  @Test func settingsSayWhichIsBest() {
    for (settings, best): (String, BestEvaluation) in [
      ("{}", .greatest), (#"{"bestEvaluation":"least"}"#, .least), (#"{"bestEvaluation":"greatest"}"#, .greatest),
      (#"{"bestEvaluation":3}"#, .greatest), (#"{"settings":{"bestEvaluation":"least"}}"#, .greatest), ("", .greatest),
    ] {
      #expect(BestEvaluation(settings: settings) == best, "\(settings)")
    }
  }

  @Test func ofEqualOnesTheEarliestIsBest() throws {
    let (store, claim) = try run([1: 500, 2: 500, 3: 499], steps: [1, 2, 3, 4], keep: KeepPolicy(last: 1))
    #expect(try store.checkpoints(of: claim.run).map(\.id.step) == [4, 1])
  }

  @Test func whatIsNoNumberIsNotBest() throws {
    let (store, claim) = try run([1: .nan, 2: -.infinity, 3: .nan], steps: [1, 2, 3], keep: KeepPolicy(last: 1))
    #expect(try store.checkpoint(of: claim.run, at: .best).id.step == 2)
  }

  @Test func withoutEvaluationsThereIsNone() throws {
    let (store, claim) = try run([1: .nan], steps: [1, 2], keep: KeepPolicy(last: 3))
    let error = #expect(throws: StoreError.self) { try store.checkpoint(of: claim.run, at: .best) }
    #expect(error?.code == .noCheckpoint)
    #expect(error?.message.contains("no best checkpoint") == true && error?.message.contains("at 2, 1, 0") == true)
  }

  @Test func resumingFromBeforeTheBestForgetsIt() throws {
    let (store, claim) = try run([1: 1, 2: 5, 3: 2], steps: [1, 2, 3], keep: KeepPolicy(last: 9))
    try store.release(claim, status: .interrupted)
    let (_, snapshot) = try store.resume(claim.run, from: .step(1), discardLater: true)
    #expect(snapshot == sampleState(1))
    #expect(try store.checkpoint(of: claim.run, at: .best).id.step == 1)
  }

  @Test func theBestCanBeResumedFrom() throws {
    let (store, claim) = try run([1: 1, 2: 5, 3: 2], steps: [1, 2, 3], keep: KeepPolicy(last: 1))
    try store.release(claim, status: .interrupted)
    #expect(try store.resume(claim.run, from: .best, discardLater: true).snapshot == sampleState(2))
    #expect(try store.checkpoints(of: claim.run).map(\.id.step) == [2])
  }

  /// Steps grow by the number of environments, so they may miss the multiples.
  @Test func theFirstAtOrAfterEachMultipleStays() throws {
    let (store, claim) = try run(
      [:], steps: Array(stride(from: 3, through: 30, by: 3)), keep: KeepPolicy(last: 1, every: 10))
    #expect(try store.checkpoints(of: claim.run).map(\.id.step) == [30, 21, 12, 0])
  }
}
