import RunStore

extension ModelZoo {
  /// Starts a run from a checkpoint of another run, which stays as it is.
  ///
  /// The new run has the other's state, seed and machine, and is interrupted at the checkpoint's step.
  /// ``resume(_:steps:until:from:setting:force:discardLater:options:)`` trains it.
  ///
  /// - Parameters:
  ///   - reference: the checkpoint: `RUN`, `RUN@STEP`, `RUN@latest` or `RUN@best`.
  ///   - assignments: settings that differ from the other run's, each `KEY=VALUE`.
  ///   - name: a name for the run.
  ///   - sharesName: whether another run may have the name; by default that is an error.
  ///   - until: the step at which the run is done; the other run's target by default.
  ///   - options: the data set's folder.
  /// - Returns: the new run.
  /// - Throws: `StoreError` if there is no such checkpoint; ``RecipeError`` for a setting; `AlgorithmError` if the
  ///   state does not fit the settings.
  @discardableResult
  public func fork(
    _ reference: String, setting assignments: [String] = [], name: String? = nil, sharesName: Bool = false,
    until: Int? = nil, options: TrainingOptions = TrainingOptions()
  ) throws -> Run {
    let resolved = try store.resolve(reference)
    let parent = resolved.run
    try Self.check(name: name)
    if let name, !sharesName { try store.requireUnused(name: name) }
    let (checkpoint, state) = try store.load(parent.id, at: resolved.checkpoint ?? .latest)
    let stored = try StoredTraining(
      self, parent, changing: assignments, isFork: true, data: options.data,
      threads: Self.checked(threads: parent.threads))
    guard let execution = Execution(rawValue: parent.backend) else {
      throw ModelZooError(
        .invalidRun, "run \(parent.id) was computed by '\(parent.backend)', which this version does not know")
    }
    let target = until ?? parent.targetStep
    // Checks that the state fits before anything is written.
    do {
      let trainer = try stored.trainer(
        at: state, target: target ?? .max, execution.makeRunner(threads: parent.threads))
      // A part that is left over would be lost without a word, such as the moments of an optimiser.
      if let kept = try? trainer.state.tensors, let unused = state.tensors.keys.filter({ kept[$0] == nil }).min() {
        throw ModelZooError(.invalidArgument, "nothing takes '\(unused)' of the state")
      }
    } catch let error where !assignments.isEmpty {
      throw ModelZooError(
        .invalidArgument,
        "--set \(assignments.joined(separator: " --set ")): the state of \(checkpoint.id) does not fit; keep the "
          + "optimiser, the networks and the environments, or start a new run", cause: error)
    }
    let run = NewRun(
      name: name, model: parent.model, recipe: try store.recipe(of: parent.id), seed: parent.seed,
      algorithm: parent.algorithm, settings: try stored.specification.json(), targetStep: target,
      parent: checkpoint.id, backend: parent.backend, machine: parent.machine, threads: parent.threads,
      platform: parent.platform,
      data: DataFolder.recorded(stored.specification.dataset, named: options.data, else: parent.data))
    let claim = try store.createRun(run, graphs: stored.graphs.stored, initial: state, sharesName: sharesName)
    if !stored.changes.isEmpty {
      try store.record(
        Event(.changed, step: state.step, message: stored.changes.joined(separator: ", ")), claim: claim)
    }
    try store.release(claim, status: state.step >= target ?? .max ? .done : .interrupted)
    return try store.run(claim.run)
  }
}
