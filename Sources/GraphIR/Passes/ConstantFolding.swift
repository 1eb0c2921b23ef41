extension Graph {
  /// Returns the graph with nodes that read only constants and static shapes replaced by constants.
  ///
  /// Some nodes stay: those that read and produce more than 1 MiB, products of so many elements that the reference
  /// kernels are slow, random draws, whose values only the backend determines, and nodes that produce an output of the
  /// graph.
  ///
  /// Requires a verified graph. Preserves outputs and updates, with folded values from the reference kernels.
  /// - Throws: ``GraphError`` if the graph is invalid.
  public func foldingConstants() throws -> Graph {
    var rewriter = try Rewriter(self)
    for node in nodes {
      let node = rewriter.resolved(node)
      try rewriter.append(node)
      for (output, value) in zip(node.outputs, rewriter.folded(node) ?? []) where !output.isEmpty {
        rewriter.replace(output, by: rewriter.constant(value))
      }
    }
    return try rewriter.finish()
  }
}

extension Rewriter {
  /// The most bytes that a folded node may read and write.
  private static let byteLimit = 1 << 20
  /// The most elements that a folded product may read.
  private static let productLimit = 1 << 12

  /// Returns the values of the outputs of a node of the new graph; nil if it is not folded.
  fileprivate func folded(_ node: Node) -> [TensorValue]? {
    let traits = node.op.traits
    guard traits.kind != .random, traits.kind != .contraction else { return nil }
    if traits.kind == .shape { return value(of: node.outputs[0]).map { [$0] } }
    var inputs: [TensorValue?] = []
    for name in node.inputs {
      let value = name.isEmpty ? nil : value(of: name)
      guard name.isEmpty || value != nil else { return nil }
      inputs.append(value)
    }
    let context = InferenceContext(
      node.op, inputs: inputs.map { $0?.type }, constants: inputs, attributes: node.attributes,
      outputCount: node.outputs.count)
    guard let types = try? node.op.definition.infer(context) else { return nil }
    let read = inputs.compactMap { $0 }
    let byteCounts = read.map(\.byteCount) + types.map { $0.shape.elementCount * $0.dtype.byteCount }
    guard byteCounts.reduce(0, +) <= Self.byteLimit else { return nil }
    guard !traits.isProduct || read.map(\.count).reduce(0, +) <= Self.productLimit else { return nil }
    // A failing node reports its error when it runs.
    return try? node.op.definition.evaluate(
      EvaluationContext(node.op, inputs: inputs, attributes: node.attributes, outputs: types))
  }
}
