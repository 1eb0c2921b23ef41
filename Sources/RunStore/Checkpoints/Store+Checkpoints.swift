import Checkpointing
import Foundation
import GRDB
import GraphIR

extension Store {
  /// Writes a checkpoint: the state, the metrics up to it and the run's progress, in one transaction that is on the
  /// disk when the call returns. The same transaction deletes checkpoints that `keep` does not keep.
  ///
  /// - Parameters:
  ///   - snapshot: the state to write.
  ///   - claim: the claim of the run.
  ///   - metrics: the metrics since the last checkpoint, up to the snapshot's step.
  ///   - events: the events since the last checkpoint.
  ///   - pictures: the pictures since the last checkpoint, up to the snapshot's step.
  ///   - keep: the rule for checkpoints of the run that stay.
  /// - Throws: ``StoreError`` if the claim is no longer the run's, the step lies before the last checkpoint, a metric
  ///   or a picture lies after the snapshot, the disk is full, … Nothing was written then.
  @discardableResult
  public func commit(
    _ snapshot: TrainingState, claim: Claim, metrics: [Metric] = [], events: [Event] = [],
    pictures: [StoredPicture] = [], keep: KeepPolicy = KeepPolicy()
  ) throws -> Checkpoint {
    try commit(claim: claim, keep: keep) {
      Submission(snapshot: snapshot, metrics: metrics, events: events, pictures: pictures)
    }
  }

  /// Writes the checkpoint that `next` returns. `next` is called again after each wait for a lock.
  func commit(claim: Claim, keep: KeepPolicy, _ next: () -> Submission) throws -> Checkpoint {
    try write(upTo: trainingTimeout) {
      let submission = next()
      let (snapshot, metrics) = (submission.snapshot, submission.metrics)
      try checkNames(
        snapshot.names + Set(metrics.map(\.key)) + submission.events.map(\.message) + submission.pictures.map(\.name))
      if let late = metrics.first(where: { $0.step > snapshot.step }) {
        throw StoreError(
          .outOfOrder,
          "metric '\(late.key.excerpt())': expected at most the checkpoint's step \(snapshot.step), found \(late.step)")
      }
      if let late = submission.pictures.first(where: { $0.step > snapshot.step }) {
        throw StoreError(
          .outOfOrder,
          "picture '\(late.name.excerpt())': expected at most the checkpoint's step \(snapshot.step), "
            + "found \(late.step)")
      }
      // Hashed before the transaction: others wait while it is open.
      return (submission, StateDigests(of: snapshot))
    } _: { db, input in
      let (submission, digests) = input
      let snapshot = submission.snapshot
      try ClaimTable(db: db).check(claim)
      let table = CheckpointTable(db: db)
      if let last = try table.find(claim.run, .latest)?.checkpoint.id, last.step > snapshot.step {
        throw StoreError(
          .outOfOrder,
          "a checkpoint at step \(snapshot.step) can't follow \(last); resume the run from an earlier step first")
      }
      let checkpoint = try table.insert(snapshot, digests: digests, run: claim.run)
      try MetricTable(db: db).insert(submission.metrics, run: claim.run)
      try EventTable(db: db).insert(submission.events, run: claim.run)
      try PictureTable(db: db).insert(submission.pictures, run: claim.run)
      try db.run(
        "UPDATE run SET step = ?, updated_at = ? WHERE id = ?", [snapshot.step, Date().milliseconds, claim.run])
      try table.prune(claim.run, keep: keep)
      return checkpoint
    }
  }

  /// Claims a run and returns it to one of its checkpoints. The same transaction deletes later checkpoints, metrics
  /// and pictures.
  ///
  /// - Parameters:
  ///   - run: the run's id.
  ///   - checkpoint: the checkpoint to continue from.
  ///   - targetStep: the new target number of steps; nil keeps the old one.
  ///   - discardLater: deletes checkpoints after that one and records an ``Event/Kind/discarded`` event. Without it, a
  ///     later checkpoint is an error.
  ///   - owner: the process that trains the run.
  ///   - force: takes the run over from a process that seems to be alive.
  /// - Returns: the claim and the state. Each tensor is checked against its digest.
  /// - Throws: ``StoreError`` if there is no such run or checkpoint, another process trains the run, the state is
  ///   damaged, or a later checkpoint would be lost. Nothing was changed then.
  public func resume(
    _ run: String, from checkpoint: CheckpointSelector = .latest, targetStep: Int? = nil, discardLater: Bool = false,
    owner: ProcessIdentity = .current, force: Bool = false
  ) throws -> (claim: Claim, snapshot: TrainingState) {
    try requireWritable()
    // A process that writes constantly delays a writer. A reader finds its claim without the write lock.
    if !force { try read(upTo: trainingTimeout) { try ClaimTable(db: $0).requireUnclaimed(run) } }
    return try advising(of: run) {
      try write(upTo: trainingTimeout) { db in
        guard try RunTable(db: db).exists(run) else { throw Self.unknown(run) }
        let claim = try ClaimTable(db: db).claim(run, owner: owner, force: force)
        let table = CheckpointTable(db: db)
        let snapshot = try table.snapshot(run, checkpoint)
        if let later = try LaterCheckpoints(of: run, after: snapshot.step, in: table) {
          guard discardLater else { throw later.refusal }
          try EventTable(db: db).insert([later.event], run: run)
          try table.remove("run = ? AND step > ?", [run, snapshot.step])
        }
        try MetricTable(db: db).remove(after: snapshot.step, run: run)
        try PictureTable(db: db).remove(after: snapshot.step, run: run)
        try db.execute(
          sql: """
            UPDATE run SET status = 'running', message = NULL, step = ?,
              target_step = coalesce(?, target_step), updated_at = ?
            WHERE id = ?
            """,
          arguments: [snapshot.step, targetStep, Date().milliseconds, run])
        return (claim, snapshot)
      }
    }
  }

