import Foundation
import GRDB

/// The table `claim`.
struct ClaimTable {
  let db: Database

  /// The process that has claimed `run`, alive or not.
  func owner(of run: String) throws -> ProcessIdentity? {
    try Row.fetchOne(db, sql: "SELECT * FROM claim WHERE run = ?", arguments: [run]).map(Self.identity)
  }

  /// The runs whose process is alive, or may be alive on another machine.
  func liveRuns() throws -> [String] {
    try Row.fetchAll(db, sql: "SELECT * FROM claim")
      .filter { try Self.identity($0).liveness != .dead }.map { try $0.value("run") }
  }

  /// - Throws: ``StoreError`` if a process that is alive, or may be alive on another machine, has claimed `run`.
  func requireUnclaimed(_ run: String) throws {
    guard let owner = try owner(of: run) else { return }
    switch owner.liveness {
    case .dead: break
    case .alive:
      throw StoreError(.claimed, "run \(run) is being trained by \(owner); stop that process first")
    case .unknown:
      throw StoreError(
        .claimed,
        "run \(run) was claimed by \(owner), on another machine or in another container; if that process has ended, "
          + "take the run over by force", remedy: .force)
    }
  }

  /// Claims `run` for `owner`. The claim of a dead process is replaced.
  func claim(_ run: String, owner: ProcessIdentity, force: Bool) throws -> Claim {
    if !force { try requireUnclaimed(run) }
    let claim = Claim(run: run, token: String(UInt64.random(in: .min ... .max), radix: 16))
    try db.execute(
      sql: "INSERT OR REPLACE INTO claim VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        run, claim.token, owner.host, owner.boot, owner.namespace, owner.pid, owner.started, Date().milliseconds,
      ])
    return claim
  }

  /// - Throws: ``StoreError`` if `claim` is not, or no longer, the run's.
  func check(_ claim: Claim) throws {
    let row = try Row.fetchOne(db, sql: "SELECT * FROM claim WHERE run = ?", arguments: [claim.run])
    guard let row else { throw StoreError(.claimLost, "run \(claim.run) is no longer claimed: it was released") }
    guard try row.value("token") == claim.token else {
      throw StoreError(
        .claimLost, "run \(claim.run) was taken over by \(try Self.identity(row)); this process must stop")
    }
  }

  func release(_ claim: Claim) throws { try db.execute(sql: "DELETE FROM claim WHERE run = ?", arguments: [claim.run]) }

  static func identity(_ row: Row) throws -> ProcessIdentity {
    ProcessIdentity(
      host: try row.value("host"), boot: try row.value("boot"), namespace: try row.value("namespace"),
      pid: try row.value("pid"), started: try row.value("started"))
  }
}
