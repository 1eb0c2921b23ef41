import Checkpointing
import TrainingAlgorithms
import Environments
import Foundation
import GraphIR
import RunStore

/// Runs a trainer to its target and writes checkpoints.
///
/// A background writer stores snapshots while training continues. Whatever ends training, the run is released with its
/// status. An error costs at most the steps since the last checkpoint.
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
  /// The evaluation at which the run is done; nil for none.
  let stopAt: Double?
  /// Draws the pictures of samples that the run keeps; nil for none.
  let sampler: ProgressSampler?
  /// Writes the run's log for TensorBoard; nil for none.
  let log: TrainingLog?
  /// The best one of the run's evaluations.
  private let best: BestEvaluation

  package init(
    store: Store, claim: Claim, policy: CheckpointPolicy, target: Int, end: Int? = nil, options: TrainingOptions,
    evaluation: EvaluationSettings? = nil, best: BestEvaluation = .greatest, stopAt: Double? = nil,
    sampler: ProgressSampler? = nil, log: TrainingLog? = nil
  ) {
    self.store = store
    self.claim = claim
    self.policy = policy
    self.target = target
    self.end = min(end ?? target, target)
    self.options = options
    onFailedEvaluation = evaluation?.onFailure ?? .continue
    self.stopAt = stopAt ?? evaluation?.stopAt
    self.sampler = sampler
    self.log = log
    self.best = best
  }

  var keepPolicy: KeepPolicy { KeepPolicy(last: policy.keepLast, every: policy.keepEvery) }

  /// Trains until ``end`` or the evaluation ``stopAt`` is reached, or a stop is asked for.
  ///
  /// - Throws: ``ModelZooError`` with the run, its last checkpoint and the cause: `AlgorithmError` if training
  ///   diverged, `StoreError` if a checkpoint can't be written.
  package func run(_ begin: () throws -> any Trainer) throws {
    let writer = CheckpointWriter(store: store, claim: claim, keep: keepPolicy, best: best)
    do {
      var trainer = try begin()
      let isEvaluated = try checkEvaluation(trainer)
      let isComplete = try train(&trainer, writer, isEvaluated: isEvaluated)
      try writer.finish()
      log?.finish(isComplete ? .done : .running, step: trainer.step)
      try reportLog(at: trainer.step)
      if isComplete {
        try noteGoal(at: trainer.step)
      } else {
        let reason = options.stop.reason.map { "stopped by \($0)" } ?? "stopped on request"
        try store.record(Event(.interrupted, step: trainer.step, message: reason), claim: claim)
      }
      try store.release(claim, status: isComplete ? .done : .interrupted)
    } catch {
      // Only the error that ended training is reported, not later ones. Checkpoints that wait to be written are good
      // and need the claim.
      _ = try? writer.finish()
      log?.finish(.failed, step: (try? store.checkpoint(of: claim.run).id.step) ?? 0)
      try? store.release(claim, status: .failed, message: "\(error)")
      let kept = (try? store.checkpoint(of: claim.run)).map { "its last checkpoint is \($0.id)" }
      throw ModelZooError(
        .training, "run \(claim.run) stopped; \(kept ?? "its checkpoints can't be read")", cause: error)
    }
  }

  /// Trains until ``end``, the evaluation ``stopAt`` or a stop.
  ///
  /// - Returns: whether the target, with its evaluation, or ``stopAt`` is reached.
  private func train(_ trainer: inout any Trainer, _ writer: CheckpointWriter, isEvaluated: Bool) throws -> Bool {
    var meter = RateMeter(step: trainer.step)
    var (recorded, pictures): ([Metric], [StoredPicture]) = ([], [])
    var latest: [String: Double] = [:]
    var saved = trainer.step
    func save() throws {
      // Reading the state copies it.
      let state = try trainer.state
      if let tensor = state.firstNonFinite {
        throw AlgorithmError(.diverged, "the tensor '\(tensor)' holds a NaN or an infinity at step \(trainer.step)")
      }
      try writer.submit(state, metrics: recorded, pictures: pictures)
      try reportLog(at: trainer.step)
      recorded.removeAll(keepingCapacity: true)
      pictures = []
      saved = trainer.step
    }
    var isEvaluationLeft = false
    // The process may have ended between a sufficient evaluation and the end of the run.
    var isGoalReached = try goal(at: trainer.step) != nil
    func evaluated(_ trainer: any Trainer) throws {
      let metrics = try evaluate(trainer)
      isEvaluationLeft = metrics == nil
      latest.merge(metrics ?? [:]) { $1 }
      isGoalReached = try goal(at: trainer.step) != nil
    }
    if isEvaluated, try isEvaluationMissing(trainer) { try evaluated(trainer) }
    while trainer.step < end, !isGoalReached, !options.stop.isRaised {
      let earlier = trainer.step
      let metrics: [String: Double]
      do {
        metrics = try trainer.advance()
      } catch {
        // The state before the failed step is complete: save it and its metrics. A failed environment has no state.
        if trainer.step > saved, !(error is EnvironmentError) { try save() }
        try writer.finish()
        throw error
      }
      latest.merge(metrics) { $1 }
      let measured = metrics.map { Metric(key: $0.key, step: trainer.step, value: $0.value) }
      recorded += measured
      log?.add(measured, step: trainer.step)
      // A picture is written with the next checkpoint: a process that ends before it draws the picture again.
      if let sampler, sampler.isDue(after: earlier, trainer.step) {
        do {
          let picture = try sampler.picture(of: trainer)
          pictures.append(picture)
          log?.add(picture)
        } catch {
          if trainer.step > saved { try save() }
          try writer.finish()
          throw error
        }
      }
      let isDue = trainer.step / policy.every > earlier / policy.every || trainer.step >= target
      // An evaluated state is kept, since it may be the best. It is saved first: an evaluation may crash the process.
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
    return isGoalReached || trainer.step >= target && !isEvaluationLeft
  }

  /// Warns once, and records in the run's history, that the log has ended.
  private func reportLog(at step: Int) throws {
    guard let failure = log?.takeFailure() else { return }
    options.warn(failure)
    try store.record(Event(.logFailed, step: step, message: failure), claim: claim)
  }
}
