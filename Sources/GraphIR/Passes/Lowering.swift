extension Graph {
  /// The graph in plain ONNX: every call that opset 21 lacks replaced by its composition.
  ///
  /// Requires a verified graph. Ensures the same inputs, parameters, outputs and updates under the same names.
  /// - Throws: ``GraphError`` where the graph was not verified.
  public func loweringToOpset() throws -> Graph {
    guard nodes.contains(where: { !$0.isInOpset }) else { return self }
    var builder = try GraphBuilder(replacing: self)
    for node in nodes {
      guard !node.isInOpset, let compose = node.op.definition.composition else {
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

extension Node {
  /// Whether opset 21 has the call as it is.
  ///
  /// The lengths of sequences are int32 there and int64 here, and ONNX Runtime has no recurrent layers of layout 1, nor any whose
  /// size only their weights tell.
  var isInOpset: Bool {
    let isRecurrent = op == .gru || op == .lstm || op == .rnn
    let hasLengths = inputs.count > 4 && !inputs[4].isEmpty
    let isRefused = hasLengths || attributes["layout"] == .int(1) || attributes["hidden_size"] == nil
    return op.definition.signature.isInOpset && !(isRecurrent && isRefused)
  }
}
