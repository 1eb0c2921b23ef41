import GraphIR

extension Graph {
  /// Returns the nodes through which one sample of a batch affects the outputs of another: batch statistics, and
  /// reductions or matrix products over the batch.
  ///
  /// With such nodes, a gradient penalty is not defined per sample: the gradient with respect to a sample includes its
  /// effect on the others (arXiv:1704.00028, section 4). Layer, group and instance normalisation are not such nodes.
  ///
  /// The batch is the graph's first symbolic dimension, an extent of −1.
  /// - Throws: `GraphError` for an invalid graph.
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
