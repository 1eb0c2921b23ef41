import Checkpointing
import Foundation
import GRDB
import GraphIR

/// The table `checkpoint` and those of its tensors, streams and counters.
struct CheckpointTable {
  let db: Database

  /// Writes `snapshot` as the checkpoint of `run` at its step, and replaces another checkpoint at that step.
  func insert(_ snapshot: TrainingState, digests: StateDigests, run: String) throws -> Checkpoint {
    if let same = try find(run, .step(snapshot.step)), same.checkpoint.stateDigest == digests.state {
      return same.checkpoint
    }
    let tensors = TensorTable(db: db)
    var rows: [(name: String, tensor: Int64)] = []
    for (name, value) in snapshot.tensors.sorted(by: { $0.key < $1.key }) {
      guard let digest = digests.tensors[name] else { preconditionFailure("tensor '\(name)' has no digest") }
      rows.append((name, try tensors.insert(value, digest: digest)))
    }
    let replaced = try delete("run = ? AND step = ?", [run, snapshot.step])
    let created = Date()
    try db.run(
      "INSERT INTO checkpoint (run, step, created_at, digest) VALUES (?, ?, ?, ?)",
      [run, snapshot.step, created.milliseconds, digests.state])
    let row = db.lastInsertedRowID
    for (name, tensor) in rows { try db.run("INSERT INTO checkpoint_tensor VALUES (?, ?, ?)", [row, name, tensor]) }
    for (name, stream) in snapshot.streams {
      try db.run(
        "INSERT INTO checkpoint_stream VALUES (?, ?, ?, ?)",
        [row, name, Int64(bitPattern: stream.key), Int64(bitPattern: stream.counter)])
    }
    for (name, value) in snapshot.counters {
      try db.run("INSERT INTO checkpoint_counter VALUES (?, ?, ?)", [row, name, value])
    }
    try tensors.removeUnused(replaced)
    return Checkpoint(
      id: CheckpointID(run: run, step: snapshot.step), created: created, stateDigest: digests.state,
      byteCount: snapshot.tensors.values.reduce(0) { $0 + $1.byteCount })
  }

  private static let listing = """
    SELECT checkpoint.*, (
      SELECT coalesce(sum(byte_count), 0) FROM checkpoint_tensor JOIN tensor ON tensor.id = checkpoint_tensor.tensor
      WHERE checkpoint_tensor.checkpoint = checkpoint.id
    ) AS byte_count FROM checkpoint WHERE run = ?
    """

  /// The step of a run's best checkpoint.
  private static let best = evaluations("checkpoint.step")

  private static func evaluations(_ columns: String) -> String {
    """
    SELECT \(columns) FROM checkpoint JOIN metric USING (run, step)
    WHERE run = ? AND key = '\(Metric.evaluation)' AND value IS NOT NULL
    ORDER BY \(BestEvaluation.rank) DESC, step LIMIT 1
    """
  }

  /// The step and the evaluation of a run's best checkpoint; nil if none was evaluated.
  func bestEvaluation(of run: String) throws -> (step: Int, evaluation: Double)? {
    try Row.fetchOne(db, sql: Self.evaluations("step, value"), arguments: [run]).map {
      (try $0.value("step"), try $0.value("value"))
    }
  }

  /// The checkpoints of a run, newest first.
  func all(of run: String) throws -> [(row: Int64, checkpoint: Checkpoint)] {
    try Row.fetchAll(db, sql: Self.listing + " ORDER BY step DESC", arguments: [run]).map(Self.decode)
  }

  func find(_ run: String, _ selector: CheckpointSelector) throws -> (row: Int64, checkpoint: Checkpoint)? {
    switch selector {
    case .latest:
      try Row.fetchOne(db, sql: Self.listing + " ORDER BY step DESC LIMIT 1", arguments: [run]).map(Self.decode)
    case .best:
      try Row.fetchOne(db, sql: Self.listing + " AND step = (\(Self.best))", arguments: [run, run]).map(Self.decode)
    case .step(let step):
      try Row.fetchOne(db, sql: Self.listing + " AND step = ?", arguments: [run, step]).map(Self.decode)
    }
  }

  /// - Throws: ``StoreError`` if there is no such checkpoint.
  func get(_ run: String, _ selector: CheckpointSelector) throws -> (row: Int64, checkpoint: Checkpoint) {
    if let found = try find(run, selector) { return found }
    let steps = try all(of: run).map { String($0.checkpoint.id.step) }
    let known = "it has checkpoints at \(steps.listed(10))"
    switch selector {
    case .best where !steps.isEmpty:
      throw StoreError(
        .noCheckpoint, "run \(run) has no best checkpoint: none was evaluated when it was written; \(known)")
    case .step(let step) where !steps.isEmpty:
      throw StoreError(.noCheckpoint, "run \(run) has no checkpoint at step \(step); \(known)")
    default:
      throw StoreError(.noCheckpoint, "run \(run) has no checkpoint")
    }
  }

