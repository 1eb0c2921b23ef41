import Checkpointing
import Crypto
import Foundation
import GRDB
import GraphIR

extension Store {
  /// Starts a run: writes its data, its graphs and its first checkpoint in one transaction, and claims it.
  ///
  /// - Parameters:
  ///   - run: the data of the run.
  ///   - graphs: its networks and programs by role, for example `generator` and `critic`.
  ///   - initial: the state before the first step, at step 0 or, for a fork, at the step of the parent's checkpoint. A
  ///     run can therefore be resumed from its start.
  ///   - sharesName: whether another run may have the name.
  ///   - owner: the process that trains the run.
  /// - Throws: ``StoreError`` for a name that can't be stored or that a graph has, settings that are not JSON, or
  ///   if the write fails.
  public func createRun(
    _ run: NewRun, graphs: [String: Graph], initial: TrainingState, sharesName: Bool = true,
    owner: ProcessIdentity = .current
  ) throws -> Claim {
    try run.name.map(Annotation.check(name:))
    guard (try? JSONSerialization.jsonObject(with: Data(run.settings.utf8))) is [String: Any] else {
      throw StoreError(.invalidName, "settings of a run: expected a JSON object, found '\(run.settings.excerpt())'")
    }
    try checkNames(initial.names)
    try checkNames(
      [run.name, run.model, run.recipe, run.algorithm, run.backend, run.machine].compactMap { $0 } + graphs.keys)
    let digests = StateDigests(of: initial)
    let recipe = SHA256.hash(data: Data(run.recipe.utf8))
    guard let recipe = Digest(bytes: recipe) else { preconditionFailure("expected 32 bytes of SHA-256") }
    return try write(upTo: trainingTimeout) { db in
      if let name = run.name {
        try NamedGraphTable(db: db).requireUnused(name: name)
        if !sharesName { try RunTable(db: db).requireUnused(name: name) }
      }
      let id = try RunTable(db: db).insert(run, digest: recipe, step: initial.step)
      for (role, graph) in graphs {
        let row = try GraphTable(db: db).insert(graph)
        try db.run("INSERT INTO run_graph VALUES (?, ?, ?)", [id, role, row])
      }
      _ = try CheckpointTable(db: db).insert(initial, digests: digests, run: id)
      if let parent = run.parent {
        let event = Event(.forked, step: initial.step, message: "forked from \(parent)")
        try EventTable(db: db).insert([event], run: id)
      }
      return try ClaimTable(db: db).claim(id, owner: owner, force: false)
    }
  }

  /// Checks that no run and no graph has a name, before work is done for a new one.
  ///
  /// - Throws: ``StoreError`` with code `nameTaken`.
  public func requireUnused(name: String) throws {
    try read { db in
      try RunTable(db: db).requireUnused(name: name)
      try NamedGraphTable(db: db).requireUnused(name: name)
    }
  }

  /// Ends a claim and records the run's status.
  ///
  /// - Parameters:
  ///   - claim: the claim to end.
  ///   - status: the new status of the run.
  ///   - message: the error message, if the run failed.
  /// - Throws: ``StoreError`` if the claim is no longer the run's.
  public func release(_ claim: Claim, status: Run.Status, message: String? = nil) throws {
    try write(upTo: trainingTimeout) { db in
      let table = ClaimTable(db: db)
      try table.check(claim)
      try table.release(claim)
      try db.execute(
        sql: "UPDATE run SET status = ?, message = ?, updated_at = ? WHERE id = ?",
        arguments: [status.rawValue, message, Date().milliseconds, claim.run])
    }
    // A lock of another connection only leaves the file larger.
    do { try reclaimSpace() } catch let error as StoreError where error.code == .busy {}
  }

  /// Runs with their latest metrics; by default all of them, the last written first.
  ///
  /// - Parameters:
  ///   - filter: the conditions; by default none.
  ///   - order: the order of the runs.
  ///   - descending: whether the greatest value comes first.
  ///   - offset: the number of runs at the start that are left out.
  ///   - limit: the maximal number of runs; nil, the default, for all.
  /// - Throws: ``StoreError`` if the file can't be read.
  public func runs(
    _ filter: RunFilter = RunFilter(), by order: RunOrder = .updated, descending: Bool = true, offset: Int = 0,
    limit: Int? = nil
  ) throws -> [Run] {
    let (condition, arguments) = filter.sql
    let (key, keyArguments) = order.sql
    let direction = descending ? "DESC" : "ASC"
    return try read { db in
      try RunTable(db: db).all(
        where: condition, arguments, order: "\(key) IS NULL, \(key) \(direction), rowid \(direction)",
        keyArguments + keyArguments, offset: offset, limit: limit)
    }
  }

  /// The number of runs that fulfil the conditions.
  ///
  /// - Throws: ``StoreError`` if the file can't be read.
  public func runCount(_ filter: RunFilter = RunFilter()) throws -> Int {
    let (condition, arguments) = filter.sql
    return try read { db in try RunTable(db: db).count(where: condition, arguments) }
  }

  /// The run with this id, with all its data.
  ///
  /// - Throws: ``StoreError`` if there is no such run.
  public func run(_ id: String) throws -> Run {
    try read { db in
      guard let run = try RunTable(db: db).all(where: "id = ?", [id]).first else { throw Self.unknown(id) }
      return run
    }
  }

  /// The runs with an operator in one of their graphs, the last written first.
  ///
  /// - Throws: ``StoreError`` if the file can't be read.
  public func runs(using op: Op) throws -> [Run] { try runs(RunFilter(op: op)) }

  /// The text of a run's recipe at the start of the run.
  ///
  /// - Throws: ``StoreError`` if there is no such run.
  public func recipe(of run: String) throws -> String {
    try read { db in
      let sql = "SELECT text FROM run JOIN recipe ON recipe.digest = run.recipe WHERE run.id = ?"
      guard let text = try String.fetchOne(db, sql: sql, arguments: [run]) else { throw Self.unknown(run) }
      return text
    }
  }
}
