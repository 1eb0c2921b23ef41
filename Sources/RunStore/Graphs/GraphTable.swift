import GRDB
import GraphIR

/// The tables `graph`, `node` and `edge`, and the other tables of graphs.
struct GraphTable {
  let db: Database

  /// Inserts `graph` and returns its row. An existing graph costs one lookup.
  ///
  /// - Throws: ``StoreError`` if the graph could not be read back unchanged.
  func insert(_ graph: Graph) throws -> Int64 {
    let digest = graph.digest
    if let id = try Int64.fetchOne(db, sql: "SELECT id FROM graph WHERE digest = ?", arguments: [digest]) { return id }
    try db.run("INSERT INTO graph (digest, name) VALUES (?, ?)", [digest, graph.name])
    let id = db.lastInsertedRowID
    for (position, symbol) in graph.symbols.enumerated() {
      try db.run("INSERT INTO graph_symbol VALUES (?, ?, ?)", [id, position, symbol])
    }
    for (role, values) in [("input", graph.inputs), ("output", graph.outputs)] {
      for (position, value) in values.enumerated() {
        try db.run(
          "INSERT INTO graph_value VALUES (?, ?, ?, ?, ?, ?)",
          [id, role, position, value.name, value.type.dtype.rawValue, value.type.shape.json])
      }
    }
    for (position, parameter) in graph.parameters.enumerated() {
      try db.run(
        "INSERT INTO parameter VALUES (?, ?, ?, ?, ?, ?)",
        [id, position, parameter.name, parameter.type.dtype.rawValue, parameter.type.shape.json, parameter.isTrainable])
    }
    for (position, constant) in graph.constants.enumerated() {
      let tensor = try TensorTable(db: db).insert(constant.value, digest: constant.value.digest)
      try db.run("INSERT INTO constant VALUES (?, ?, ?, ?)", [id, position, constant.name, tensor])
    }
    for (position, update) in graph.updates.enumerated() {
      try db.run("INSERT INTO parameter_update VALUES (?, ?, ?, ?)", [id, position, update.parameter, update.value])
    }
    for (position, node) in graph.nodes.enumerated() { try insert(node, at: position, graph: id) }
    // Read back at once: a value that SQLite or JSON can't keep is found here, not when the run is resumed.
    guard try self.graph(id).digest == digest else {
      throw StoreError(
        .invalidName, "graph '\(graph.name.excerpt())' can't be stored: a name contains a NUL, or a NaN has other bits")
    }
    return id
  }

  private func insert(_ node: Node, at position: Int, graph: Int64) throws {
    try db.run(
      "INSERT INTO node (graph, position, name, op) VALUES (?, ?, ?, ?)",
      [graph, position, node.name, node.op.rawValue])
    let id = db.lastInsertedRowID
    for (role, values) in [("input", node.inputs), ("output", node.outputs)] {
      for (position, value) in values.enumerated() {
        try db.run("INSERT INTO edge VALUES (?, ?, ?, ?)", [id, role, position, value])
      }
    }
    for (name, value) in node.attributes.sorted {
      var tensor: Int64?
      if case .tensor(let value) = value { tensor = try TensorTable(db: db).insert(value, digest: value.digest) }
      try db.run(
        "INSERT INTO attribute VALUES (?, ?, ?, ?, ?)", [id, name, value.kind.rawValue, try value.json, tensor])
    }
  }

  /// The name, symbols, inputs, outputs and parameters of the graph in a row, without its nodes and constants.
  ///
  /// - Throws: ``StoreError`` if the row is not a graph.
  func interface(_ id: Int64) throws -> Graph {
    guard let row = try Row.fetchOne(db, sql: "SELECT name FROM graph WHERE id = ?", arguments: [id]) else {
      throw StoreError(.corrupt, "graph \(id) is missing")
    }
    var graph = Graph(name: try row.value("name"))
    graph.symbols = try rows("graph_symbol", of: id).map { try $0.value("name") }
    for row in try rows("graph_value", of: id) {
      let value = Graph.Value(name: try row.value("name"), type: try row.tensorType())
      if try row.value("role") == "input" { graph.inputs.append(value) } else { graph.outputs.append(value) }
    }
    graph.parameters = try rows("parameter", of: id).map {
      Graph.Parameter(name: try $0.value("name"), type: try $0.tensorType(), isTrainable: try $0.value("trainable"))
    }
    return graph
  }

