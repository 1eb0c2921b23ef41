import GRDB

extension Store {
  /// Resolves a run's id, a unique prefix of it or the run's name, with or without `@STEP`, `@latest` or `@best`.
  ///
  /// An id has precedence over a name, a name over a prefix.
  ///
  /// - Throws: ``StoreError`` if no run or several runs match, or the text after `@` is not a step.
  public func resolve(_ text: String) throws -> Reference {
    let (name, checkpoint) = try Self.parts(of: text)
    return try read { db in
      if let run = try Self.run(name, where: ["id = ?", "name = ?", "instr(id, ?) = 1"], db) {
        return Reference(run: run, checkpoint: checkpoint)
      }
      guard try !NamedGraphTable(db: db).exists(name) else {
        throw StoreError(.unknownRun, "'\(name.excerpt())' is a graph, expected a run", remedy: .list)
      }
      throw Self.unknown(name)
    }
  }

  /// Resolves a reference to a run, as ``resolve(_:)`` does, or the name of a graph.
  ///
  /// A run's id has precedence over a run's name, that over a graph's name, that over a prefix of a run's id.
  ///
  /// - Throws: ``StoreError`` if no run and no graph matches, several runs match, or the text after `@` is not a step.
  public func find(_ text: String) throws -> StoredReference {
    let (name, checkpoint) = try Self.parts(of: text)
    return try read { db in
      let isGraph = try NamedGraphTable(db: db).exists(name)
      let conditions = ["id = ?", "name = ?"] + (isGraph ? [] : ["instr(id, ?) = 1"])
      if let run = try Self.run(name, where: conditions, db) {
        return .run(Reference(run: run, checkpoint: checkpoint))
      }
      guard isGraph else {
        throw StoreError(
          .unknownRun,
          "no run or graph is '\(name.excerpt())': expected an id, the beginning of one, or the name of a run or graph",
          remedy: .listAll)
      }
      guard checkpoint == nil else {
        throw StoreError(
          .noCheckpoint, "'\(name.excerpt())' is a graph, which has no checkpoints; give its name alone")
      }
      return .graph(name)
    }
  }

  /// The name in front of `@`, and the checkpoint after it.
  private static func parts(of text: String) throws -> (name: String, checkpoint: CheckpointSelector?) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard !name.isEmpty else {
      throw StoreError(.invalidName, "'\(text.excerpt())' names no run; expected RUN, RUN@STEP, RUN@latest or RUN@best")
    }
    let checkpoint = try parts.dropFirst().first.map { part -> CheckpointSelector in
      if part == "latest" { return .latest }
      if part == "best" { return .best }
      guard let step = Int(part), step >= 0 else {
        throw StoreError(
          .invalidName,
          "'\(part.excerpt())' in '\(text.excerpt())' is not a step; expected RUN@STEP, RUN@latest or RUN@best")
      }
      return .step(step)
    }
    return (name, checkpoint)
  }

  /// The run that fulfils the first of some conditions that any run fulfils; nil if there is none.
  private static func run(_ name: String, where conditions: [String], _ db: Database) throws -> Run? {
    for condition in conditions {
      let found = try RunTable(db: db).all(where: condition, [name])
      guard found.count <= 1 else { throw ambiguous(name, found) }
      if let run = found.first { return run }
    }
    return nil
  }

  private static func ambiguous(_ name: String, _ runs: [Run]) -> StoreError {
    let list = runs.map { "\($0.id) (\(($0.name ?? $0.model).excerpt(20)), step \($0.step))" }.listed(4)
    return StoreError(
      .ambiguousReference, "'\(name.excerpt())' matches \(runs.count) runs: \(list); use more digits of the id")
  }

  static func unknown(_ run: String) -> StoreError {
    StoreError(
      .unknownRun,
      "no run is '\(run.excerpt())': expected an id, the beginning of one, or a run's name", remedy: .list)
  }
}
