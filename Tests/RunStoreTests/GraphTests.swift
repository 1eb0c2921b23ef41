import GRDB
import GraphIR
import RunStore
import Testing

/// Graphs as rows.
@Suite struct GraphTests {
  @Test func graphsComeBackEqualAndPassTheVerifier() throws {
    let folder = try TemporaryFolder()
    let graphs = ["critic": try sampleGraph(), "generator": try sampleGraph(name: "generator", slope: 0.1)]
    let claim = try folder.store().sampleRun(graphs: graphs)
    let store = try folder.store(readOnly: true)
    #expect(try store.graphs(of: claim.run) == graphs)
    #expect(try store.graph("generator", of: claim.run) == graphs["generator"])
  }

  @Test func equalGraphsAreStoredOnce() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    for _ in 0..<3 { _ = try store.sampleRun(graphs: ["a": try sampleGraph(), "b": try sampleGraph()]) }
    #expect(try store.count("SELECT count(*) FROM graph") == 1)
    _ = try store.sampleRun(graphs: ["a": try sampleGraph(slope: 0.3)])
    #expect(try store.count("SELECT count(*) FROM graph") == 2)
  }

  /// The table of graphs does not interpret operators, so a node can have every kind of attribute.
  @Test func everyKindOfAttributeComesBack() throws {
    let values: [AttributeValue] = [
      .int(.min), .int(.max), .float(0.1), .float(-0.0), .float(.infinity), .float(.leastNonzeroMagnitude),
      .string("é\"\\/'\n🦒"),
      .string(""), .ints([]), .ints([-1, 0, 1]), .floats([.greatestFiniteMagnitude, -.infinity, 1 / 3]),
      .strings(["", "a"]),
      .tensor(TensorValue([Float(bitPattern: 0x7FC0_1234)])),
    ]
    #expect(Set(values.map(\.kind)) == Set(AttributeValue.Kind.allCases))
    let folder = try TemporaryFolder()
    let store = try folder.store()
    var graph = Graph(name: "attributes")
    for (index, value) in values.enumerated() {
      graph.nodes.append(
        Node(
          name: "node\(index)", op: .identity, inputs: ["", "x"], outputs: ["y\(index)", ""],
          attributes: ["value": value]))
    }
    let claim = try store.sampleRun(graphs: ["attributes": graph])
    // An invalid graph is stored, and refused when it is read.
    let error = #expect(throws: StoreError.self) { try store.graph("attributes", of: claim.run) }
    #expect(error?.code == .corrupt)
    let bits = try store.database.read { db in
      try Row.fetchAll(db, sql: "SELECT kind, value FROM attribute JOIN node ON node.id = node ORDER BY position")
    }
    #expect(bits.map { $0["kind"] as String } == values.map(\.kind.rawValue))
    #expect(
      bits.map { $0["value"] as String? }[..<4] == ["-9223372036854775808", "9223372036854775807", "0.1", "-0"])
  }

  @Test func damagedGraphsAreRefused() throws {
    let damages = [
      "UPDATE node SET op = 'Transmogrify' WHERE op = 'LeakyRelu'", "DELETE FROM edge WHERE role = 'input'",
      "UPDATE attribute SET value = '{' WHERE name = 'alpha'",
      "UPDATE parameter SET shape = '[7,7]' WHERE position = 0",
      "UPDATE parameter SET dtype = 'float99'", "DELETE FROM graph_value WHERE role = 'input'",
    ]
    for damage in damages {
      let folder = try TemporaryFolder()
      let store = try folder.store()
      let claim = try store.sampleRun(graphs: ["critic": try sampleGraph()])
      try store.database.inDatabase { try $0.execute(sql: damage) }
      #expect(#expect(throws: StoreError.self, "\(damage)") { try store.graphs(of: claim.run) }?.code == .corrupt)
      #expect(try store.verify().isSound == false, "\(damage)")
    }
  }
}
