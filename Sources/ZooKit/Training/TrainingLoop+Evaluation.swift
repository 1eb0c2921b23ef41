import Algorithms
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
    return metrics
  }

  private func note(_ message: String, _ error: any Error, _ trainer: any Trainer) throws {
    try store.record(Event(.evaluationFailed, step: trainer.step, message: message), claim: claim)
    if onFailedEvaluation == .stop { throw error }
    options.warn(message)
  }
}
