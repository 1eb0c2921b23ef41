extension Store {
  /// Records an event of a run.
  ///
  /// - Throws: ``StoreError`` if the claim is no longer the run's, or the write fails.
  public func record(_ event: Event, claim: Claim) throws {
    try checkNames([event.message])
    try write(upTo: trainingTimeout) { db in
      try ClaimTable(db: db).check(claim)
      try EventTable(db: db).insert([event], run: claim.run)
    }
  }

  /// The events of a run, the oldest first.
  ///
  /// - Throws: ``StoreError`` if there is no such run.
  public func events(of run: String) throws -> [Event] {
    try read { db in
      guard try RunTable(db: db).exists(run) else { throw Self.unknown(run) }
      return try EventTable(db: db).all(of: run)
    }
  }
}
