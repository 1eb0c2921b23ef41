extension Store {
  /// Records what was measured of a checkpoint after it was written. Checkpoints that `keep` does not keep go in the
  /// same transaction, since a measurement may decide which one is the best.
  ///
  /// - Throws: ``StoreError`` where the claim is no longer the run's, and whatever stops a write.
  public func record(_ metrics: [Metric], claim: Claim, keep: KeepPolicy) throws {
    try checkNames(Set(metrics.map(\.key)))
    try write { db in
      try ClaimTable(db: db).check(claim)
      try MetricTable(db: db).insert(metrics, run: claim.run)
      try CheckpointTable(db: db).prune(claim.run, keep: keep)
    }
  }
}
