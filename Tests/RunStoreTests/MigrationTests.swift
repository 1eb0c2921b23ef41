import Foundation
import RunStore
import TestSupport
import Testing

/// A file of version 1 of the schema, written by a program of that version.
@Suite struct MigrationTests {
  /// The file with 160 steps of an agent.
  private func oldFile(in folder: TemporaryFolder) throws -> String {
    let path = folder.file()
    try PackedFixture.unpack("version1.sqlite.gz", to: path)
    return path
  }

  @Test func anOldFileIsMigratedWhenItIsOpened() throws {
    let folder = try TemporaryFolder()
    let path = try oldFile(in: folder)
    #expect(#expect(throws: StoreError.self) { try Store(path: path, readOnly: true) }?.code == .olderVersion)
    let store = try Store(path: path)
    let run = try #require(try store.runs().first)
    #expect((run.id, run.name, run.model, run.step) == ("8d2b4d0", "old", "old-cartpole", 160))
    #expect(run.status == .done && run.platform == nil && run.data == nil && run.note == nil && run.tags == [])
    // The old program printed these values.
    #expect(
      try store.checkpoints(of: run.id).map(\.stateDigest.description) == [
        "c535fb5bb45db868e5fd4aa431a813b066c0318ef4203147bdd0152833c00868",
        "36039f2b806cb051e315e5dbd70d6985f42fb5dbed6b148a3637ed6e8c2fdffa",
      ])
    for step in [128, 160] {
      #expect(
        try store.snapshot(of: run.id, at: .step(step)).digest
          == store.checkpoint(of: run.id, at: .step(step)).stateDigest)
    }
    #expect(try store.metrics(of: run.id).count == 46 && store.graphs(of: run.id).count == 7)
    #expect(try store.events(of: run.id) == [] && store.namedGraphs() == [] && store.pictures(of: run.id) == [])
    let report = try store.verify()
    #expect(report.problems == [] && report.tensorCount == 109)
    #expect(try store.query("SELECT count(*) FROM metrics").rows == [[.integer(46)]])
    #expect(
      try store.query("SELECT value FROM settings WHERE key = 'checkpoint.keepLast'").rows == [[.integer(2)]])
    // From there on, it is a normal file.
    let (claim, _) = try store.resume(run.id, targetStep: 200)
    try store.record(Event(.resumed, step: 160, message: "continued"), claim: claim)
    var state = try store.snapshot(of: run.id)
    state.step = 161
    try store.commit(state, claim: claim, pictures: [samplePicture(161)])
    #expect(try store.pictures(of: run.id).map(\.step) == [161])
    let graph = try namedGraph()
    try store.add(graph)
    #expect(try store.namedGraph("digits") == graph && store.verify().problems == [])
    #expect(try Store(path: path, readOnly: true).events(of: run.id).count == 1)
  }

  @Test(arguments: ["CREATE TRIGGER spy AFTER INSERT ON metric BEGIN DELETE FROM run; END", "DROP INDEX node_op"])
  func anOldFileOfAnotherFormIsLeftAsItIs(_ change: String) throws {
    let folder = try TemporaryFolder()
    let path = try oldFile(in: folder)
    try OtherProgram(path).run(change)
    let before = try contents(of: path)
    #expect(#expect(throws: StoreError.self) { try Store(path: path) }?.code == .corrupt)
    #expect(try contents(of: path) == before)
  }
}
