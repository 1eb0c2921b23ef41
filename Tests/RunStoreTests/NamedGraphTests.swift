import Foundation
import GRDB
import GraphIR
import RunStore
import Testing

/// Graphs with names of their own.
@Suite struct NamedGraphTests {
  private let folder = try? TemporaryFolder()

  private func store() throws -> Store { try #require(folder).store() }

  @Test func aGraphComesBackWithItsParametersAndDetails() throws {
    let graph = try namedGraph(details: #"{"file": "é\u0000.onnx"}"#)
    try store().add(graph)
    let store = try #require(folder).store(readOnly: true)
    #expect(try store.namedGraph("digits") == graph)
    let entry = try #require(try store.namedGraphs().first)
    #expect((entry.name, entry.nodeCount, entry.byteCount) == ("digits", 4, 4 * (6 + 2)))
    #expect(entry.details == graph.details && entry.created == graph.created)
    #expect(entry.interface.inputs == graph.graph.inputs && entry.interface.outputs == graph.graph.outputs)
    #expect(entry.interface.parameters == graph.graph.parameters && entry.interface.symbols == ["batch"])
    #expect(entry.interface.nodes.isEmpty && entry.interface.constants.isEmpty)
    #expect(try store.verify().problems == [])
  }

  @Test func graphsAreListedByName() throws {
    let store = try store()
    for name in ["b", "c", "a"] { try store.add(namedGraph(name)) }
    #expect(try store.namedGraphs().map(\.name) == ["a", "b", "c"])
    let error = #expect(throws: StoreError.self) { try store.namedGraph("d") }
    #expect(error?.code == .unknownGraph && error?.remedy == .listGraphs)
    #expect(error?.message == "no graph is 'd'; the store has a, b, c")
    #expect(try store.count("SELECT count(*) FROM graph") == 1)
  }

  @Test(arguments: ["", "me@home", "a\0b"]) func namesThatCanNotBeStoredAreRefused(_ name: String) throws {
    let store = try store()
    let error = #expect(throws: StoreError.self) { try store.add(namedGraph(name)) }
    #expect(error?.code == .invalidName)
    #expect(try store.namedGraphs() == [])
  }

  @Test func aRunAndAGraphDoNotShareAName() throws {
    let store = try store()
    let run = try store.sampleRun(name: "taken").run
    for name in ["taken", run] {
      let error = #expect(throws: StoreError.self) { try store.add(namedGraph(name)) }
      #expect(error?.code == .nameTaken && error?.message.contains("'\(name)'") == true)
    }
    try store.add(namedGraph("digits"))
    #expect(#expect(throws: StoreError.self) { try store.add(namedGraph("digits")) }?.code == .nameTaken)
    #expect(#expect(throws: StoreError.self) { try store.requireUnused(name: "digits") }?.code == .nameTaken)
    for sharesName in [false, true] {
      let error = #expect(throws: StoreError.self) {
        try store.createRun(newRun(name: "digits"), graphs: [:], initial: sampleState(0), sharesName: sharesName)
      }
      #expect(error?.code == .nameTaken && error?.message.contains("a graph is called 'digits'") == true)
    }
    #expect(try store.runs().count == 1 && store.namedGraphs().count == 1)
  }

  @Test func aReferenceIsARunsBeforeItIsAGraphs() throws {
    let store = try store()
    let run = try store.sampleRun(name: "first").run
    let start = String(run.prefix(6))
    #expect(try store.find(run) == .run(store.resolve(run)) && store.find("first@0") == .run(store.resolve("first@0")))
    #expect(try store.find(start) == .run(store.resolve(run)))
    // A whole name has precedence over the beginning of an id.
    try store.add(namedGraph(start))
    #expect(try store.find(start) == .graph(start) && store.resolve(start).run.id == run)
    try store.add(namedGraph("digits"))
    let checkpoint = #expect(throws: StoreError.self) { try store.find("digits@latest") }
    #expect(checkpoint?.code == .noCheckpoint && checkpoint?.message.contains("'digits' is a graph") == true)
    let asRun = #expect(throws: StoreError.self) { try store.resolve("digits") }
    #expect(asRun?.code == .unknownRun && asRun?.message == "'digits' is a graph, expected a run")
    let neither = #expect(throws: StoreError.self) { try store.find("nobody") }
    #expect(neither?.code == .unknownRun && neither?.message.hasPrefix("no run or graph is 'nobody'") == true)
    #expect(neither?.remedy == .listAll)
  }

  @Test func parametersHaveFittingValues() throws {
    let store = try store()
    let sound = try namedGraph()
    func refused(_ change: (inout NamedGraph) throws -> Void) throws -> String? {
      var graph = sound
      try change(&graph)
      let error = #expect(throws: StoreError.self) { try store.add(graph) }
      #expect(error?.code == .invalidGraph)
      return error?.message
    }
    #expect(try refused { $0.parameters["total"] = nil }?.hasSuffix("float32[2], found no value") == true)
    #expect(try refused { $0.parameters["total"] = TensorValue([1.0]) }?.contains("'total' of graph") == true)
    #expect(try refused { $0.parameters["more"] = TensorValue([1.0]) }?.contains("no parameter 'more'") == true)
    #expect(try refused { $0.graph.nodes.removeLast() }?.contains("is not valid") == true)
    var graph = sound
    graph.details = "[]"
    #expect(#expect(throws: StoreError.self) { try store.add(graph) }?.code == .invalidName)
    #expect(try store.count("SELECT count(*) FROM tensor") == 0 && store.count("SELECT count(*) FROM graph") == 0)
  }

  @Test func deletionKeepsWhatIsUsedAndDropsTheRest() throws {
    let store = try store()
    let shared = try sampleGraph()
    var state = sampleState(0)
    let graph = try namedGraph()
    // The run uses the graph, its constant, and one of the values of its parameters.
    state.tensors["linear1.weight"] = graph.parameters["linear1.weight"]
    let claim = try store.createRun(newRun(), graphs: ["critic": shared], initial: state)
    try store.release(claim, status: .done)
    try store.add(graph)
    var other = try namedGraph("other")
    other.parameters["total"] = TensorValue([7.0, 8.0] as [Float])
    try store.add(other)
    // Without the run, the graphs are whole.
    let preview = try store.deletion(runs: [claim.run], checkpoints: [])
    #expect(preview.byteCount == 12 * 4 + 8 + 16)
    #expect(try store.delete(run: claim.run) == preview)
    #expect(try store.verify().problems == [] && store.namedGraph("digits") == graph)
    #expect(try store.count("SELECT count(*) FROM graph") == 1)
    // Only the value of `total` is unique to the second one.
    let removed = try store.removeGraph("other")
    #expect(removed.byteCount == 8 && removed.graphs.map(\.name) == ["other"] && removed.runs == [])
    #expect(try store.verify().problems == [] && store.namedGraph("digits") == graph)
    #expect(try store.removeGraph("digits").byteCount == 6 * 4 + 8 + 4)
    for table in ["tensor", "tensor_chunk", "graph", "node", "named_graph", "named_graph_tensor"] {
      #expect(try store.count("SELECT count(*) FROM \(table)") == 0, "\(table)")
    }
    #expect(#expect(throws: StoreError.self) { try store.removeGraph("digits") }?.code == .unknownGraph)
  }

  @Test func aRunKeepsTheGraphOfADeletedName() throws {
    let store = try store()
    let shared = try sampleGraph()
    let run = try store.sampleRun(graphs: ["critic": shared]).run
    try store.add(namedGraph())
    #expect(try store.removeGraph("digits").byteCount == 6 * 4 + 8)
    #expect(try store.graphs(of: run) == ["critic": shared] && store.verify().problems == [])
    // All or none.
    try store.add(namedGraph())
    let error = #expect(throws: StoreError.self) {
      try store.delete(runs: [run], checkpoints: [], graphs: ["digits", "none"], force: true)
    }
    #expect(error?.code == .unknownGraph)
    #expect(try store.runs().count == 1 && store.namedGraphs().count == 1)
  }

