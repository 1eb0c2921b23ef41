extension Graph {
  /// The graph as it is used after training: batch normalisation reads its running statistics, and nothing is updated.
  ///
  /// Requires a verified graph. Ensures that no parameter changes and that the value of one sample depends on no
  /// other's. Whoever reads the new running statistics gets the old ones.
  public func inferenceMode() -> Graph {
    var result = self
    var names = Set(nodes.map(\.name))
    result.updates = []
    result.nodes = nodes.flatMap { node -> [Node] in
      guard node.op == .batchNormalization else { return [node] }
      var inference = node
      inference.attributes["training_mode"] = .int(0)
      inference.outputs = [node.outputs[0]]
      return [inference]
        + zip(node.inputs.dropFirst(3), node.outputs.dropFirst()).filter { !$1.isEmpty }.map { statistic, output in
          var name = "\(node.name).\(output)"
          while !names.insert(name).inserted { name += "_" }
          return Node(name: name, op: .identity, inputs: [statistic], outputs: [output])
        }
    }
    return result.removingDeadCode()
  }
}
