extension Graph {
  /// Returns the graph with the biases of transposed convolutions as separate additions. Each can be a part of the loop
  /// after the convolution.
  ///
  /// Requires a verified graph. Preserves outputs and updates bit for bit.
  /// - Throws: ``GraphError`` if the graph is invalid.
  public func separatingBiases() throws -> Graph {
    var rewriter = try Rewriter(self)
    for node in nodes {
      let node = rewriter.resolved(node)
      guard node.op == .convTranspose, node.inputs.count > 2, !node.inputs[2].isEmpty else {
        try rewriter.append(node)
        continue
      }
      let spatial = rewriter.shape(of: node.inputs[0]).rank - 2
      let product = try rewriter.add(.convTranspose, Array(node.inputs[..<2]), node.attributes)
      let column = rewriter.integers([-1] + [Int](repeating: 1, count: spatial))
      let bias = try rewriter.add(.reshape, [node.inputs[2], column])
      try rewriter.append(Node(name: node.name, op: .add, inputs: [product, bias], outputs: node.outputs))
    }
    return try rewriter.finish()
  }
}
