extension Graph {
  /// The graph as it is executed: every pass that makes it cheaper, in a fixed order until nothing changes any more.
  ///
  /// Requires a verified graph that is not differentiated any more. Ensures the same inputs, outputs and updates; numbers are equal
  /// within rounding, as ``fusingProducts()`` says.
  /// - Throws: ``GraphError`` where the graph was not verified.
  public func optimized() throws -> Graph {
    try removingDeadCode().separatingBiases().simplified().stackingProducts().mergingParallelCalls().simplified()
  }

  /// The graph after the passes that need each other, until nothing changes any more.
  private func simplified() throws -> Graph {
    var graph = self
    // Each round opens the way for another; a few are enough for all graphs that were seen.
    for _ in 0..<8 {
      let before = graph
      graph = try graph.foldingConstants().simplifyingAlgebra().mergingCommonSubexpressions()
      graph = try graph.fusingProducts().readingActivations().removingDeadCode()
      if graph == before { break }
    }
    return graph
  }
}
