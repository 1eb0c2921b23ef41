extension Graph {
  /// Returns the graph as a function of its state. Each parameter becomes an input of its name, and its next value an
  /// output `NAME.next`, after the graph's own inputs and outputs.
  ///
  /// Any executor of graphs can then run a training step: the outputs are the next inputs.
  ///
  /// Requires a verified graph. Preserves all values.
  /// - Throws: ``GraphError`` if a name is taken.
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