  private static func decode(_ row: Row) throws -> (row: Int64, checkpoint: Checkpoint) {
    let checkpoint = Checkpoint(
      id: CheckpointID(run: try row.value("run"), step: try row.count("step")), created: try row.date("created_at"),
      stateDigest: try row.value("digest"), byteCount: try row.count("byte_count"))
    return (try row.value("id"), checkpoint)
  }

  /// The state in a checkpoint. Each tensor and the whole state are checked against their digests.
  func snapshot(_ run: String, _ selector: CheckpointSelector) throws -> TrainingState {
    let (row, checkpoint) = try get(run, selector)
    var snapshot = try stateWithoutTensors(row, checkpoint)
    let table = TensorTable(db: db)
    var digests: [String: Digest] = [:]
    var read: [Int64: (value: TensorValue, digest: Digest)] = [:]
    for entry in try rows("checkpoint_tensor", row) {
      let (name, id): (String, Int64) = (try entry.value("name"), try entry.value("tensor"))
      let tensor = try read[id] ?? table.value(id, name: "\(checkpoint.id) \(name.excerpt())")
      read[id] = tensor
      snapshot.tensors[name] = tensor.value
      digests[name] = tensor.digest
    }
    try check(StateDigests(of: snapshot, tensors: digests), checkpoint)
    return snapshot
  }

  /// A tensor of the state in a checkpoint.
  func tensor(_ name: String, of run: String, _ selector: CheckpointSelector) throws -> TensorValue {
    let (row, checkpoint) = try get(run, selector)
    let sql = "SELECT tensor FROM checkpoint_tensor WHERE checkpoint = ? AND name = ?"
    guard let id = try Int64.fetchOne(db, sql: sql, arguments: [row, name]) else {
      throw StoreError(.noTensor, "checkpoint \(checkpoint.id) has no tensor '\(name.excerpt())'")
    }
    return try TensorTable(db: db).value(id, name: "\(checkpoint.id) \(name.excerpt())").value
  }

  /// Checks a checkpoint's state against its digest, but not its tensors against theirs.
  func checkState(_ id: CheckpointID) throws {
    let (row, checkpoint) = try get(id.run, .step(id.step))
    let entries = try Row.fetchAll(
      db, sql: "SELECT name, digest FROM checkpoint_tensor JOIN tensor ON tensor.id = tensor WHERE checkpoint = ?",
      arguments: [row])
    // Names that differ in SQLite can be equal in Swift. In that case the state's digest differs.
    let digests: [String: Digest] = try Dictionary(
      entries.map { (try $0.value("name"), try $0.value("digest")) }, uniquingKeysWith: { first, _ in first })
    try check(StateDigests(of: try stateWithoutTensors(row, checkpoint), tensors: digests), checkpoint)
  }

  private func check(_ digests: StateDigests, _ checkpoint: Checkpoint) throws {
    guard digests.state == checkpoint.stateDigest else {
      throw StoreError(.corrupt, "the state of checkpoint \(checkpoint.id) differs from the written state")
    }
  }

  private func stateWithoutTensors(_ row: Int64, _ checkpoint: Checkpoint) throws -> TrainingState {
    var snapshot = TrainingState(step: checkpoint.id.step)
    for entry in try rows("checkpoint_stream", row) {
      snapshot.streams[try entry.value("name")] = RandomStream(
        key: UInt64(bitPattern: try entry.value("key")), counter: UInt64(bitPattern: try entry.value("counter")))
    }
    for entry in try rows("checkpoint_counter", row) {
      snapshot.counters[try entry.value("name")] = try entry.value("value")
    }
    return snapshot
  }

  private func rows(_ table: String, _ checkpoint: Int64) throws -> [Row] {
    try Row.fetchAll(db, sql: "SELECT * FROM \(table) WHERE checkpoint = ?", arguments: [checkpoint])
  }

  /// Deletes the checkpoints of `run` that `policy` does not keep.
  func prune(_ run: String, keep policy: KeepPolicy) throws {
    try remove(
      """
      run = ?1 AND (?3 IS NULL OR step NOT IN (SELECT min(step) FROM checkpoint WHERE run = ?1 GROUP BY step / ?3))
        AND step NOT IN (SELECT step FROM checkpoint WHERE run = ?1 ORDER BY step DESC LIMIT ?2)
        AND step IS NOT (\(Self.best.replacing("?", with: "?1")))
      """, [run, policy.last, policy.every])
  }

  /// Deletes the checkpoints that fulfil `condition`, and the tensors that nothing refers to any more.
  func remove(_ condition: String, _ arguments: StatementArguments) throws {
    try TensorTable(db: db).removeUnused(try delete(condition, arguments))
  }

  /// Deletes the checkpoints that fulfil `condition` and returns their tensors.
  private func delete(_ condition: String, _ arguments: StatementArguments) throws -> [Int64] {
    let sql = """
      SELECT DISTINCT tensor FROM checkpoint_tensor
      WHERE checkpoint IN (SELECT id FROM checkpoint WHERE \(condition))
      """
    let tensors = try Int64.fetchAll(db.cachedStatement(sql: sql), arguments: arguments)
    try db.run("DELETE FROM checkpoint WHERE \(condition)", arguments)
    return tensors
  }
}
