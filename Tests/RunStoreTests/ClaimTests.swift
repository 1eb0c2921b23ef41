import Foundation
import Testing

@testable import RunStore

/// One run, several processes.
@Suite struct ClaimTests {
  /// Another process, which is idle.
  private func sleeper() throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sleep")
    process.arguments = ["600"]
    try process.run()
    return process
  }

  @Test func aLiveProcessKeepsItsRunAndADeadOneDoesNot() throws {
    let folder = try TemporaryFolder()
    let (store, other) = (try folder.store(), try folder.store())
    let child = try sleeper()
    defer { child.terminate() }
    let owner = try #require(ProcessIdentity(pid: child.processIdentifier))
    #expect(owner != .current)
    let claim = try store.createRun(newRun(), graphs: [:], initial: sampleState(0), owner: owner)
    #expect(try other.run(claim.run).status == .running)
    let error = #expect(throws: StoreError.self) { try other.resume(claim.run) }
    #expect(error?.code == .claimed)
    #expect(error?.message.contains("process \(child.processIdentifier) on \(owner.host)") == true)

    kill(child.processIdentifier, SIGKILL)
    child.waitUntilExit()
    #expect(owner.liveness == .dead)
    #expect(try other.run(claim.run).status == .interrupted)
    #expect(try other.runs(RunFilter(status: .interrupted)).count == 1)
    #expect(try other.runs(RunFilter(status: .running)).isEmpty)
    let (mine, _) = try other.resume(claim.run)
    #expect(try other.run(claim.run).status == .running)
    // If the dead process returns after all, it does no harm.
    #expect(#expect(throws: StoreError.self) { try store.commit(sampleState(1), claim: claim) }?.code == .claimLost)
    try other.commit(sampleState(1), claim: mine)
  }

  /// The same for a process that writes continuously and leaves no room for other writers.
  @Test func aProcessThatWritesIsSeenByWhoeverWantsItsRun() throws {
    let folder = try TemporaryFolder()
    let (store, other) = (try folder.store(), try folder.store())
    let claim = try store.createRun(newRun(), graphs: [:], initial: sampleState(0))
    try store.database.inDatabase { db in
      try db.execute(sql: "BEGIN IMMEDIATE")
      let error = #expect(throws: StoreError.self) { try other.resume(claim.run) }
      #expect(error?.code == .claimed)
      #expect(#expect(throws: StoreError.self) { try other.resume(claim.run, force: true) }?.code == .busy)
      try db.execute(sql: "ROLLBACK")
    }
  }

  @Test func aNumberThatWasGivenAgainIsAnotherProcess() {
    var identity = ProcessIdentity.current
    #expect(identity.liveness == .alive)
    identity.started -= 1
    #expect(identity.liveness == .dead)
  }

  @Test func aRebootEndsEveryProcessAndOtherMachinesAreUnknown() {
    var identity = ProcessIdentity.current
    identity.boot = "another"
    #expect(identity.liveness == .dead)
    identity.host += "-not"
    #expect(identity.liveness == .unknown)
    identity = .current
    identity.namespace = "pid:[1]"
    #expect(identity.liveness == .unknown)
  }

  @Test func anUnknownProcessKeepsItsRunUnlessForced() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    var elsewhere = ProcessIdentity.current
    elsewhere.boot = "another"
    elsewhere.host = "elsewhere"
    let claim = try store.createRun(newRun(), graphs: [:], initial: sampleState(0), owner: elsewhere)
    let error = #expect(throws: StoreError.self) { try store.resume(claim.run) }
    #expect(error?.code == .claimed)
    #expect(error?.message.contains("elsewhere") == true)
    let (mine, _) = try store.resume(claim.run, force: true)
    try store.release(mine, status: .done)
    #expect(try store.run(claim.run).status == .done)
  }

  @Test func aReleasedRunCanBeResumed() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let claim = try store.sampleRun()
    try store.release(claim, status: .interrupted)
    #expect(#expect(throws: StoreError.self) { try store.release(claim, status: .done) }?.code == .claimLost)
    #expect(try store.run(claim.run).status == .interrupted)
    let (again, state) = try store.resume(claim.run)
    #expect(state == sampleState(0))
    #expect(again != claim)
  }
}
