import Foundation
import GRDB
import GraphIR

extension Store {
  /// Adds a graph under a name of its own, in one transaction.
  ///
  /// - Throws: ``StoreError`` for a name that a run or a graph has or that can't be stored, for a graph that does not
  ///   verify or whose parameters have no fitting values, for details that are not a JSON object, or if the write
  ///   fails.
  public func add(_ graph: NamedGraph) throws {
    guard !graph.name.isEmpty, !graph.name.contains("@") else {
      throw StoreError(
        .invalidName, "'\(graph.name.excerpt())' can't name a graph: expected some text without '@'")
    }
    guard (try? JSONSerialization.jsonObject(with: Data(graph.details.utf8))) is [String: Any] else {
      throw StoreError(
        .invalidName, "details of a graph: expected a JSON object, found '\(graph.details.excerpt())'")
    }
    try checkNames([graph.name, graph.details] + graph.parameters.keys)
    try Self.check(graph)
    let digests = graph.parameters.mapValues(\.digest)
    try write { db in
      let table = NamedGraphTable(db: db)
      try table.requireFree(name: graph.name)
      try table.insert(graph, digests: digests)
    }
  }

  /// Checks that a graph can have a name, before work is done for it.
  ///
  /// - Throws: ``StoreError`` with code `nameTaken` if a run or a graph has the name.
  public func requireUnused(graphName name: String) throws {
    try read { try NamedGraphTable(db: $0).requireFree(name: name) }
  }

  /// Checks that a graph is valid, and that its parameters have values of their types.
  private static func check(_ graph: NamedGraph) throws {
    let name = graph.name.excerpt()
    do { try graph.graph.verify() } catch {
      throw StoreError(.invalidGraph, "graph '\(name)' is not valid", cause: error)
    }
    for parameter in graph.graph.parameters where graph.parameters[parameter.name]?.type != parameter.type {
      let found = graph.parameters[parameter.name].map { "\($0.type)" } ?? "no value"
      throw StoreError(
        .invalidGraph,
        "parameter '\(parameter.name.excerpt())' of graph '\(name)': expected \(parameter.type), found \(found)")
    }
    let known = Set(graph.graph.parameters.map(\.name))
    if let extra = graph.parameters.keys.filter({ !known.contains($0) }).min() {
      throw StoreError(
        .invalidGraph, "graph '\(name)' has no parameter '\(extra.excerpt())', but a value of that name; leave it out")
    }
  }

  /// The graph of a name, with the values of its parameters. All of it is checked against its digest.
  ///
  /// - Throws: ``StoreError`` if no graph has the name, or it is damaged.
  public func namedGraph(_ name: String) throws -> NamedGraph { try read { try NamedGraphTable(db: $0).graph(name) } }

  /// The graphs with names of their own, by name. Their nodes and tensors are not read.
  ///
  /// - Throws: ``StoreError`` if the file can't be read.
  public func namedGraphs() throws -> [NamedGraphEntry] { try read { try NamedGraphTable(db: $0).entries() } }

  /// Deletes a graph with a name of its own, and the nodes and tensors that nothing else uses.
  ///
  /// - Throws: ``StoreError`` if no graph has the name.
  @discardableResult
  public func removeGraph(_ name: String) throws -> Deletion { try delete(runs: [], checkpoints: [], graphs: [name]) }
}