  /// The checkpoints of a run, newest first.
  ///
  /// - Throws: ``StoreError`` if there is no such run.
  public func checkpoints(of run: String) throws -> [Checkpoint] {
    try read { db in
      guard try RunTable(db: db).exists(run) else { throw Self.unknown(run) }
      return try CheckpointTable(db: db).all(of: run).map(\.checkpoint)
    }
  }

  /// A checkpoint of a run, without its state.
  ///
  /// - Throws: ``StoreError`` if there is no such run or checkpoint.
  public func checkpoint(of run: String, at selector: CheckpointSelector = .latest) throws -> Checkpoint {
    try read { db in
      guard try RunTable(db: db).exists(run) else { throw Self.unknown(run) }
      return try CheckpointTable(db: db).get(run, selector).checkpoint
    }
  }

  /// The state in a checkpoint. Each tensor is checked against its digest.
  ///
  /// - Throws: ``StoreError`` if there is no such run or checkpoint, or the state is damaged.
  public func snapshot(of run: String, at selector: CheckpointSelector = .latest) throws -> TrainingState {
    try load(run, at: selector).snapshot
  }

  /// One tensor of the state in a checkpoint, checked against its digest.
  ///
  /// - Throws: ``StoreError`` if there is no such run, checkpoint or tensor, or it is damaged.
  public func tensor(_ name: String, of run: String, at selector: CheckpointSelector = .latest) throws -> TensorValue {
    try read { db in
      guard try RunTable(db: db).exists(run) else { throw Self.unknown(run) }
      return try CheckpointTable(db: db).tensor(name, of: run, selector)
    }
  }

  /// A checkpoint with its state, read in one transaction: they match even while another process trains the run and
  /// deletes old checkpoints.
  ///
  /// - Throws: as ``snapshot(of:at:)``.
  public func load(
    _ run: String, at selector: CheckpointSelector = .latest
  ) throws -> (checkpoint: Checkpoint, snapshot: TrainingState) {
    try advising(of: run) {
      try read { db in
        guard try RunTable(db: db).exists(run) else { throw Self.unknown(run) }
        let table = CheckpointTable(db: db)
        return (try table.get(run, selector).checkpoint, try table.snapshot(run, selector))
      }
    }
  }

  /// Calls `body`, and adds the newest sound checkpoint of `run` to an error about damage.
  private func advising<Result>(of run: String, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as StoreError where [.corrupt, .corruptTensor].contains(error.code) {
      guard let checkpoints = try? checkpoints(of: run) else { throw error }
      let sound = checkpoints.firstIndex { checkpoint in
        // Further damage, or a lock, must not hide the first error.
        (try? read { try CheckpointTable(db: $0).snapshot(run, .step(checkpoint.id.step)) }) != nil
      }
      let newest = sound.map { "the newest sound checkpoint is \(checkpoints[$0].id)" }
      throw StoreError(
        error.code, "\(error.message.excerpt(160)); \(newest ?? "no checkpoint of the run is sound")",
        remedy: sound.map { .resume(checkpoints[$0].id, discardsLater: $0 > 0) }, cause: error.cause)
    }
  }

  /// The metrics of a run, by key and then by step.
  ///
  /// - Parameters:
  ///   - run: the run's id.
  ///   - keys: the keys of the metrics; nil for all.
  ///   - steps: the range of steps; nil for all.
  /// - Throws: ``StoreError`` if there is no such run.
  public func metrics(of run: String, keys: [String]? = nil, steps: ClosedRange<Int>? = nil) throws -> [Metric] {
    try read { db in
      guard try RunTable(db: db).exists(run) else { throw Self.unknown(run) }
      return try MetricTable(db: db).all(of: run, keys: keys, steps: steps)
    }
  }

  /// - Throws: ``StoreError`` for a name that could not be read back: SQLite ends text at a NUL.
  func checkNames(_ names: some Sequence<String>) throws {
    for name in names where name.utf8.contains(0) {
      throw StoreError(.invalidName, "the name '\(name.excerpt(120))' contains a NUL; remove it")
    }
  }
}
