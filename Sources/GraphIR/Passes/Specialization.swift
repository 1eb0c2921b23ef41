extension Graph {
  /// Returns the graph with static extents instead of symbolic ones, for example of a batch.
  ///
  /// Ensures a graph without symbols. The types of its outputs follow from those of its inputs.
  /// - Parameter extents: a static extent for each symbolic extent of the inputs. The key -1 is the first of
  ///   ``symbols``.
  /// - Throws: ``GraphError`` if an extent is missing or invalid.
  public func specialized(to extents: [Int: Int]) throws -> Graph {
    var graph = self
    graph.symbols = []
    for index in inputs.indices {
      let shape = inputs[index].type.shape.map { $0 < 0 ? extents[$0] ?? $0 : $0 }
      graph.inputs[index].type = TensorType(inputs[index].type.dtype, Shape(shape))
    }
    let types = try GraphVerifier.infer(graph)
    for (index, output) in outputs.enumerated() { graph.outputs[index].type = types[output.name] ?? output.type }
    return graph
  }

  /// Returns the graph with static extents instead of some symbolic ones of its inputs.
  ///
  /// - Parameter extents: the extents by the symbols' names.
  /// - Throws: ``GraphError`` for a name that no symbolic extent of the inputs has, and if the graph is not valid with
  ///   these extents.
  public func fixing(_ extents: [String: Int]) throws -> Graph {
    let used = Set(inputs.flatMap { $0.type.shape.filter { $0 < 0 } }.map(symbol))
    if let name = extents.keys.filter({ !used.contains($0) }).min() {
      let known = used.isEmpty ? "none" : used.sorted().joined(separator: ", ")
      throw GraphError(.name, "graph '\(self.name)' has no symbolic dimension '\(name)'; it has \(known)")
    }
    var graph = self
    for index in inputs.indices {
      let shape = inputs[index].type.shape.map { $0 < 0 ? extents[symbol(of: $0)] ?? $0 : $0 }
      graph.inputs[index].type = TensorType(inputs[index].type.dtype, Shape(shape))
    }
    let types = try GraphVerifier.infer(graph)
    for (index, output) in outputs.enumerated() {
      graph.outputs[index].type = types[output.name].map { graph.naming($0) } ?? output.type
    }
    return graph
  }
}
