extension Graph {
  /// The graph as a function of its state: each parameter is an input under its name, and what it becomes an output `NAME.next`, behind
  /// the graph's own inputs and outputs.
  ///
  /// So a training step can be run by whoever runs graphs: what comes out goes in again.
  ///
  /// Requires a verified graph. Ensures the same values.
  /// - Throws: ``GraphError`` where a name is taken.
  public func functionalForm() throws -> Graph {
    var builder = GraphBuilder(name: name, symbols: symbols)
    for input in inputs { try builder.input(input.name, input.type) }
    for parameter in parameters { try builder.input(parameter.name, parameter.type) }
    for constant in constants { try builder.constant(constant.value, named: constant.name) }
    for node in nodes { try builder.append(node) }
    for output in outputs { try builder.output(output.name) }
    for update in updates {
      let next = "\(update.parameter).next"
      try builder.append(Node(name: "name_\(next)", op: .identity, inputs: [update.value], outputs: [next]))
      try builder.output(next)
    }
    return builder.graph
  }
}