  /// The graph in a row.
  ///
  /// - Throws: ``StoreError`` if the row is not a graph.
  func graph(_ id: Int64) throws -> Graph {
    var graph = try interface(id)
    graph.constants = try rows("constant", of: id).map {
      let name: String = try $0.value("name")
      let value = try TensorTable(db: db).value(try $0.value("tensor"), name: name.excerpt()).value
      return Graph.Constant(name: name, value: value)
    }
    graph.updates = try rows("parameter_update", of: id).map {
      Graph.Update(parameter: try $0.value("parameter"), value: try $0.value("value"))
    }
    graph.nodes = try nodes(of: id)
    return graph
  }

  /// Deletes the graphs of `ids` that no run has and that have no name of their own, with the tensors that only they
  /// use.
  func removeUnused(_ ids: [Int64]) throws {
    for id in ids {
      let sql = """
        SELECT tensor FROM constant WHERE graph = ?1
        UNION SELECT tensor FROM node JOIN attribute ON node = node.id WHERE graph = ?1 AND tensor IS NOT NULL
        """
      let values = try Int64.fetchAll(db, sql: sql, arguments: [id])
      try db.run(
        """
        DELETE FROM graph WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM run_graph WHERE graph = ?1)
          AND NOT EXISTS (SELECT 1 FROM named_graph WHERE graph = ?1)
        """, [id])
      try TensorTable(db: db).removeUnused(values)
    }
  }

  private func rows(_ table: String, of graph: Int64) throws -> [Row] {
    try Row.fetchAll(db, sql: "SELECT * FROM \(table) WHERE graph = ? ORDER BY position", arguments: [graph])
  }

  private func nodes(of graph: Int64) throws -> [Node] {
    var nodes: [Node] = []
    var places: [Int64: Int] = [:]
    for row in try rows("node", of: graph) {
      let name: String = try row.value("op")
      guard let op = Op(rawValue: name) else {
        throw StoreError(
          .corrupt,
          "node '\((try row.value("name") as String).excerpt())' has the operator '\(name.excerpt())', which this zoo "
            + "does not know")
      }
      places[try row.value("id")] = nodes.count
      nodes.append(Node(name: try row.value("name"), op: op, inputs: [], outputs: []))
    }
    for row in try parts("edge", of: graph, order: "position") {
      guard let place = places[try row.value("node")] else { continue }
      let value: String = try row.value("value")
      if try row.value("role") == "input" {
        nodes[place].inputs.append(value)
      } else {
        nodes[place].outputs.append(value)
      }
    }
    for row in try parts("attribute", of: graph, order: "name") {
      guard let place = places[try row.value("node")] else { continue }
      nodes[place].attributes[try row.value("name")] = try attribute(row)
    }
    return nodes
  }

  private func parts(_ table: String, of graph: Int64, order: String) throws -> [Row] {
    try Row.fetchAll(
      db,
      sql:
        "SELECT \(table).* FROM node JOIN \(table) ON \(table).node = node.id WHERE graph = ? "
        + "ORDER BY \(table).\(order)",
      arguments: [graph])
  }

  private func attribute(_ row: Row) throws -> AttributeValue {
    let (name, kindName): (String, String) = (try row.value("name"), try row.value("kind"))
    guard let kind = AttributeValue.Kind(rawValue: kindName) else {
      throw StoreError(.corrupt, "attribute '\(name.excerpt())' has the unknown kind '\(kindName.excerpt())'")
    }
    if kind == .tensor {
      return .tensor(try TensorTable(db: db).value(try row.value("tensor"), name: name.excerpt()).value)
    }
    let json: String = try row.value("value")
    do { return try AttributeValue(kind, json: json) } catch {
      throw StoreError(.corrupt, "attribute '\(name.excerpt())': expected \(kindName), found '\(json.excerpt())'")
    }
  }
}
