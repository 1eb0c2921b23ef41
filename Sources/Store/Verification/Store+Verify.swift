import GRDB
import GraphIR

extension Store {
  /// Reads everything back: SQLite's own checks of the whole file, each tensor against its digest, each checkpoint's state
  /// against its digest, each graph against its digest and the rules of graphs.
  ///
  /// - Parameter run: the id of the run whose tensors, checkpoints and graphs are read; nil for all of them.
  /// - Throws: ``StoreError`` where there is no such run. Damage does not throw, it is reported.
  public func verify(run: String? = nil) throws -> VerificationReport {
    var report: VerificationReport?
    do {
      try read { db in
        if let run, try !RunTable(db: db).exists(run) { throw Self.unknown(run) }
        let verification = Verification(db: db, path: path)
        verification.checkFile()
        verification.checkTensors(of: run)
        verification.checkCheckpoints(of: run)
        verification.checkGraphs(of: run)
        report = verification.report
      }
    } catch let error as StoreError {
      // A damaged page can make even the end of a reading transaction fail.
      guard let report, !report.isSound else { throw error }
    }
    guard let report else { preconditionFailure("a transaction ended without its body") }
    return report
  }
}
