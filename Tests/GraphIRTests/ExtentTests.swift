import GraphIR
import Testing

/// Extents that graphs compute from symbolic dimensions.
@Suite("Symbolic extents") struct ExtentTests {
  /// A graph with an input x [batch, length, 6] and the nodes that `build` adds; its output is their result.
  private func graph(_ build: (inout GraphBuilder) throws -> String) throws -> Graph {
    var builder = GraphBuilder(name: "g", symbols: ["batch", "length"])
    try builder.input("x", TensorType(.float32, [-1, -2, 6]))
    try builder.output(try build(&builder))
    try builder.graph.verify()
    return builder.graph
  }

  /// The shape of the result with the symbols' names, and with extents instead of them.
  private func check(
    _ graph: Graph, _ expected: String, batch: Int = 5, length: Int = 7, _ shape: Shape,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(graph.describe(graph.outputs[0].type.shape) == expected, sourceLocation: sourceLocation)
    let fixed = try graph.specialized(to: [-1: batch, -2: length])
    #expect(fixed.outputs[0].type.shape == shape, sourceLocation: sourceLocation)
    // One symbol after the other.
    let half = try graph.fixing(["batch": batch])
    try half.verify()
    #expect(try half.fixing(["length": length]).outputs[0].type.shape == shape, sourceLocation: sourceLocation)
    // The text of the graph keeps the expressions.
    #expect(try GraphParser.graph(from: graph.description) == graph, sourceLocation: sourceLocation)
  }

  @Test func symbolsAreFixedByName() throws {
    let graph = try graph { try $0.add(.transpose, ["x"], ["perm": .ints([1, 0, 2])]) }
    let fixed = try graph.fixing(["length": 4])
    #expect(fixed.describe(fixed.inputs[0].type) == "float32[batch, 4, 6]")
    #expect(fixed.describe(fixed.outputs[0].type) == "float32[4, batch, 6]")
    #expect(try graph.fixing([:]) == graph)
    let error = #expect(throws: GraphError.self) { try fixed.fixing(["length": 4]) }
    #expect(error?.message == "graph 'g' has no symbolic dimension 'length'; it has batch")
  }

  private func integers(_ numbers: [Int], in builder: inout GraphBuilder) -> String {
    builder.constant(TensorValue(integers: numbers))
  }

