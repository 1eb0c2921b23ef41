import GraphRuntime
import GraphIR
import TestSupport
import Testing

/// One graph for all batch sizes.
@Suite struct PlanCacheTests {
  /// A layer with batch normalisation, whose statistics persist between runs.
  private func graph() throws -> Graph {
    var builder = GraphBuilder(name: "layer", symbols: ["batch"])
    try builder.input("x", TensorType(.float32, [-1, 3]))
    try builder.parameter("weight", TensorType(.float32, [4, 3]))
    for name in ["scale", "bias", "mean", "variance"] { try builder.parameter(name, TensorType(.float32, [4])) }
    let product = try builder.add(.gemm, ["x", "weight"], ["transB": .int(1)])
    let outputs = try builder.add(
      .batchNormalization, [product, "scale", "bias", "mean", "variance"], ["training_mode": .int(1)], outputCount: 3)
    builder.update("mean", to: outputs[1])
    builder.update("variance", to: outputs[2])
    try builder.output(builder.add(.tanh, [outputs[0]]))
    try builder.output(builder.add(.reduceSum, [product]))
    return builder.graph
  }

  private func random(_ shape: Shape, _ generator: inout SplitMix64) -> TensorValue {
    TensorValue((0..<shape.elementCount).map { _ in Float(generator.int(-100...100)) / 50 }, shape: shape)
  }

  @Test(arguments: [1, 2]) func everyBatchSize(threads: Int) throws {
    let graph = try graph()
    var generator = SplitMix64(seed: 7)
    var tensors = Dictionary(
      uniqueKeysWithValues: graph.parameters.map { ($0.name, random($0.type.shape, &generator)) })
    tensors["variance"] = TensorValue([1, 2, 3, 4] as [Float])
    let state = ProgramState(tensors, for: [graph])
    let cache = PlanCache(graph, state: state, threads: threads)
    for (size, plans) in [(5, 1), (2, 2), (5, 2), (64, 3), (2, 3), (64, 3)] {
      let feeds = tensors.merging(["x": random([size, 3], &generator)]) { $1 }
      let expected = try Interpreter.run(graph, feeds)
      let found = try cache.run(["x": try #require(feeds["x"])])
      #expect(cache.count == plans && found.count == 2)
      for (name, value) in expected.outputs {
        #expect(mismatch(try #require(found[name]), value, relative: 1e-5, absolute: 1e-5) == nil, "\(size): \(name)")
      }
      for (name, value) in expected.updates {
        let result = try #require(state.tensors[name])
        #expect(mismatch(result, value, relative: 1e-5, absolute: 1e-6) == nil, "\(size): \(name)")
        tensors[name] = result
      }
    }
  }

  @Test func whatDoesNotFitIsNamed() throws {
    let graph = try graph()
    let tensors = Dictionary(
      uniqueKeysWithValues: graph.parameters.map { ($0.name, TensorValue(repeating: 1, type: $0.type)) })
    let cache = PlanCache(graph, state: ProgramState(tensors, for: [graph]))
    for inputs in [[:], ["x": TensorValue(repeating: 0, type: TensorType(.float32, [2, 4]))]] {
      let error = #expect(throws: ExecutionError.self) { try cache.run(inputs) }
      #expect(error?.message.contains("'x'") == true)
    }
    #expect(throws: GraphError.self) { try graph.specialized(to: [:]) }
    #expect(cache.count == 0)
  }
}
