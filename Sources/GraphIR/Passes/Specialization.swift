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
}
