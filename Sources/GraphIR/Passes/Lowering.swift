extension Graph {
  /// The graph in plain ONNX: every operator of our own domain replaced by what it means.
  ///
  /// Requires a verified graph. Ensures the same inputs, parameters, outputs and updates under the same names.
  /// - Throws: ``GraphError`` where the graph was not verified.
  public func loweringPrivateOperators() throws -> Graph {
    guard nodes.contains(where: { $0.op.definition.lowering != nil }) else { return self }
    var builder = GraphBuilder(replacing: self)
    for input in inputs { try builder.input(input.name, input.type) }
    for parameter in parameters {
      try builder.parameter(parameter.name, parameter.type, isTrainable: parameter.isTrainable)
    }
    for constant in constants { try builder.constant(constant.value, named: constant.name) }
    for node in nodes {
      guard let lowering = node.op.definition.lowering else {
        try builder.append(node)
        continue
      }
      for (lowered, output) in zip(try lowering(&builder, node), node.outputs) where !output.isEmpty {
        try builder.rename(lowered, to: output)
      }
    }
    for output in outputs { try builder.output(output.name) }
    for update in updates { builder.update(update.parameter, to: update.value) }
    return builder.graph
  }
}
