import Checkpointing
import Algorithms
import Environments
import Foundation
import GraphIR
import RunStore

/// Takes a trainer to its target, checkpoint by checkpoint.
///
/// Snapshots go to a background writer while training goes on. Whatever ends training, the run is released and says how it
/// stands; an error never costs more than the steps since the last checkpoint.
package struct TrainingLoop {
  let store: Store
  let claim: Claim
  let policy: CheckpointPolicy
  /// The step at which the run is done.
  let target: Int
  /// The step at which training ends this time.
  let end: Int
  let options: TrainingOptions
  let onFailedEvaluation: EvaluationSettings.Failure

  package init(
    store: Store, claim: Claim, policy: CheckpointPolicy, target: Int, end: Int? = nil, options: TrainingOptions,
    onFailedEvaluation: EvaluationSettings.Failure? = nil
  ) {
    self.store = store
    self.claim = claim
    self.policy = policy
    self.target = target
    self.end = min(end ?? target, target)
    self.options = options
    self.onFailedEvaluation = onFailedEvaluation ?? .continue
  }

  var keepPolicy: KeepPolicy { KeepPolicy(last: policy.keepLast, every: policy.keepEvery) }

  /// Trains until ``end`` is reached or a stop is asked for.
  ///
  /// - Throws: ``ModelZooError`` with the run and its last checkpoint, and the cause of the end: ``AlgorithmError`` where training
  ///   diverged, ``StoreError`` where a checkpoint can't be written.
  package func run(_ begin: () throws -> any Trainer) throws {
    let writer = CheckpointWriter(store: store, claim: claim, keep: keepPolicy)
    do {
      var trainer = try begin()
      let isEvaluated = try checkEvaluation(trainer)
      let isComplete = try train(&trainer, writer, isEvaluated: isEvaluated)
      try writer.finish()
      if !isComplete {
        let reason = options.stop.reason.map { "stopped by \($0)" } ?? "stopped as was asked"
        try store.record(Event(.interrupted, step: trainer.step, message: reason), claim: claim)
      }
      try store.release(claim, status: isComplete ? .done : .interrupted)
    } catch {
      // The error that ended training is the one to report, so a second one on the way out is not. Checkpoints that still
      // wait to be written are good, and need the claim.
      _ = try? writer.finish()
      try? store.release(claim, status: .failed, message: "\(error)")
      let kept = (try? store.checkpoint(of: claim.run)).map { "its last checkpoint is \($0.id)" }
      throw ModelZooError(
        .training, "run \(claim.run) stopped; \(kept ?? "its checkpoints can't be read")", cause: error)
    }
  }

  /// - Returns: whether the target is reached, with its evaluation.
  private func train(_ trainer: inout any Trainer, _ writer: CheckpointWriter, isEvaluated: Bool) throws -> Bool {
    var meter = RateMeter(step: trainer.step)
    var recorded: [Metric] = []
    var latest: [String: Double] = [:]
    var saved = trainer.step
    func save() throws {
      // Each look at the state copies it.
      let state = try trainer.state
      if let tensor = state.firstNonFinite {
        throw AlgorithmError(.diverged, "the tensor '\(tensor)' holds a NaN or an infinity at step \(trainer.step)")
      }
      try writer.submit(state, metrics: recorded)
      recorded.removeAll(keepingCapacity: true)
      saved = trainer.step
    }
    var isEvaluationLeft = false
    func evaluated(_ trainer: any Trainer) throws {
      let metrics = try evaluate(trainer)
      isEvaluationLeft = metrics == nil
      latest.merge(metrics ?? [:]) { $1 }
    }
    if isEvaluated, try isEvaluationMissing(trainer) { try evaluated(trainer) }
    while trainer.step < end, !options.stop.isRaised {
      let earlier = trainer.step
      let metrics: [String: Double]
      do {
        metrics = try trainer.advance()
      } catch {
        // The state before the step that failed is whole; keep it and its metrics. That of an environment which failed is lost.
        if trainer.step > saved, !(error is EnvironmentError) { try save() }
        try writer.finish()
        throw error
      }
      latest.merge(metrics) { $1 }
      recorded += metrics.map { Metric(key: $0.key, step: trainer.step, value: $0.value) }
      let isDue = trainer.step / policy.every > earlier / policy.every || trainer.step >= target
      // An evaluated state is kept, since it may be the best. It is kept first: an evaluation may take the process with
      // it.
      let isEvaluationDue = isEvaluated && trainer.isEvaluationDue
      if isDue || isEvaluationDue { try save() }
      if isEvaluationDue {
        try writer.finish()
        try evaluated(trainer)
      }
      options.progress(
        TrainingProgress(
          run: claim.run, step: trainer.step, target: target, end: end, rate: meter.rate(step: trainer.step),
          metrics: latest))
    }
    if trainer.step > saved { try save() }
    return trainer.step >= target && !isEvaluationLeft
  }
}
