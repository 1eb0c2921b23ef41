extension Graph {
  /// The graph as it is used after training: batch normalisation reads its running statistics, and nothing is updated.
  ///
  /// Requires a verified graph. Ensures that no parameter changes and that the value of one sample depends on no other's.
  public func inferenceMode() -> Graph {
    var result = self
    result.updates = []
    for index in result.nodes.indices where result.nodes[index].op == .batchNormalization {
      result.nodes[index].attributes["training_mode"] = .int(0)
      result.nodes[index].outputs.removeLast(result.nodes[index].outputs.count - 1)
    }
    return result.removingDeadCode()
  }
}
