import Checkpointing
import TrainingAlgorithms
import Environments
import GraphIR
import ZooKit
import RunStore
import Synchronization
import Testing

/// Evaluations during training: after the checkpoint, and without an effect on training.
@Suite struct TrainingEvaluationTests {
  /// A trainer whose evaluation is due at every fourth step.
  private struct Judged: Trainer {
    var step = 0
    var check: @Sendable () throws -> Void = {}
    let judge: @Sendable (Int) throws -> Double
    let runner: any ProgramRunner = Idle()
    static var parts: [StatePart<Self>] { [.init("step", \.step)] }
    var isEvaluationDue: Bool { step > 0 && step % 4 == 0 }

    mutating func advance() throws -> [String: Double] {
      step += 1
      return ["return": Double(step)]
    }
    func checkEvaluation() throws { try check() }
    func evaluate(isStopped: () -> Bool) throws -> [String: Double] {
      let value = try judge(step)
      if isStopped() { throw CancellationError() }
      return [Metric.evaluation: value]
    }
  }

  private final class Idle: ProgramRunner {
    let programs: [String: Graph] = [:]
    let tensors: [String: TensorValue] = [:]
    func fill(_ input: String, of program: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Void) {}
    func compute(_ program: String) throws {}
    func output(_ name: String, of program: String) -> TensorValue { TensorValue(scalar: Int64(0)) }
    func commit(_ program: String) throws {}
  }

  private let tiny: TinyZoo
  private let claim: Claim
  private var store: Store { tiny.zoo.store }
  private let failure = EnvironmentError(.worker, "the judge is out")

  init() throws {
    tiny = try TinyZoo()
    let run = NewRun(
      model: "judged", recipe: "", seed: 1, algorithm: "ppo", settings: "{}", targetStep: 14, backend: "cpu",
      machine: MachineClass.current, threads: 1)
    claim = try tiny.zoo.store.createRun(run, graphs: [:], initial: TrainingState(step: 0))
  }

  private func loop(
    _ claim: Claim, keep: Int = 99, onFailure: EvaluationSettings.Failure? = nil, stopAt: Double? = nil,
    end: Int? = nil, warn: @escaping @Sendable (String) -> Void = { _ in }
  ) -> TrainingLoop {
    var evaluation = EvaluationSettings()
    (evaluation.onFailure, evaluation.stopAt) = (onFailure, stopAt)
    var options = tiny.options()
    options.warn = warn
    return TrainingLoop(
      store: store, claim: claim, policy: CheckpointPolicy(every: 5, keepLast: keep), target: 14, end: end,
      options: options, evaluation: evaluation)
  }

  private func evaluations() throws -> [Int: Double] {
    let metrics = try store.metrics(of: claim.run, keys: [Metric.evaluation])
    return Dictionary(uniqueKeysWithValues: metrics.map { ($0.step, $0.value) })
  }

  @Test func theCheckpointIsWrittenFirst() throws {
    let (store, run) = (store, claim.run)
    try loop(claim).run {
      Judged { (step) throws -> Double in
        #expect(try store.checkpoint(of: run).id.step == step)
        #expect(try store.metrics(of: run, keys: ["return"]).map(\.step).max() == step)
        return Double(step)
      }
    }
    #expect(try evaluations() == [4: 4, 8: 8, 12: 12])
    #expect(try store.checkpoints(of: run).map(\.id.step) == [14, 12, 10, 8, 5, 4, 0])
    #expect(try store.run(run).status == .done && store.events(of: run).isEmpty)
  }

  @Test func aSufficientEvaluationEndsTheRun() throws {
    try loop(claim, stopAt: 8).run { Judged { Double($0) } }
    let run = try store.run(claim.run)
    #expect(run.status == .done && run.step == 8 && run.targetStep == 14)
    #expect(try evaluations() == [4: 4, 8: 8])
    let events = try store.events(of: run.id)
    #expect(events.map(\.kind) == [.finished] && events.map(\.step) == [8])
    #expect(events.map(\.message) == ["the evaluation at step 8 is 8.0, at least 8.0 of stop.evaluation"])
  }

  @Test(arguments: [8.5, 13, .nan]) func anInsufficientEvaluationEndsNothing(_ stopAt: Double) throws {
    try loop(claim, stopAt: stopAt).run { Judged { $0 == 8 ? stopAt.nextDown : 1 } }
    #expect(try store.run(claim.run).step == 14 && store.events(of: claim.run).isEmpty)
  }

  /// The process may end after the evaluation is recorded, before or after the event.
  @Test func aRunThatEndedAfterItsEvaluationIsDoneOnResume() throws {
    try loop(claim, end: 8).run { Judged { Double($0) } }
    #expect(try store.run(claim.run).status == .interrupted && evaluations() == [4: 4, 8: 8])
    for _ in 0..<2 {
      let (again, snapshot) = try store.resume(claim.run)
      try loop(again, stopAt: 8).run {
        Judged(step: snapshot.step) { _ in
          Issue.record("evaluated again")
          return 0
        }
      }
      let run = try store.run(claim.run)
      #expect(run.status == .done && run.step == 8)
      #expect(try store.events(of: run.id).count { $0.kind == .finished } == 1)
    }
  }