  @Test(arguments: [
    "UPDATE tensor_chunk SET bytes = zeroblob(length(bytes))",
    "DELETE FROM named_graph_tensor WHERE parameter = 'total'",
    "UPDATE named_graph_tensor SET parameter = 'sum' WHERE parameter = 'total'",
    "UPDATE named_graph_tensor SET tensor = (SELECT min(id) FROM tensor)",
    "UPDATE named_graph SET details = '{\"file\": \"other.onnx\"}'", "UPDATE named_graph SET digest = zeroblob(32)",
    "UPDATE named_graph SET created_at = 9223372036854775807",
    "UPDATE attribute SET value = '0.25' WHERE name = 'alpha'",
    "PRAGMA foreign_keys = OFF; DELETE FROM tensor WHERE byte_count = 8",
    "PRAGMA foreign_keys = OFF; DELETE FROM graph",
  ])
  func verificationFindsDamage(_ damage: String) throws {
    let store = try store()
    try store.add(namedGraph())
    #expect(try store.verify().isSound)
    try store.database.inDatabase { try $0.execute(sql: damage) }
    #expect(try !store.verify().isSound)
    #expect(throws: StoreError.self) { try store.namedGraph("digits") }
  }

  @Test func aDamagedTensorIsNamed() throws {
    let store = try store()
    try store.add(namedGraph())
    try store.database.inDatabase {
      try $0.execute(sql: "UPDATE tensor_chunk SET bytes = zeroblob(8) WHERE length(bytes) = 8")
    }
    let problems = try store.verify().problems
    #expect(problems.count == 1 && problems[0].subject.hasSuffix("(digits total)"), "\(problems)")
    let error = #expect(throws: StoreError.self) { try store.namedGraph("digits") }
    #expect(error?.code == .corruptTensor && error?.message.contains("'digits total'") == true)
    // It can be deleted.
    try store.removeGraph("digits")
    #expect(try store.verify().problems == [])
  }

  @Test func aCopyHasTheGraphs() throws {
    let folder = try #require(folder)
    let graph = try namedGraph()
    try store().add(graph)
    try store().backup(to: folder.file("copy"))
    #expect(try folder.store("copy").namedGraph("digits") == graph)
    #expect(try folder.store("copy").verify().problems == [])
  }
}
