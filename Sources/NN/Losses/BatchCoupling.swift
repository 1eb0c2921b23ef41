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
      switch node.op {
      case .batchNormalization: return node.attributes["training_mode"] == .int(1)
      case .softmax, .logSoftmax, .hardmax:
        guard let shape = types[node.inputs[0]]?.shape else { return false }
        let axis = ResolvedAttributes(node.op, node.attributes).int("axis") ?? -1
        return shape.normalized(axis: axis).map { shape[$0] == -1 } ?? false
      default: break
      }
      return node.outputs.contains { types[$0]?.dtype.isFloatingPoint == true && !hasBatch($0) }
    }
  }
}
