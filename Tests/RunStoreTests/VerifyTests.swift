import Foundation
import GRDB
import RunStore
import Testing

/// `verify` sees every kind of damage.
@Suite struct VerifyTests {
  @Test func aSoundFileHasNoProblems() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let claim = try store.sampleRun(graphs: ["critic": try sampleGraph()])
    try store.commit(sampleState(1), claim: claim, metrics: [Metric(key: "loss", step: 1, value: 1)])
    _ = try store.createRun(newRun(), graphs: [:], initial: randomState(seed: 1))
    let report = try store.verify(run: claim.run)
    #expect(report.problems == [])
    // Five of the two states and the graph's constant.
    #expect((report.tensorCount, report.checkpointCount, report.graphCount) == (6, 2, 1))
    #expect(report.byteCount == 2 * (12 * 4 + 8) + 16 + 4)
    #expect(try store.verify().tensorCount > 6)
    #expect(#expect(throws: StoreError.self) { try store.verify(run: "nobody") }?.code == .unknownRun)
  }

  @Test(arguments: [
    ("UPDATE tensor_chunk SET bytes = zeroblob(length(bytes)) WHERE tensor = 1", "tensor 1"),
    ("UPDATE tensor_chunk SET bytes = zeroblob(7) WHERE tensor = 1", "tensor 1"),
    ("DELETE FROM tensor_chunk WHERE tensor = 1", "tensor 1"),
    ("UPDATE tensor SET shape = '[4,3]' WHERE shape = '[3,4]'", "tensor"),
    ("UPDATE tensor SET dtype = 'float16'", "tensor"),
    ("UPDATE checkpoint SET digest = zeroblob(32)", "checkpoint"),
    ("UPDATE checkpoint SET step = 1", "checkpoint"),
    ("UPDATE checkpoint_stream SET counter = counter + 1", "checkpoint"),
    ("UPDATE checkpoint_counter SET value = 0", "checkpoint"),
    ("DELETE FROM checkpoint_tensor WHERE name = 'frozen'", "checkpoint"),
    ("UPDATE checkpoint_tensor SET name = 'thawed' WHERE name = 'frozen'", "checkpoint"),
    ("UPDATE attribute SET value = '0.25' WHERE name = 'alpha'", "graph"),
    ("PRAGMA foreign_keys = OFF; DELETE FROM recipe", "table run"),
    ("DROP INDEX node_op", "file"),
  ])
  func damageIsFound(_ damage: String, _ subject: String) throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    var state = sampleState(0)
    state.counters["samples"] = 64
    let run = try store.createRun(newRun(), graphs: ["critic": try sampleGraph()], initial: state).run
    #expect(try store.verify().isSound)
    try store.database.inDatabase { try $0.execute(sql: damage) }
    for report in [try store.verify(), try store.verify(run: run)] {
      #expect(report.problems.contains { $0.subject.hasPrefix(subject) }, "\(report.problems)")
    }
  }

  @Test func damagedPagesAreReportedNotThrown() throws {
    let folder = try TemporaryFolder()
    _ = try folder.store().createRun(newRun(), graphs: [:], initial: randomState(seed: 3))
    let length = try contents(of: folder.file()).count
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file()))
    try file.seek(toOffset: UInt64(length / 2 / 32768 * 32768))
    try file.write(contentsOf: Data(repeating: 0xAB, count: 4 * 32768))
    try file.close()
    #expect(try folder.store().verify().isSound == false)
  }
}
