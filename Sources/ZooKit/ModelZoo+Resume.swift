import Checkpointing
import TrainingAlgorithms
import Datasets
import Environments
import Foundation
import GraphIR
import RunStore

extension ModelZoo {
  /// Continues a run from its last checkpoint, bit for bit as if it had never stopped.
  ///
  /// Needs the run's stored graphs and settings, and the data; not the recipe.
  ///
  /// - Parameters:
  ///   - reference: the run: its id, the beginning of one, or its name; with `@STEP`, the checkpoint to continue from.
  ///   - steps: the number of further steps, at most those that are left to the run's target; by default all. The
  ///     target does not change.
  ///   - until: the step to reach. It becomes the run's target, at which schedules end.
  ///   - checkpoint: the step of the checkpoint to continue from.
  ///   - assignments: settings to change from here on, each `KEY=VALUE`: learning rate, weight of the penalty, batch,
  ///     `evaluation.…`, `checkpoint.…`. The run's history records them.
  ///   - force: whether to take the run over from a process on another machine, which may be alive.
  ///   - discardLater: whether checkpoints after the one to continue from are deleted; otherwise they are an error.
  ///   - options: the threads, the data set's folder, the stop flag and the callbacks of training.
  /// - Throws: as ``train(_:steps:seed:name:sharesName:checkpointEvery:initial:options:)``; `StoreError` if another
  ///   process trains the run or later checkpoints would be deleted; ``RecipeError`` for a setting.
  @discardableResult
  public func resume(
    _ reference: String, steps: Int? = nil, until: Int? = nil, from checkpoint: Int? = nil,
    setting assignments: [String] = [], force: Bool = false, discardLater: Bool = false,
    options: TrainingOptions = TrainingOptions()
  ) throws -> Run {
    let resolved = try store.resolve(reference)
    let run = resolved.run
    guard checkpoint == nil || resolved.checkpoint == nil else {
      throw ModelZooError(
        .invalidArgument, "'\(reference)' names a checkpoint already; leave out the step to continue from")
    }
    let selector = checkpoint.map(CheckpointSelector.step) ?? resolved.checkpoint ?? .latest
    let state = try store.snapshot(of: run.id, at: selector)
    guard let execution = options.execution ?? Execution(rawValue: run.backend) else {
      throw ModelZooError(
        .invalidRun, "run \(run.id) was computed by '\(run.backend)', which this version does not know")
    }
    let threads = try Self.checked(threads: options.threads ?? run.threads)
    let reasons = try inexactness(of: run, options) + lostEpisodes(of: run, state)
    guard options.allowInexact || reasons.isEmpty else {
      throw ModelZooError(
        .inexact,
        "run \(run.id) can't continue bit for bit here: \(reasons.joined(separator: "; ")); "
          + "allow other bits, or continue where it began", remedy: .allowInexact)
    }
    // Everything is checked before the run is changed.
    let stored = try StoredTraining(self, run, changing: assignments, data: options.data, threads: threads)
    try checkGoal(of: run, at: state.step, stored.specification.settings.stopAt)
    let (target, end) = try Self.goal(of: run, start: state.step, steps: steps, until: until)
    let makeRunner = execution.makeRunner(threads: threads)
    _ = try stored.trainer(at: state, target: target, makeRunner)
    let sampler = try stored.sampler(threads: threads)
    let (claim, snapshot) = try store.resume(
      run.id, from: .step(state.step), targetStep: target, discardLater: discardLater, force: force)
    try record(reasons, stored, of: run, at: state.step, target: target, claim)
    if let folder = options.data { try store.keep(dataFolder: folder.standardizedFileURL.path, claim: claim) }
    if let old = run.targetStep, old != target {
      options.note("the target of run \(run.id) changes from \(old) to \(target) steps")
    }
    for reason in reasons { options.warn("the run does not continue bit for bit: \(reason)") }
    try TrainingLoop(
      store: store, claim: claim, policy: stored.specification.checkpoint, target: target, end: end, options: options,
      evaluation: stored.specification.settings.agent?.evaluation, best: stored.specification.settings.bestEvaluation,
      stopAt: stored.specification.settings.stopAt, sampler: sampler,
      log: trainingLog(of: run.id, stored.specification, from: snapshot.step)
    ).run { try stored.trainer(at: snapshot, target: target, makeRunner) }
    return try store.run(run.id)
  }

  /// Records in the run's history that it continues, and its changes.
  private func record(
    _ reasons: [String], _ stored: StoredTraining, of run: Run, at step: Int, target: Int, _ claim: Claim
  ) throws {
    let exactness = reasons.isEmpty ? "" : ", not bit for bit: \(reasons.joined(separator: "; "))"
    try store.record(Event(.resumed, step: step, message: "continued from step \(step)\(exactness)"), claim: claim)
    if let old = run.targetStep, old != target {
      try store.record(Event(.changed, step: step, message: "target: \(old) → \(target)"), claim: claim)
    }
    guard !stored.changes.isEmpty else { return }
    try store.change(
      settings: stored.specification.json(), graphs: stored.changedGraphs,
      recording: Event(.changed, step: step, message: stored.changes.joined(separator: ", ")), claim: claim)
  }

  /// Whether a recipe has the settings of a run.
  ///
  /// - Throws: ``ModelZooError`` if the run's settings can't be read.
  public func keepsSettings(of run: Run, _ recipe: Recipe) throws -> Bool {
    try specification(of: run).settings.isEqual(to: recipe.settings)
  }

  /// The reason why bits differ if the environment of a checkpoint could not be saved; otherwise empty.
  func lostEpisodes(of run: Run, _ state: TrainingState) throws -> [String] {
    guard let (_, settings) = try agent(run.id), settings.environment.isGymnasium,
      !EnvironmentState(in: state.tensors).continuesEpisodes
    else { return [] }
    return ["'\(settings.environment.id)' can't be saved, so new episodes begin"]
  }

  /// - Throws: ``ModelZooError`` if an evaluation has ended the run at this step.
  private func checkGoal(of run: Run, at step: Int, _ stopAt: Double?) throws {
    guard run.status == .done, let stopAt, let value = try store.goal(of: run.id, at: step, stopAt: stopAt) else {
      return
    }
    throw ModelZooError(
      .invalidArgument,
      "run \(run.id) is done: its evaluation at step \(step) is \(value), at least \(stopAt) of stop.evaluation: "
        + "nothing is left to do; raise it", remedy: .raiseGoal)
  }

  /// The step at which the run is done, and the one at which training ends this time.
  private static func goal(of run: Run, start: Int, steps: Int?, until: Int?) throws -> (target: Int, end: Int) {
    guard steps == nil || until == nil else {
      throw ModelZooError(.invalidArgument, "steps and until exclude each other; give one of them")
    }
    let sum = start.addingReportingOverflow(steps ?? 0)
    let end = sum.overflow ? .max : sum.partialValue
    guard let target = until ?? run.targetStep ?? steps.map({ _ in end }) else {
      throw ModelZooError(.invalidArgument, "run \(run.id) has no target; give the number of steps")
    }
    // A run that was stopped during its last evaluation still has that left.
    guard target > start || (target == start && target == run.targetStep && run.status != .done) else {
      throw ModelZooError(
        .invalidArgument,
        "run \(run.id) is at step \(start) and its target is \(target): nothing is left to do; raise the target",
        remedy: .raiseTarget)
    }
    guard steps ?? 1 >= 1 else {
      throw ModelZooError(.invalidArgument, "\(steps ?? 0) more steps, expected at least 1")
    }
    return (target, steps == nil ? target : min(end, target))
  }
}
