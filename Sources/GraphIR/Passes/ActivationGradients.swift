extension Graph {
  /// Returns the graph in which the derivatives of `LeakyRelu` and `Relu` read the outputs of these, not their inputs.
  /// Then a matrix product can apply its activation at once.
  ///
  /// Requires a verified graph. Preserves outputs and updates bit for bit: if the slope is at least 0, the output is
  /// positive exactly where the input is.
  /// - Throws: ``GraphError`` if the graph is invalid.
  public func readingActivations() throws -> Graph {
    var rewriter = try Rewriter(self)
    var activated: [String: String] = [:]
    for node in nodes {
      var node = rewriter.resolved(node)
      switch node.op {
      case .relu: activated[node.inputs[0]] = node.outputs[0]
      case .leakyRelu where ResolvedAttributes(node.op, node.attributes).float("alpha") ?? 0 >= 0:
        activated[node.inputs[0]] = node.outputs[0]
      case .leakyReluGrad: node.inputs[1] = activated[node.inputs[1]] ?? node.inputs[1]
      default: break
      }
      try rewriter.append(node)
    }
    return try rewriter.finish()
  }
}
