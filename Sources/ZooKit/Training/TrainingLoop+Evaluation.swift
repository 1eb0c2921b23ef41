import Algorithms
import Environments
import RunStore

/// Evaluations in the course of training. One that fails costs training nothing.
extension TrainingLoop {
  /// Whether evaluations are possible. Where they aren't, as with an environment of which there can be only one
  /// instance, the run keeps a note of it.
  ///
  /// - Throws: the obstacle, where the run is to stop on it.
  func checkEvaluation(_ trainer: any Trainer) throws -> Bool {
    do {
      try trainer.checkEvaluation()
      return true
    } catch {
      try note(
        "evaluations are off, as their environment can't be made beside that of training: \(error)", error, trainer)
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
  /// - Returns: what was recorded: nothing where the evaluation failed; nil where the user asked for the end before it
  ///   was complete. It is then missing, and the first thing to do when the run continues.
  /// - Throws: what made the evaluation fail, where the run is to stop on it; ``StoreError`` where nothing can be
  ///   recorded.
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
