import GraphIR

extension Store {
  /// Changes what a run continues with, and records that.
  ///
  /// - Parameters:
  ///   - settings: the new settings, a JSON object.
  ///   - graphs: the graphs that take the place of those in their roles; the others stay.
  ///   - event: the change for the run's history.
  /// - Throws: ``StoreError`` where the claim is no longer the run's, and whatever stops a write.
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

  /// Keeps the folder in which a run's data set is looked for first.
  ///
  /// - Parameter folder: its absolute path.
  /// - Throws: ``StoreError`` where the claim is no longer the run's, and whatever stops a write.
  public func keep(dataFolder folder: String, claim: Claim) throws {
    try checkNames([folder])
    try write(upTo: trainingTimeout) { db in
      try ClaimTable(db: db).check(claim)
      try db.run("UPDATE run SET data = ? WHERE id = ?", [folder, claim.run])
    }
  }
}
