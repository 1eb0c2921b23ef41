extension Graph {
  /// Returns the graph with operations around matrix products fused into them: transposes become flags, and additions
  /// become the third operand.
  ///
  /// Requires a verified graph. Preserves outputs and updates within rounding: the addend is added after the sum of the
  /// products, and a factor of a product is applied before its bias.
  /// - Throws: ``GraphError`` if the graph is invalid.
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
  /// Returns a product of two matrices as `Gemm`.
  fileprivate func asGemm(_ node: Node) -> Node {
    guard node.op == .matMul, node.inputs.allSatisfy({ shape(of: $0).rank == 2 }) else { return node }
    return Node(name: node.name, op: .gemm, inputs: node.inputs, outputs: node.outputs)
  }

  /// Returns a `Gemm` that reads the inputs of transposes, with flags instead.
  fileprivate func withFlags(_ node: Node) -> Node {
    guard node.op == .gemm else { return node }
    var node = node
    for (index, flag) in ["transA", "transB"].enumerated() {
      guard let transpose = maker(of: node.inputs[index], .transpose) else { continue }
      let isFlagged = ResolvedAttributes(.gemm, node.attributes).flag(flag)
      // [0, 1] is the only order of two axes that does not transpose.
      if case .ints([0, 1])? = transpose.attributes["perm"] { continue }
      node.inputs[index] = transpose.inputs[0]
      node.attributes[flag] = .int(isFlagged ? 0 : 1)
    }
    return node
  }

  /// Returns one `Gemm` for the sum of a product, which nothing else reads, and a matrix of its shape or a row.
  fileprivate func withAddend(_ node: Node) -> Node? {
    guard node.op == .add else { return nil }
    // The later product absorbs the earlier one.
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
