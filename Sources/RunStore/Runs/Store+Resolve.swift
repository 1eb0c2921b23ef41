import GRDB

extension Store {
  /// Resolves a run's id, a unique prefix of it or the run's name, with or without `@STEP`, `@latest` or `@best`.
  ///
  /// An id has precedence over a name, a name over a prefix.
  ///
  /// - Throws: ``StoreError`` if no run or several runs match, or the text after `@` is not a step.
  public func resolve(_ text: String) throws -> Reference {
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
    return try read { db in
      for condition in ["id = ?", "name = ?", "instr(id, ?) = 1"] {
        let found = try RunTable(db: db).all(where: condition, [name])
        guard found.count <= 1 else { throw Self.ambiguous(name, found) }
        if let run = found.first { return Reference(run: run, checkpoint: checkpoint) }
      }
      throw Self.unknown(name)
    }
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
