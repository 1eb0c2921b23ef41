import Autograd
import GraphIR
import TestSupport
import Testing

/// What a graph lacks is known before it is trained, from the formulas that training uses.
@Suite("Graph.differentiability")
struct DifferentiabilityTests {
  private static func graph(_ build: (Trace) throws -> Tensor) throws -> Graph {
    let trace = Trace(name: "net", symbols: ["batch"])
    try trace.output(try build(trace))
    return trace.graph
  }

  @Test("a network of smooth and piecewise smooth operators lacks nothing, with a symbolic batch")
  func complete() throws {
    let graph = try Self.graph { trace in
      let x = try trace.input("x", TensorType(.float32, [-1, 3]))
      let w = try trace.parameter("w", TensorType(.float32, [3, 2]))
      return x.matmul(w).leakyRelu(0.2).tanh().sum([1]).softplus().mean()
    }
    #expect(try graph.differentiability(order: 4).isEmpty)
  }

  @Test("AdamStep has no derivative, and says why")
  func adam() throws {
    let type = TensorType(.float32, [2])
    var builder = GraphBuilder(name: "step")
    for name in ["x", "g", "v", "h"] { try builder.parameter(name, type) }
    try builder.input("rate", TensorType(.float32, []))
    try builder.input("step", TensorType(.int64, []))
    try builder.append(
      Node(name: "adam", op: .adamStep, inputs: ["rate", "step", "x", "g", "v", "h"], outputs: ["x1", "v1", "h1"]))
    try builder.output("x1")
    let found = try builder.graph.differentiability(order: 2)
    #expect(found.map(\.node) == ["adam"] && found.map(\.op) == [.adamStep])
    #expect(found[0].order == 1 && found[0].kind == .throwsError && found[0].reason.contains("noGrad"))
    #expect("\(found[0])".hasPrefix("node 'adam' (AdamStep) has no derivative of order 1: AdamStep"))
  }

  @Test("integer results and operators that are flat stop gradients; what depends on nothing but them is not asked")
  func stops() throws {
    let graph = try Self.graph { trace in
      let x = try trace.input("x", TensorType(.float32, [4]))
      let isLarge = x .> x.sign()
      let rounded = x.cast(to: .int64).cast(to: .float32).exp()
      return isLarge.select(x, rounded)
    }
    let found = try graph.differentiability(order: 2)
    #expect(found.map(\.op) == [.sign, .greater, .cast])
    #expect(found.allSatisfy { $0.kind == .stops && $0.order == 1 })
    #expect(found[1].reason.contains("bool") && found[2].reason.contains("int64"))
  }

  @Test("what no variable reaches does not count, and neither does a parameter that is not trained")
  func constants() throws {
    let graph = try Self.graph { trace in
      let x = try trace.input("x", TensorType(.float32, [4]))
      let mean = try trace.parameter("mean", TensorType(.float32, [4]), isTrainable: false)
      return x * mean.sign()
    }
    #expect(try graph.differentiability(order: 3).isEmpty)
  }

  @Test("for every operator it says what training says", arguments: Op.allCases)
  func agrees(op: Op) throws {
    guard let example = OpExamples.examples(of: op).first(where: \.isSmooth) else { return }
    let inputs = example.leaves
    guard inputs.contains(where: { $0?.requiresGrad == true }) else { return }
    let trace = Trace(name: "call")
    let symbols = try inputs.enumerated().map { index, tensor -> Tensor? in
      guard let tensor else { return nil }
      return tensor.requiresGrad ? try trace.input("x\(index)", tensor.type) : tensor
    }
    for output in try apply(op, symbols, example.attributes, outputCount: example.outputCount) {
      try trace.output(output)
    }
    let found = try trace.graph.differentiability(order: 2)
    let outputs = try apply(op, inputs, example.attributes, outputCount: example.outputCount).filter(\.requiresGrad)
    do {
      let leaves = inputs.compactMap { $0 }.filter(\.requiresGrad)
      let vectors = outputs.map { Tensor.ones(like: $0).detached(requiresGrad: true) }
      let first = try grad(outputs, leaves, gradOutputs: vectors, createGraph: true, materializeGrads: true)
        .compactMap { $0 }.filter(\.requiresGrad)
      _ = try grad(first, leaves, gradOutputs: first.map { .ones(like: $0) }, materializeGrads: true)
      #expect(found.isEmpty == !first.isEmpty, "\(found)")
    } catch let error as AutogradError {
      #expect(found.map(\.reason) == [error.description])
    }
  }
}
