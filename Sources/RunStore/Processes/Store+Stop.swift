import Foundation

extension Store {
  /// Asks the process that trains a run to end with a checkpoint: sends it SIGTERM, which `zoo train` takes so.
  ///
  /// The process ends after its current step. The run is then interrupted, and can be resumed.
  ///
  /// - Parameter run: the run's id.
  /// - Returns: the process.
  /// - Throws: ``StoreError`` with code `notRunning` if no process of this machine and this user trains the run, and
  ///   `unknownRun` if there is no such run.
  @discardableResult
  public func stop(_ run: String) throws -> ProcessIdentity {
    let owner = try read { db in
      guard try RunTable(db: db).exists(run) else { throw Self.unknown(run) }
      return try ClaimTable(db: db).owner(of: run)
    }
    guard let owner, owner.liveness != .dead else {
      throw StoreError(.notRunning, "no process trains run \(run): there is nothing to stop")
    }
    guard owner.liveness == .alive else {
      throw StoreError(
        .notRunning, "run \(run) is trained by \(owner), on another machine or in another container; stop it there")
    }
    guard kill(owner.pid, SIGTERM) == 0 else {
      let reason = String(cString: strerror(errno))
      throw StoreError(.notRunning, "\(owner), which trains run \(run), can't be stopped: \(reason)")
    }
    return owner
  }
}
