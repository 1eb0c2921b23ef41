extension Graph {
  /// Returns the graph as a function of its state. Each parameter becomes an input of its name, and its next value an
  /// output `NAME.next`, after the graph's own inputs and outputs.
  ///
  /// Any executor of graphs can then run a training step: the outputs are the next inputs.
  ///
  /// Requires a verified graph. Preserves all values.
  /// - Throws: ``GraphError`` if a name is taken.
  public func functionalForm() throws -> Graph {
    var graph = try namingUpdates()
    graph.inputs += graph.parameters.map { Value(name: $0.name, type: $0.type) }
    graph.outputs += graph.updates.compactMap { update in
      parameters.first { $0.name == update.parameter }.map { Value(name: update.value, type: $0.type) }
    }
    graph.parameters = []
    graph.updates = []
    return graph
  }

  /// Returns the graph with the name `NAME.next` for the next value of each parameter `NAME`.
  ///
  /// Requires a verified graph. Preserves all values.
  /// - Throws: ``GraphError`` if a name is taken.
  public func namingUpdates() throws -> Graph {
    var builder = try GraphBuilder(replacing: self)
    for node in nodes { try builder.append(node) }
    for output in outputs { try builder.output(output.name) }
    for update in updates {
      let next = "\(update.parameter).next"
      try builder.append(Node(name: "name_\(next)", op: .identity, inputs: [update.value], outputs: [next]))
      builder.update(update.parameter, to: next)
    }
    return builder.graph
  }
}
