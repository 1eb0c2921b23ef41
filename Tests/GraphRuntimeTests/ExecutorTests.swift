import GraphRuntime
import GraphIR
import Synchronization
import Testing

@Suite struct ExecutorTests {
  /// y = leakyRelu(x · wᵀ + b), and the parameter `count` grows by one.
  private static func layer() throws -> Graph {
    var builder = GraphBuilder(name: "layer", symbols: ["batch"])
    try builder.input("x", TensorType(.float32, [-1, 2]))
    try builder.parameter("weight", TensorType(.float32, [3, 2]))
    try builder.parameter("bias", TensorType(.float32, [3]))
    try builder.parameter("count", TensorType(.int64, []), isTrainable: false)
    let hidden = try builder.add(.gemm, ["x", "weight", "bias"], ["transB": .int(1)])
    try builder.append(
      Node(name: "act", op: .leakyRelu, inputs: [hidden], outputs: ["y"], attributes: ["alpha": .float(0.5)]))
    try builder.output("y")
    let one = builder.constant(TensorValue(scalar: Int64(1)))
    builder.update("count", to: try builder.add(.add, ["count", one]))
    return builder.graph
  }

  private static let parameters = [
    "weight": TensorValue([1, 2, -1, 0, 0.5, -2] as [Float], shape: [3, 2]),
    "bias": TensorValue([0, 1, -1] as [Float]), "count": TensorValue(scalar: Int64(41)),
  ]

  @Test func runsOnAnyBatch() throws {
    let executor = try Executor(Self.layer(), parameters: Self.parameters)
    let one = try executor.run(["x": TensorValue([1, 3] as [Float], shape: [1, 2])])
    // [1 + 6, -1 + 1, 0.5 - 6 - 1] through a slope of 0.5
    #expect(one.outputs == ["y": TensorValue([7, 0, -3.25] as [Float], shape: [1, 3])])
    #expect(one.updates == ["count": TensorValue(scalar: Int64(42))])
    let two = try executor.run(["x": TensorValue([1, 3, 0, 0] as [Float], shape: [2, 2])])
    #expect(two.outputs["y"] == TensorValue([7, 0, -3.25, 0, 1, -0.5] as [Float], shape: [2, 3]))
  }

  @Test func givesMemoryBack() throws {
    var builder = GraphBuilder(name: "chain")
    var name = try builder.input("x", TensorType(.float32, [8]))
    for _ in 0..<50 { name = try builder.add(.exp, [name]) }
    try builder.output(name)
    let backend = CountingBackend()
    _ = try Executor(builder.graph, backend: backend).run(["x": TensorValue([Float](repeating: -1, count: 8))])
    #expect(backend.mostAlive == 2)
  }

  @Test func refusesGraphsThatMeanNothing() throws {
    var graph = try Self.layer()
    graph.nodes[0].inputs[0] = "z"
    #expect(throws: GraphError.self) { try Executor(graph, parameters: Self.parameters) }
  }

  /// Every kind of error, and that its message names the thing.
  @Test(arguments: ExecutionError.Code.allCases) func errorsNameTheThing(_ code: ExecutionError.Code) throws {
    let graph = try Self.layer()
    let executor = try Executor(graph, parameters: Self.parameters)
    let x = TensorValue([1, 3] as [Float], shape: [1, 2])
    let thrown: [(ExecutionError?, String)]
    switch code {
    case .missingValue:
      var parameters = Self.parameters
      parameters["bias"] = nil
      thrown = [
        (#expect(throws: ExecutionError.self) { try Executor(graph, parameters: parameters) }, "parameter 'bias'"),
        (#expect(throws: ExecutionError.self) { try executor.run([:]) }, "input 'x' of graph 'layer'"),
      ]
    case .unknownName:
      thrown = [
        (#expect(throws: ExecutionError.self) { try executor.run(["x": x, "noise": x]) }, "no input 'noise'; it has x")
      ]
    case .wrongType:
      let wide = TensorValue([1, 2, 3] as [Float], shape: [1, 3])
      let message = "input 'x' of graph 'layer' is float32[1, 3], expected float32[batch, 2]"
      thrown = [(#expect(throws: ExecutionError.self) { try executor.run(["x": wide]) }, message)]
    case .failed:
      let broken = try Executor(graph, parameters: Self.parameters, backend: BrokenBackend())
      thrown = [(#expect(throws: ExecutionError.self) { try broken.run(["x": x]) }, "node 'gemm' (Gemm): out of order")]
    }
    for (error, message) in thrown {
      #expect(error?.code == code)
      #expect(error?.description.contains(message) == true, "\(error?.description ?? "nothing") lacks '\(message)'")
    }
  }

  @Test func equalSymbolsGetEqualExtents() throws {
    var builder = GraphBuilder(name: "sum", symbols: ["batch"])
    try builder.input("a", TensorType(.float32, [-1]))
    try builder.input("b", TensorType(.float32, [-1]))
    try builder.output(try builder.add(.add, ["a", "b"]))
    let executor = try Executor(builder.graph)
    let (two, one) = (TensorValue([1, 2] as [Float]), TensorValue([1] as [Float]))
    let error = #expect(throws: ExecutionError.self) { try executor.run(["a": two, "b": one]) }
    #expect(error?.code == .wrongType)
  }
}

/// Counts the results that are alive when an operator is called.
private final class CountingBackend: Backend {
  private struct Weak: Sendable { weak var storage: Storage? }
  private let state = Mutex((results: [Weak](), mostAlive: 0))
  let name = "counting"

  var mostAlive: Int { state.withLock { $0.mostAlive } }

  func run(_ op: Op, inputs: [TensorValue?], attributes: Attributes, outputs: [TensorType]) throws -> [TensorValue] {
    let results = try CPUBackend().run(op, inputs: inputs, attributes: attributes, outputs: outputs)
    state.withLock { state in
      state.results += results.map { Weak(storage: $0.storage) }
      state.mostAlive = max(state.mostAlive, state.results.filter { $0.storage != nil }.count)
    }
    return results
  }
}

/// Fails at every operator.
private struct BrokenBackend: Backend {
  struct OutOfOrder: Error, CustomStringConvertible { let description = "out of order" }
  let name = "broken"

  func run(_ op: Op, inputs: [TensorValue?], attributes: Attributes, outputs: [TensorType]) throws -> [TensorValue] {
    throw OutOfOrder()
  }
}
