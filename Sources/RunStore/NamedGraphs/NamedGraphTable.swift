import Foundation
import GRDB
import GraphIR

/// The tables `named_graph` and `named_graph_tensor`.
struct NamedGraphTable {
  let db: Database

  func exists(_ name: String) throws -> Bool {
    let sql = "SELECT EXISTS (SELECT 1 FROM named_graph WHERE name = ?)"
    return try Bool.fetchOne(db, sql: sql, arguments: [name]) ?? false
  }

  /// - Throws: ``StoreError`` if a graph has the name.
  func requireUnused(name: String) throws {
    guard try exists(name) else { return }
    throw StoreError(
      .nameTaken, "a graph is called '\(name.excerpt())' already; choose another name, or delete the graph first")
  }

  /// - Throws: ``StoreError`` if a graph or a run has the name, or a run the id.
  func requireFree(name: String) throws {
    try requireUnused(name: name)
    let sql = "SELECT id FROM run WHERE id = ?1 OR name = ?1"
    guard let id = try String.fetchOne(db, sql: sql, arguments: [name]) else { return }
    throw StoreError(
      .nameTaken,
      id == name
        ? "'\(name.excerpt())' is the id of a run; choose another name"
        : "run \(id.excerpt()) is called '\(name.excerpt())' already; choose another name")
  }

  /// Inserts a graph, its parameters and their values.
  ///
  /// - Parameters:
  ///   - graph: the graph. Its name is free.
  ///   - digests: the digests of the parameters' values, by name.
  func insert(_ graph: NamedGraph, digests: [String: Digest]) throws {
    let row = try GraphTable(db: db).insert(graph.graph)
    let digest = NamedGraph.digest(graph: graph.graph.digest, details: graph.details, parameters: digests)
    try db.run(
      "INSERT INTO named_graph VALUES (?, ?, ?, ?, ?)",
      [graph.name, row, graph.created.milliseconds, graph.details, digest])
    for (name, value) in graph.parameters.sorted(by: { $0.key < $1.key }) {
      guard let digest = digests[name] else { preconditionFailure("parameter '\(name)' has no digest") }
      let tensor = try TensorTable(db: db).insert(value, digest: digest)
      try db.run("INSERT INTO named_graph_tensor VALUES (?, ?, ?)", [graph.name, name, tensor])
    }
  }

  private static let listing = """
    SELECT *, (SELECT count(*) FROM node WHERE node.graph = named_graph.graph) AS node_count, (
      SELECT coalesce(sum(byte_count), 0) FROM named_graph_tensor JOIN tensor ON tensor.id = tensor
      WHERE named_graph_tensor.name = named_graph.name
    ) AS byte_count FROM named_graph
    """

  /// All named graphs, by name.
  func entries() throws -> [NamedGraphEntry] {
    try Row.fetchAll(db, sql: Self.listing + " ORDER BY name").map(entry)
  }

  /// - Throws: ``StoreError`` if no graph has the name.
  func entry(_ name: String) throws -> NamedGraphEntry {
    let row = try Row.fetchOne(db, sql: Self.listing + " WHERE name = ?", arguments: [name])
    guard let row else { throw try unknown(name) }
    return try entry(row)
  }

  private func entry(_ row: Row) throws -> NamedGraphEntry {
    NamedGraphEntry(
      name: try row.value("name"), created: try row.date("created_at"), details: try row.value("details"),
      interface: try GraphTable(db: db).interface(try row.value("graph")), nodeCount: try row.count("node_count"),
      byteCount: try row.count("byte_count"))
  }

  /// The graph of a name, with the values of its parameters. All of it is checked against its digest.
  ///
  /// - Throws: ``StoreError`` if no graph has the name, or it is damaged.
  func graph(_ name: String) throws -> NamedGraph {
    let row = try row(name)
    let graph = try GraphTable(db: db).graph(try row.value("graph"))
    var (values, digests): ([String: TensorValue], [String: Digest]) = ([:], [:])
    for entry in try tensors(of: name) {
      let parameter: String = try entry.value("parameter")
      let place = "\(name.excerpt()) \(parameter.excerpt())"
      let tensor = try TensorTable(db: db).value(try entry.value("tensor"), name: place)
      (values[parameter], digests[parameter]) = (tensor.value, tensor.digest)
    }
    let details: String = try row.value("details")
    try check(
      NamedGraph.digest(graph: graph.digest, details: details, parameters: digests), try row.value("digest"), name)
    do { try graph.verify() } catch {
      throw StoreError(.corrupt, "graph '\(name.excerpt())' is damaged", cause: error)
    }
    return NamedGraph(
      name: name, graph: graph, parameters: values, created: try row.date("created_at"), details: details)
  }

  /// Checks a graph with its parameters against its digest, but not its nodes and tensors against theirs.
  func check(_ name: String) throws {
    let row = try row(name)
    let stored = try Row.fetchOne(
      db, sql: "SELECT digest FROM graph WHERE id = ?", arguments: [try row.value("graph") as Int64])
    guard let stored else { throw StoreError(.corrupt, "the graph of '\(name.excerpt())' is missing") }
    // Names that differ in SQLite can be equal in Swift. In that case the digest differs.
    let digests: [String: Digest] = try Dictionary(
      tensors(of: name).map { (try $0.value("parameter"), try $0.value("digest")) },
      uniquingKeysWith: { first, _ in first })
    _ = try row.date("created_at")
    try check(
      NamedGraph.digest(graph: try stored.value("digest"), details: try row.value("details"), parameters: digests),
      try row.value("digest"), name)
  }

  private func check(_ found: Digest, _ stored: Digest, _ name: String) throws {
    guard found == stored else {
      throw StoreError(.corrupt, "graph '\(name.excerpt())' and its parameters differ from the written ones")
    }
  }

  private func row(_ name: String) throws -> Row {
    let row = try Row.fetchOne(db, sql: "SELECT * FROM named_graph WHERE name = ?", arguments: [name])
    guard let row else { throw try unknown(name) }
    return row
  }

  private func tensors(of name: String) throws -> [Row] {
    let sql = """
      SELECT parameter, tensor, digest FROM named_graph_tensor LEFT JOIN tensor ON tensor.id = tensor WHERE name = ?
      """
    return try Row.fetchAll(db, sql: sql, arguments: [name])
  }

  /// Deletes a graph with the nodes and tensors that nothing else uses.
  func delete(_ name: String) throws {
    let tensors = try Int64.fetchAll(
      db, sql: "SELECT DISTINCT tensor FROM named_graph_tensor WHERE name = ?", arguments: [name])
    let graphs = try Int64.fetchAll(db, sql: "SELECT graph FROM named_graph WHERE name = ?", arguments: [name])
    // Foreign keys delete the rows of its parameters.
    try db.run("DELETE FROM named_graph WHERE name = ?", [name])
    try GraphTable(db: db).removeUnused(graphs)
    try TensorTable(db: db).removeUnused(tensors)
  }

  private func unknown(_ name: String) throws -> StoreError {
    let names = try String.fetchAll(db, sql: "SELECT name FROM named_graph ORDER BY name")
    return StoreError(
      .unknownGraph, "no graph is '\(name.excerpt())'; the store has \(names.isEmpty ? "none" : names.listed(5))",
      remedy: .listGraphs)
  }
}