  @Test func aReshapeMergesAndSplits() throws {
    let merged = try graph { try $0.add(.reshape, ["x", integers([-1, 3], in: &$0)]) }
    try check(merged, "[2*batch*length, 3]", [70, 3])
    let back = try graph { builder in
      let rows = try builder.add(.reshape, ["x", integers([-1, 6], in: &builder)])
      let shape = try builder.add(.shape, ["x"])
      return try builder.add(.reshape, [rows, shape])
    }
    try check(back, "[batch, length, 6]", [5, 7, 6])
    // A quotient that need not be whole.
    #expect(throws: GraphError.self) {
      try graph { try $0.add(.reshape, ["x", integers([-1, 5], in: &$0)]) }
    }
  }

  @Test func attentionHeads() throws {
    // [batch, length, 6] to [batch, 2, length, 3] as transformers do, with a shape that the graph computes.
    let heads = try graph { builder in
      let shape = try builder.add(.shape, ["x"], ["end": .int(2)])
      let target = try builder.add(.concat, [shape, integers([2, 3], in: &builder)], ["axis": .int(0)])
      let apart = try builder.add(.reshape, ["x", target])
      return try builder.add(.transpose, [apart], ["perm": .ints([0, 2, 1, 3])])
    }
    try check(heads, "[batch, 2, length, 3]", [5, 2, 7, 3])
  }

  @Test func initialStatesOfARecurrentLayer() throws {
    let zeros = try graph { builder in
      let batch = try builder.add(.gather, [builder.add(.shape, ["x"]), integers([0], in: &builder)])
      let shape = try builder.add(
        .concat, [integers([1], in: &builder), batch, integers([4], in: &builder)], ["axis": .int(0)])
      return try builder.add(.constantOfShape, [shape])
    }
    try check(zeros, "[1, batch, 4]", [1, 5, 4])
  }

  @Test func arithmeticOnExtents() throws {
    let doubled = try graph { builder in
      let shape = try builder.add(.shape, ["x"])
      let twice = try builder.add(.mul, [shape, integers([2, 1, 1], in: &builder)])
      let longer = try builder.add(.add, [twice, integers([0, 3, 0], in: &builder)])
      return try builder.add(.constantOfShape, [longer])
    }
    try check(doubled, "[2*batch, length + 3, 6]", [10, 10, 6])
    let halved = try graph { builder in
      let shape = try builder.add(.shape, ["x"])
      let half = try builder.add(.div, [shape, integers([2, 1, 4], in: &builder)])
      return try builder.add(.constantOfShape, [half])
    }
    try check(halved, "[floor((batch) / 2), length, 1]", [2, 7, 1])
  }

  @Test func expandConcatTileAndRange() throws {
    let expanded = try graph { builder in
      let target = try builder.add(.shape, ["x"])
      let one = builder.constant(TensorValue(scalar: Float(1)))
      return try builder.add(.expand, [one, target])
    }
    try check(expanded, "[batch, length, 6]", [5, 7, 6])
    try check(graph { try $0.add(.concat, ["x", "x"], ["axis": .int(1)]) }, "[batch, 2*length, 6]", [5, 14, 6])
    try check(graph { try $0.add(.tile, ["x", integers([3, 1, 1], in: &$0)]) }, "[3*batch, length, 6]", [15, 7, 6])
    let positions = try graph { builder in
      let length = try builder.add(
        .gather, [builder.add(.shape, ["x"]), builder.constant(TensorValue(scalar: Int64(1)))])
      return try builder.add(
        .range,
        [
          builder.constant(TensorValue(scalar: Int64(0))), length, builder.constant(TensorValue(scalar: Int64(1))),
        ])
    }
    try check(positions, "[length]", [7])
    try check(graph { try $0.add(.flatten, ["x"], ["axis": .int(2)]) }, "[batch*length, 6]", [35, 6])
  }

  @Test func slicesOfSymbolicAxes() throws {
    func sliced(_ start: Int, _ end: Int, axis: Int, step: Int = 1) throws -> Graph {
      try graph { builder in
        try builder.add(
          .slice, ["x"] + [start, end, axis, step].map { builder.constant(TensorValue(integers: [$0])) })
      }
    }
    try check(sliced(1, .max, axis: 1), "[batch, length - 1, 6]", [5, 6, 6])
    try check(sliced(0, -2, axis: 1), "[batch, length - 2, 6]", [5, 5, 6])
    try check(sliced(-3, .max, axis: 1), "[batch, 3, 6]", [5, 3, 6])
    try check(sliced(-1, .min, axis: 1, step: -1), "[batch, length, 6]", [5, 7, 6])
    try check(sliced(1, 3, axis: 2), "[batch, length, 2]", [5, 7, 2])
    // It has three elements, or fewer.
    #expect(throws: GraphError.self) { try sliced(0, 3, axis: 1) }
  }

  @Test func aComparisonThatNoExtentMeetsIsKnown() throws {
    // PyTorch writes: where the target is -1, take 1, otherwise the target.
    let expanded = try graph { builder in
      let target = try builder.add(.shape, ["x"])
      let isFree = try builder.add(.equal, [target, integers([-1, -1, -1], in: &builder)])
      let chosen = try builder.add(.where, [isFree, integers([1, 1, 1], in: &builder), target])
      return try builder.add(.expand, ["x", chosen])
    }
    try check(expanded, "[batch, length, 6]", [5, 7, 6])
  }

  @Test func messagesHaveTheNamesOfSymbols() throws {
    let error = #expect(throws: GraphError.self) {
      try graph { try $0.add(.matMul, ["x", "x"]) }
    }
    #expect(error?.description.contains("[batch, length, 6]") == true)
  }

  @Test func expressionsOfAHostileGraphStayBounded() throws {
    // Squares of squares: more factors than any shape has. They are unknown, and nothing else happens.
    let result = Result {
      try graph { builder in
        var vector = try builder.add(.shape, ["x"])
        for _ in 0..<200 { vector = try builder.add(.mul, [vector, vector]) }
        return try builder.add(.constantOfShape, [vector])
      }
    }
    #expect(throws: GraphError.self) { try result.get() }
  }
}
