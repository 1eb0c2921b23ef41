extension Graph {
  /// Returns the graph that ends at one of its values, which becomes its only output.
  ///
  /// Requires a verified graph. The result has no updates, and no nodes and parameters that the value does not need.
  /// - Parameter value: the output of a node.
  /// - Throws: ``GraphError`` if no node has this output.
  public func ending(at value: String) throws -> Graph {
    guard nodes.contains(where: { $0.outputs.contains(value) }), let type = try GraphVerifier.infer(self)[value] else {
      throw GraphError(.name, "graph '\(name)' has no node with the output '\(value)'")
    }
    var graph = self
    graph.outputs = [Value(name: value, type: graph.naming(type))]
    graph.updates = []
    return graph.removingDeadCode()
  }
}
