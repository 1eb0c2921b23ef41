import GraphIR
import Testing

/// Graphs that end at an inner value.
@Suite struct EndingTests {
  private func graph() throws -> Graph {
    var builder = GraphBuilder(name: "chain")
    try builder.input("x", TensorType(.float32, [3, 2]))
    try builder.parameter("w", TensorType(.float32, [2, 4]))
    try builder.parameter("v", TensorType(.float32, [4, 5]))
    let product = try builder.add(.matMul, ["x", "w"])
    let active = try builder.add(.relu, [product])
    let next = try builder.add(.matMul, [active, "v"])
    try builder.output(next)
    builder.update("v", to: "v")
    return builder.graph
  }

  @Test func onlyNeededNodesAndParametersStay() throws {
    let whole = try graph()
    for node in whole.nodes {
      let part = try whole.ending(at: node.outputs[0])
      try part.verify()
      #expect(part.outputs.map(\.name) == node.outputs && part.updates.isEmpty && part.inputs == whole.inputs)
    }
    let middle = try whole.ending(at: whole.nodes[1].outputs[0])
    #expect(middle.nodes == Array(whole.nodes[..<2]) && middle.parameters.map(\.name) == ["w"])
    #expect(middle.outputs[0].type == TensorType(.float32, [3, 4]))
  }

  @Test(arguments: ["x", "w", "nothing", ""]) func onlyNodesHaveValuesToEndAt(_ name: String) throws {
    let whole = try graph()
    #expect(throws: GraphError.self) { try whole.ending(at: name) }
  }
}
