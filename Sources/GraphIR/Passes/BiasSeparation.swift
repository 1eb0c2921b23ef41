extension Graph {
  /// The graph with biases of transposed convolutions as additions of their own, which can be a part of the loop behind them.
  ///
  /// Requires a verified graph. Ensures equal outputs and updates, to the bit.
  /// - Throws: ``GraphError`` where the graph was not verified.
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
