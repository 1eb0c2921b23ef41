import GRDB

extension Store {
  /// What a run's id, a unique prefix of it or the run's name stands for, with `@STEP`, `@latest` or `@best` behind it or without.
  ///
  /// An id comes before a name, a name before a prefix.
  ///
  /// - Throws: ``StoreError`` where no run or several fit, or where what is behind `@` is no step.
  public func resolve(_ text: String) throws -> Reference {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard !name.isEmpty else {
      throw StoreError(.invalidName, "'\(text)' names no run; expected RUN, RUN@STEP, RUN@latest or RUN@best")
    }
    let checkpoint = try parts.dropFirst().first.map { part -> CheckpointSelector in
      if part == "latest" { return .latest }
      if part == "best" { return .best }
      guard let step = Int(part), step >= 0 else {
        throw StoreError(.invalidName, "'\(part)' in '\(text)' is no step; expected RUN@STEP, RUN@latest or RUN@best")
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
    let list = runs.prefix(10).map { "\($0.id) (\($0.name ?? $0.model), step \($0.step))" }
    let more = runs.count > list.count ? ", and \(runs.count - list.count) more" : ""
    return StoreError(
      .ambiguousReference,
      "'\(name)' fits \(runs.count) runs: \(list.joined(separator: ", "))\(more); give more of the id")
  }

  static func unknown(_ run: String) -> StoreError {
    StoreError(
      .unknownRun, "no run is '\(run)': expected an id, the beginning of one, or a run's name; 'zoo list runs' has them"
    )
  }
}
