/// The checkpoints of a run after the one from which the run is to continue.
struct LaterCheckpoints {
  private let start: CheckpointID
  private let count: Int
  private let first: Int
  private let last: Int
  /// The step and the evaluation of the run's best checkpoint, if it is among them.
  private let best: (step: Int, evaluation: Double)?

  /// The checkpoints of `run` after `step`; nil if there are none.
  init?(of run: String, after step: Int, in table: CheckpointTable) throws {
    let steps = try table.all(of: run).map(\.checkpoint.id.step).filter { $0 > step }
    guard let last = steps.first, let first = steps.last else { return nil }
    start = CheckpointID(run: run, step: step)
    count = steps.count
    (self.first, self.last) = (first, last)
    best = try table.bestEvaluation(of: run).flatMap { $0.step > step ? $0 : nil }
  }

  /// For example `2 checkpoints, steps 20 to 30 (the best one at step 20, evaluation 195.5)`.
  private var text: String {
    let steps = count == 1 ? "1 checkpoint, step \(first)" : "\(count) checkpoints, steps \(first) to \(last)"
    return steps + (best.map { " (the best one at step \($0.step), evaluation \($0.evaluation))" } ?? "")
  }

  /// The error if they must not be deleted.
  var refusal: StoreError {
    StoreError(.wouldDiscard, "resuming from \(start) would delete \(text)", remedy: .fork(start))
  }

  /// The record of their deletion.
  var event: Event {
    Event(.discarded, step: start.step, message: "deleted \(text), to continue from step \(start.step)")
  }
}
