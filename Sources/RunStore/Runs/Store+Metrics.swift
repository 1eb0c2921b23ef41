extension Store {
  /// Records metrics of a checkpoint after it was written. The same transaction deletes checkpoints that `keep` does
  /// not keep: a metric may determine the best one.
  ///
  /// - Throws: ``StoreError`` if the claim is no longer the run's, or the write fails.
  public func record(_ metrics: [Metric], claim: Claim, keep: KeepPolicy) throws {
    try checkNames(Set(metrics.map(\.key)))
    try write { db in
      try ClaimTable(db: db).check(claim)
      try MetricTable(db: db).insert(metrics, run: claim.run)
      try CheckpointTable(db: db).prune(claim.run, keep: keep)
    }
  }
}
