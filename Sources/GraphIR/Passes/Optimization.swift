extension Graph {
  /// Returns the graph for execution: all passes that make it cheaper, in a fixed order until nothing changes.
  ///
  /// Requires a verified graph that will not be differentiated. Preserves inputs, outputs and updates. Values are equal
  /// within rounding, as documented at ``fusingProducts()``.
  /// - Throws: ``GraphError`` if the graph is invalid.
  public func optimized() throws -> Graph {
    try removingDeadCode().separatingBiases().simplified().stackingProducts().mergingParallelCalls().simplified()
  }

  /// Returns the graph after the interdependent passes, repeated until nothing changes.
  private func simplified() throws -> Graph {
    var graph = self
    // Each round enables further changes. A few rounds are enough for all known graphs.
    for _ in 0..<8 {
      let before = graph
      graph = try graph.foldingConstants().simplifyingAlgebra().mergingCommonSubexpressions()
      graph = try graph.fusingProducts().readingActivations().removingDeadCode()
      if graph == before { break }
    }
    return graph
  }
}
