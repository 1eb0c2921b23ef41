extension Store {
  /// Checks all data: the whole file with SQLite's own checks, each tensor against its digest, each checkpoint's state
  /// against its digest, each graph against its digest and the rules of graphs, each named graph with its parameters
  /// against its digest.
  ///
  /// Each check has its own transaction: a process that writes waits for readers. Checkpoints that are deleted
  /// meanwhile are skipped.
  ///
  /// - Parameter run: the id of the run whose tensors, checkpoints and graphs are read; nil for all of them.
  /// - Throws: ``StoreError`` if there is no such run, or another connection locks the file for too long. Damage is
  ///   reported, not thrown.
  public func verify(run: String? = nil) throws -> VerificationReport {
    if let run, try !read({ try RunTable(db: $0).exists(run) }) { throw Self.unknown(run) }
    let verification = Verification(store: self, run: run)
    try verification.checkFile()
    try verification.checkTensors()
    try verification.checkCheckpoints()
    try verification.checkGraphs()
    if run == nil { try verification.checkNamedGraphs() }
    return verification.report
  }
}
