import Checkpointing
import Foundation
import GRDB
@testable import RunStore
import TestSupport
import Testing

/// Reading of metrics for drawings, and the times of steps.
@Suite struct CurveTests {
  private func store(_ folder: TemporaryFolder, _ values: [(Int, Double)]) throws -> (Store, String) {
    let store = try folder.store()
    let claim = try store.createRun(newRun(), graphs: [:], initial: TrainingState(step: 0))
    let metrics = values.map { Metric(key: "loss", step: $0.0, value: $0.1) }
    let others = [Metric(key: "loss2", step: 3, value: 1e9), Metric(key: "los", step: 3, value: -1e9)]
    try store.commit(TrainingState(step: 1000), claim: claim, metrics: metrics + others)
    return (store, claim.run)
  }

  private func same(_ first: [MetricPoint], _ second: [MetricPoint]) -> Bool {
    first.count == second.count
      && zip(first, second).allSatisfy {
        $0.step == $1.step && ($0.value == $1.value || $0.value.isNaN && $1.value.isNaN)
      }
  }

  @Test func valuesComeBackInTheOrderOfSteps() throws {
    let folder = try TemporaryFolder()
    let values: [(Int, Double)] = [(5, 2), (1, .nan), (3, .infinity), (9, -1)]
    let (store, run) = try store(folder, values)
    let all = values.sorted { $0.0 < $1.0 }.map { MetricPoint(step: $0.0, value: $0.1) }
    #expect(try same(store.curve(of: run, key: "loss"), all))
    #expect(try same(store.curve(of: run, key: "loss", after: 3), Array(all.dropFirst(2))))
    #expect(try store.curve(of: run, key: "loss", after: 9).isEmpty)
    #expect(try store.curve(of: run, key: "no such metric").isEmpty)
    #expect(try store.stepRange(of: run, key: "loss") == 1...9)
    #expect(try store.stepRange(of: run, key: "no such metric") == nil)
  }

  /// Compared with a search through all values.
  @Test(arguments: 0..<12) func extremesAreThoseOfEachRange(_ seed: Int) throws {
    let folder = try TemporaryFolder()
    var random = SplitMix64(seed: UInt64(seed))
    let special = [Double.nan, .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude]
    let values: [(Int, Double)] = (0..<400).filter { _ in Bool.random(using: &random) }.map { step in
      let isSpecial = Int.random(in: 0..<4, using: &random) == 0
      return (step, isSpecial ? special.randomElement(using: &random) ?? 0 : .random(in: -3...3, using: &random))
    }
    let (store, run) = try store(folder, values)
    var ranges: [ClosedRange<Int>] = []
    var start = 0
    while start < 450 {
      let end = start + Int.random(in: 0...20, using: &random)
      ranges.append(start...end)
      start = end + 1 + Int.random(in: 0...2, using: &random)
    }
    let expected = ranges.flatMap { range -> [MetricPoint] in
      let inside = values.filter { range.contains($0.0) }.map { MetricPoint(step: $0.0, value: $0.1) }
      let finite = inside.filter(\.value.isFinite)
      guard let low = finite.min(by: { $0.value < $1.value }), let high = finite.max(by: { $0.value < $1.value }) else {
        return inside.first.map { [MetricPoint(step: $0.step, value: .nan)] } ?? []
      }
      return low == high ? [low] : low.step < high.step ? [low, high] : [high, low]
    }
    let found = try store.curve(of: run, key: "loss", extremesIn: ranges)
    // Of equal values, any may be found.
    #expect(found.count == expected.count)
    #expect(
      same(found.map { MetricPoint(step: 0, value: $0.value) }, expected.map { MetricPoint(step: 0, value: $0.value) }))
    #expect(zip(found, found.dropFirst()).allSatisfy { $0.step < $1.step })
    #expect(found.allSatisfy { point in values.contains { $0.0 == point.step } })
  }

  /// More values than one transaction reads.
  @Test func longCurvesAreComplete() throws {
    let folder = try TemporaryFolder()
    let (store, run) = try store(folder, [])
    try store.database.write { db in
      try db.execute(
        sql: """
          WITH RECURSIVE steps(step) AS (SELECT 1 UNION ALL SELECT step + 1 FROM steps WHERE step < 120001)
          INSERT INTO metric SELECT ?, 'long', step, step % 7 FROM steps
          """, arguments: [run])
    }
    let curve = try store.curve(of: run, key: "long")
    #expect(curve.map(\.step) == Array(1...120_001))
    #expect(curve.allSatisfy { $0.value == Double($0.step % 7) })
  }

  private func run(created: Double, updated: Double, step: Int) -> Run {
    Run(
      id: "abcdef0", name: nil, note: nil, tags: [], model: "m", recipeDigest: Digest(of: Data()), seed: 0,
      algorithm: "a", settings: "{}",
      status: .done, message: nil, created: Date(timeIntervalSince1970: created),
      updated: Date(timeIntervalSince1970: updated), step: step, targetStep: nil, parent: nil, backend: "cpu",
      machine: "m", threads: 1, platform: nil, data: nil, latestMetrics: [:])
  }

  private func checkpoint(_ step: Int, _ time: Double) -> Checkpoint {
    Checkpoint(
      id: CheckpointID(run: "abcdef0", step: step), created: Date(timeIntervalSince1970: time),
      stateDigest: Digest(of: Data()), byteCount: 0)
  }

  private func event(_ kind: Event.Kind, _ step: Int, _ time: Double) -> Event {
    Event(kind, step: step, created: Date(timeIntervalSince1970: time), message: "")
  }

  /// 100 s for 10 steps, 1,000 s of pause, 50 s for 10 more.
  @Test func aPauseIsNoTraining() {
    let times = StepTimes(
      run(created: 1000, updated: 2150, step: 20), checkpoints: [checkpoint(20, 2150), checkpoint(10, 1100)],
      events: [event(.interrupted, 10, 1100), event(.resumed, 10, 2100)])
    let steps = [0, 5, 10, 15, 20, 25]
    #expect(steps.map(times.seconds) == [0, 50, 100, 125, 150, 150])
    #expect(steps.map(times.time) == [1000, 1050, 1100, 2125, 2150, 2150])
  }

  /// A run that returned to step 10 after 30 steps, whose later checkpoints are deleted.
  @Test func stepsThatWereDoneAgainCountOnce() {
    let times = StepTimes(
      run(created: 0, updated: 500, step: 20), checkpoints: [checkpoint(10, 100), checkpoint(20, 500)],
      events: [event(.interrupted, 30, 300), event(.resumed, 10, 400)])
    #expect([10, 15, 20].map(times.seconds) == [100, 150, 200])
    #expect([10, 15, 20].map(times.time) == [100, 450, 500])
  }

  @Test func aRunWithoutStepsHasNoTime() {
    let times = StepTimes(run(created: 7, updated: 7, step: 0), checkpoints: [], events: [])
    #expect(times.seconds(of: 0) == 0 && times.time(of: 0) == 7 && times.seconds(of: 9) == 0)
  }
}
