extension Graph {
  /// Returns the graph in plain ONNX: every node that opset 21 lacks is replaced by its composition.
  ///
  /// Requires a verified graph. Preserves inputs, parameters, outputs and updates with their names.
  /// - Throws: ``GraphError`` if the graph is invalid.
  public func loweringToOpset() throws -> Graph {
    let types = try verify()
    let isInOpset = try nodes.map { node in try node.isInOpset(node.inputs.map { types[$0] }) }
    guard isInOpset.contains(false) else { return self }
    var builder = try GraphBuilder(replacing: self)
    for (node, isInOpset) in zip(nodes, isInOpset) {
      guard !isInOpset, let compose = node.op.definition.composition else {
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
  /// Whether opset 21 and ONNX Runtime have the node for inputs of these types.
  ///
  /// Celu exists for float32 only. In an Einsum, axes broadcast only under ellipses of equal length, and an implicit
  /// result has no capital letters. Sequence lengths are int32 there and int64 here. ONNX Runtime has no recurrent
  /// layers of layout 1, and requires the attribute `hidden_size`.
  /// - Throws: ``GraphError`` if the node is invalid.
  func isInOpset(_ types: [TensorType?]) throws -> Bool {
    guard op.definition.signature.isInOpset else { return false }
    switch op {
    case .celu: return types[0]?.dtype == .float32
    case .einsum:
      let shapes = types.compactMap { $0?.shape }
      let text = ResolvedAttributes(op, attributes).string("equation") ?? ""
      return try EinsumEquation(text, of: shapes) { GraphError($0, $1) }.isPlain
    case .gru, .lstm, .rnn:
      let hasLengths = inputs.count > 4 && !inputs[4].isEmpty
      return !hasLengths && attributes["layout"] != .int(1) && attributes["hidden_size"] != nil
    default: return true
    }
  }
}
