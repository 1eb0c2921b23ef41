import GraphIR

extension Graph {
  /// The nodes through which one sample of a batch acts on the outputs of another: batch statistics, and reductions or products
  /// over the batch.
  ///
  /// A gradient penalty on a network that has such nodes is no longer one of each sample: the gradient with respect to a sample
  /// holds what it does to the others (arXiv:1704.00028, section 4). Layer, group and instance normalisation have none.
  ///
  /// The batch is the graph's first symbolic dimension, an extent of −1.
  /// - Throws: ``GraphError`` where the graph is no valid one.
  public func nodesCouplingSamples() throws -> [Node] {
    let types = try verify()
    func hasBatch(_ name: String) -> Bool { types[name]?.shape.contains(-1) ?? false }
    return nodes.filter { node in
      guard node.inputs.contains(where: hasBatch) else { return false }
      if case .normalization = node.op.traits.kind {
        guard let shape = types[node.inputs[0]]?.shape else { return false }
        let attributes = ResolvedAttributes(node.op, node.attributes)
        return shape.indices.contains { shape[$0] == -1 && node.op.traits.couples(axis: $0, of: shape, attributes) }
      }
      return node.outputs.contains { types[$0]?.dtype.isFloatingPoint == true && !hasBatch($0) }
    }
  }
}
