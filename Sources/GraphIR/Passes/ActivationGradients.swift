extension Graph {
  /// The graph in which derivatives of `LeakyRelu` and `Relu` read what these made instead of what they read, so that a product can
  /// apply an activation at once.
  ///
  /// Requires a verified graph. Ensures equal outputs and updates, bit for bit: with a slope of at least 0, what comes out is
  /// positive where what went in is.
  /// - Throws: ``GraphError`` where the graph was not verified.
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
