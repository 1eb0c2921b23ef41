extension Graph {
  /// The graph with numbers in the place of symbolic extents, for example of a batch.
  ///
  /// Ensures a graph without symbols whose outputs have the types that follow from those of its inputs.
  /// - Parameter extents: a number for each symbolic extent of the inputs, by the extent: -1 is the first of ``symbols``.
  /// - Throws: ``GraphError`` where a number is missing, or where the graph means nothing with these.
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
