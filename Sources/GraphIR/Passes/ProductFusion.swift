extension Graph {
  /// The graph with what stands around products of matrices in them: transposes as flags, what is added as the third operand, and
  /// factors.
  ///
  /// Requires a verified graph. Ensures equal outputs and updates within rounding: a sum is added to what a product has summed up, in
  /// this order, and a factor of a product is applied before its bias.
  /// - Throws: ``GraphError`` where the graph was not verified.
  public func fusingProducts() throws -> Graph {
    var rewriter = try Rewriter(self)
    for node in nodes {
      var node = rewriter.asGemm(rewriter.resolved(node))
      node = rewriter.withFlags(node)
      try rewriter.append(rewriter.withAddend(node) ?? node)
    }
    return try rewriter.finish()
  }
}

extension Rewriter {
  /// A product of two matrices as `Gemm`.
  fileprivate func asGemm(_ node: Node) -> Node {
    guard node.op == .matMul, node.inputs.allSatisfy({ shape(of: $0).rank == 2 }) else { return node }
    return Node(name: node.name, op: .gemm, inputs: node.inputs, outputs: node.outputs)
  }

  /// A `Gemm` that reads what its operands are transposes of.
  fileprivate func withFlags(_ node: Node) -> Node {
    guard node.op == .gemm else { return node }
    var node = node
    for (index, flag) in ["transA", "transB"].enumerated() {
      guard let transpose = maker(of: node.inputs[index], .transpose) else { continue }
      let isFlagged = ResolvedAttributes(.gemm, node.attributes).flag(flag)
      // The other order of two axes is the only one that is not theirs.
      if case .ints([0, 1])? = transpose.attributes["perm"] { continue }
      node.inputs[index] = transpose.inputs[0]
      node.attributes[flag] = .int(isFlagged ? 0 : 1)
    }
    return node
  }

  /// The sum of a product that nothing else reads and something of its shape, or a row, as one `Gemm`.
  fileprivate func withAddend(_ node: Node) -> Node? {
    guard node.op == .add else { return nil }
    // The later product takes in the earlier one.
    let candidates = node.inputs.indices.compactMap { index in
      maker(of: node.inputs[index], .gemm).map { (index: index, product: $0) }
    }
    for (index, product) in candidates.reversed() {
      let addend = node.inputs[1 - index]
      let isPlain = product.inputs.count == 2 || product.inputs[2].isEmpty
      let (sum, row) = (shape(of: node.inputs[index]), shape(of: addend))
      let isRow = row.elementCount == sum[1] && row.last == sum[1] && row.rank <= 2
      guard isPlain, isReadOnce(node.inputs[index]), row == sum || isRow, node.inputs[0] != node.inputs[1],
        row == sum || ResolvedAttributes(.gemm, product.attributes).float("alpha") ?? 1 == 1
      else { continue }
      return Node(
        name: node.name, op: .gemm, inputs: product.inputs[..<2] + [addend], outputs: node.outputs,
        attributes: product.attributes)
    }
    return nil
  }
}