  @Test func theBestStays() throws {
    try loop(claim, keep: 1).run { Judged { $0 == 8 ? 3 : 1 } }
    #expect(try store.checkpoints(of: claim.run).map(\.id.step) == [14, 8])
    #expect(try store.checkpoint(of: claim.run, at: .best).id.step == 8)
  }

  @Test func aFailureIsNotedAndTrainingContinues() throws {
    let warnings = Mutex<[String]>([])
    let failure = failure
    try loop(claim, warn: { warning in warnings.withLock { $0.append(warning) } }).run {
      Judged { step in
        if step == 8 { throw failure }
        return 1
      }
    }
    #expect(try store.run(claim.run).status == .done)
    #expect(try evaluations() == [4: 1, 12: 1])
    let events = try store.events(of: claim.run)
    #expect(events.map(\.kind) == [.evaluationFailed] && events.map(\.step) == [8])
    #expect(events.map(\.message) == ["the evaluation at step 8 failed: the judge is out"])
    #expect(warnings.withLock { $0 } == events.map(\.message))
    // The state is kept although its evaluation failed.
    #expect(try store.checkpoints(of: claim.run).map(\.id.step).contains(8))
  }

  @Test func aRunThatStopsOnAFailureEvaluatesFirstOnResume() throws {
    let failure = failure
    let error = #expect(throws: ModelZooError.self) {
      try loop(claim, onFailure: .stop).run {
        Judged { step in
          if step == 8 { throw failure }
          return 1
        }
      }
    }
    #expect(error?.description.contains("the judge is out") == true)
    let run = try store.run(claim.run)
    #expect(run.status == .failed && run.step == 8 && run.message?.contains("the judge is out") == true)
    #expect(try evaluations() == [4: 1] && store.events(of: run.id).map(\.step) == [8])

    let (again, snapshot) = try store.resume(run.id)
    let steps = Mutex<[Int]>([])
    try loop(again).run {
      Judged(step: snapshot.step) { step in
        steps.withLock { $0.append(step) }
        return 2
      }
    }
    #expect(steps.withLock { $0 } == [8, 12])
    #expect(try evaluations() == [4: 1, 8: 2, 12: 2])
  }

  @Test func whatWasEvaluatedIsNotEvaluatedAgain() throws {
    let stop = StopFlag()
    var options = tiny.options(stop: stop) { if $0.step == 8 { stop.raise() } }
    options.warn = { Issue.record("\($0)") }
    try TrainingLoop(store: store, claim: claim, policy: CheckpointPolicy(every: 5), target: 14, options: options).run {
      Judged { _ in 1 }
    }
    let (again, snapshot) = try store.resume(claim.run)
    #expect(snapshot.step == 8)
    try loop(again).run { Judged(step: snapshot.step) { _ in 2 } }
    #expect(try evaluations() == [4: 1, 8: 1, 12: 2])
  }

  /// An evaluation in the middle of training, and the last one: the run is not done without it.
  @Test(arguments: [8, 12]) func aStopLeavesTheEvaluationForLater(_ place: Int) throws {
    let stop = StopFlag()
    var options = tiny.options(stop: stop)
    options.warn = { Issue.record("\($0)") }
    try TrainingLoop(store: store, claim: claim, policy: CheckpointPolicy(every: 5), target: 12, options: options).run {
      Judged { step in
        if step == place { stop.raise(because: "the test") }
        return 1
      }
    }
    #expect(try store.run(claim.run).status == .interrupted && store.run(claim.run).step == place)
    #expect(try evaluations() == (place == 8 ? [4: 1] : [4: 1, 8: 1]))
    let events = try store.events(of: claim.run)
    #expect(events.map(\.kind) == [.interrupted] && events.map(\.message) == ["stopped by the test"])

    let (again, snapshot) = try store.resume(claim.run)
    try TrainingLoop(
      store: store, claim: again, policy: CheckpointPolicy(every: 5), target: 12, options: tiny.options()
    ).run { Judged(step: snapshot.step) { _ in 2 } }
    #expect(try store.run(claim.run).status == .done)
    #expect(try evaluations() == (place == 8 ? [4: 1, 8: 2, 12: 2] : [4: 1, 8: 1, 12: 2]))
  }

  @Test(arguments: [EvaluationSettings.Failure.continue, .stop])
  func evaluationsThatCanNotBeAreOff(_ onFailure: EvaluationSettings.Failure) throws {
    let failure = failure
    func run() throws {
      try loop(claim, onFailure: onFailure).run {
        Judged(check: { throw failure }) { _ in
          Issue.record("it was evaluated")
          return 1
        }
      }
    }
    if onFailure == .stop {
      #expect(throws: ModelZooError.self) { try run() }
    } else {
      try run()
    }
    let stored = try store.run(claim.run)
    #expect(stored.status == (onFailure == .stop ? .failed : .done) && stored.step == (onFailure == .stop ? 0 : 14))
    let events = try store.events(of: claim.run)
    #expect(events.map(\.step) == [0] && events[0].message.hasPrefix("evaluations are off"))
    #expect(events[0].message.contains("the judge is out"))
  }
}
