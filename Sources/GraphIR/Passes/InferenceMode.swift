extension Graph {
  /// Returns the graph for use after training: batch normalisation reads its running statistics, dropout keeps
  /// everything, and nothing is updated.
  ///
  /// Requires a verified graph. Ensures that no parameter changes, and that batch normalisation makes no sample depend
  /// on another. A node that reads the next value of a parameter (a running statistic, a vector of a power iteration)
  /// reads the parameter instead.
  public func inferenceMode() -> Graph {
    var result = self
    var names = Set(nodes.map(\.name)).union(nodes.flatMap(\.outputs))
    func fresh(_ stem: String) -> String {
      var name = stem
      while !names.insert(name).inserted { name += "_" }
      return name
    }
    let parameters = Dictionary(updates.map { ($0.value, $0.parameter) }) { first, _ in first }
    result.updates = []
    result.nodes = nodes.flatMap { node -> [Node] in
      var inference = node
      var current: [(value: String, next: String)] = []
      if node.op == .batchNormalization {
        inference.attributes["training_mode"] = .int(0)
        inference.outputs = [node.outputs[0]]
        current = zip(node.inputs.dropFirst(3), node.outputs.dropFirst()).filter { !$1.isEmpty }.map { ($0, $1) }
      }
      // Without its last input, training_mode, dropout keeps everything.
      if node.op == .dropout { inference.inputs = Array(node.inputs.prefix(2)) }
      for (index, output) in inference.outputs.enumerated() {
        guard let parameter = parameters[output] else { continue }
        inference.outputs[index] = fresh("\(output).unused")
        current.append((parameter, output))
      }
      return [inference]
        + current.map { value, next in
          Node(name: fresh("\(node.name).\(next)"), op: .identity, inputs: [value], outputs: [next])
        }
    }
    return result.removingDeadCode()
  }
}
