import TrainingAlgorithms
import Environments
import RunStore

/// Evaluations in the course of training. A failed one does not harm training.
extension TrainingLoop {
  /// Whether evaluations are possible. They aren't if there can be only one instance of an environment. The run's
  /// history then has a note.
  ///
  /// - Throws: the obstacle, if the settings say that the run stops on it.
  func checkEvaluation(_ trainer: any Trainer) throws -> Bool {
    do {
      try trainer.checkEvaluation()
      return true
    } catch {
      try note(
        "evaluations are off: their environment can't be created beside that of training: \(error)", error, trainer)
      return false
    }
  }

  /// Whether the process that wrote the checkpoint ended before its evaluation.
  func isEvaluationMissing(_ trainer: any Trainer) throws -> Bool {
    guard trainer.isEvaluationDue else { return false }
    let steps = trainer.step...trainer.step
    return try store.metrics(of: claim.run, keys: [Metric.evaluation], steps: steps).isEmpty
  }

  /// Evaluates a state that is a checkpoint.
  ///
  /// - Returns: the recorded metrics: empty if the evaluation failed; nil if a stop was asked for before it was
  ///   complete. The run then begins with this evaluation when it continues.
  /// - Throws: the error of the evaluation, if the settings say that the run stops on it; `StoreError` if nothing can
  ///   be recorded.
  func evaluate(_ trainer: any Trainer) throws -> [String: Double]? {
    let metrics: [String: Double]
    do {
      metrics = try trainer.evaluate { options.stop.isRaised }
    } catch is CancellationError where options.stop.isRaised {
      return nil
    } catch {
      try note("the evaluation at step \(trainer.step) failed: \(error)", error, trainer)
      return [:]
    }
    let recorded = metrics.map { Metric(key: $0.key, step: trainer.step, value: $0.value) }
    try store.record(recorded, claim: claim, keep: keepPolicy)
    log?.add(recorded, step: trainer.step)
    return metrics
  }

  /// The evaluation of a step, if it ends the run.
  func goal(at step: Int) throws -> Double? { try store.goal(of: claim.run, at: step, stopAt: stopAt) }

  /// Records in the run's history, once, that an evaluation has ended it.
  func noteGoal(at step: Int) throws {
    guard let value = try goal(at: step), let stopAt else { return }
    let message = "the evaluation at step \(step) is \(value), at least \(stopAt) of stop.evaluation"
    guard try !store.events(of: claim.run).contains(where: { $0.kind == .finished && $0.message == message }) else {
      return
    }
    try store.record(Event(.finished, step: step, message: message), claim: claim)
    options.note("run \(claim.run) is done: \(message)")
  }

  private func note(_ message: String, _ error: any Error, _ trainer: any Trainer) throws {
    try store.record(Event(.evaluationFailed, step: trainer.step, message: message), claim: claim)
    if onFailedEvaluation == .stop { throw error }
    options.warn(message)
  }
}

extension Store {
  /// The recorded evaluation of a step, if it is at least `stopAt`; nil if it is less or missing, or `stopAt` is nil.
  ///
  /// - Throws: `StoreError` if the metrics can't be read.
  func goal(of run: String, at step: Int, stopAt: Double?) throws -> Double? {
    guard let stopAt else { return nil }
    return try metrics(of: run, keys: [Metric.evaluation], steps: step...step).last.map(\.value).flatMap {
      $0 >= stopAt ? $0 : nil
    }
  }
}
