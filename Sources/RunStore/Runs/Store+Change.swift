import GraphIR

extension Store {
  /// Changes the graphs and settings of a run, and records the change.
  ///
  /// - Parameters:
  ///   - settings: the new settings, a JSON object.
  ///   - graphs: the graphs that replace those in their roles; the others stay.
  ///   - event: the change for the run's history.
  ///   - claim: the claim of the run.
  /// - Throws: ``StoreError`` if the claim is no longer the run's, or the write fails.
  public func change(settings: String, graphs: [String: Graph], recording event: Event, claim: Claim) throws {
    try checkNames([settings, event.message] + graphs.keys)
    try write(upTo: trainingTimeout) { db in
      try ClaimTable(db: db).check(claim)
      try db.run("UPDATE run SET settings = ? WHERE id = ?", [settings, claim.run])
      for (role, graph) in graphs {
        let row = try GraphTable(db: db).insert(graph)
        try db.run("INSERT OR REPLACE INTO run_graph VALUES (?, ?, ?)", [claim.run, role, row])
      }
      try EventTable(db: db).insert([event], run: claim.run)
    }
  }

  /// Stores the folder that is searched first for a run's data set.
  ///
  /// - Parameters:
  ///   - folder: its absolute path.
  ///   - claim: the claim of the run.
  /// - Throws: ``StoreError`` if the claim is no longer the run's, or the write fails.
  public func keep(dataFolder folder: String, claim: Claim) throws {
    try checkNames([folder])
    try write(upTo: trainingTimeout) { db in
      try ClaimTable(db: db).check(claim)
      try db.run("UPDATE run SET data = ? WHERE id = ?", [folder, claim.run])
    }
  }
}
