extension Graph {
  /// The graph in plain ONNX: every operator that opset 21 lacks replaced by its composition.
  ///
  /// Requires a verified graph. Ensures the same inputs, parameters, outputs and updates under the same names.
  /// - Throws: ``GraphError`` where the graph was not verified.
  public func loweringToOpset() throws -> Graph {
    guard nodes.contains(where: { !$0.op.definition.signature.isInOpset }) else { return self }
    var builder = GraphBuilder(replacing: self)
    for input in inputs { try builder.input(input.name, input.type) }
    for parameter in parameters {
      try builder.parameter(parameter.name, parameter.type, isTrainable: parameter.isTrainable)
    }
    for constant in constants { try builder.constant(constant.value, named: constant.name) }
    for node in nodes {
      guard !node.op.definition.signature.isInOpset, let compose = node.op.definition.composition else {
        try builder.append(node)
        continue
      }
      let composer = Composer(builder, node)
      let values = try compose(composer)
      builder = composer.builder
      for (value, output) in zip(values, node.outputs) where !output.isEmpty {
        try builder.rename(value.name, to: output)
      }
    }
    for output in outputs { try builder.output(output.name) }
    for update in updates { builder.update(update.parameter, to: update.value) }
    return builder.graph
  }
}
