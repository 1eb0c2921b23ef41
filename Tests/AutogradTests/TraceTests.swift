import Autograd
import GraphIR
import TestSupport
import Testing

/// A traced function, run as a graph, gives the same bits as one that runs directly.
@Suite("Tracing against eager execution")
struct TraceTests {
  @Test("every example of an operator: traced, verified, run", arguments: Op.allCases)
  func operators(op: Op) throws {
    for double in OpExamples.examples(of: op) {
      for example in [double, double.withDtype(.float32)] {
        let eager = try apply(
          op, example.inputs.map { $0.map { Tensor($0) } }, example.attributes, outputCount: example.outputCount)
        let traced = try Self.traced(example)
        #expect(traced.map(\.value) == eager.map(\.value), "\(example)")
      }
    }
  }

  static let realOps: [Op] = Op.allCases.filter { op in
    op != .adamStep && OpExamples.examples(of: op).contains(where: \.isSmooth)
  }

  @Test("gradients of order 1 and 2 taken inside of a trace", arguments: realOps)
  func operatorGradients(op: Op) throws {
    for example in OpExamples.examples(of: op) where example.isSmooth {
      let eager = try Self.gradients(example, example.leaves)
      let trace = Trace(name: "gradients")
      let symbols = try example.leaves.enumerated().map { index, leaf -> Tensor? in
        // Axes, bounds, scales and conditions are constants of the trace.
        guard let leaf, leaf.requiresGrad else { return leaf }
        return try trace.input("x\(index)", leaf.type).detached(requiresGrad: true)
      }
      for gradient in try Self.gradients(example, symbols) { try trace.output(gradient) }
      try trace.graph.verify()
      let feeds = example.leaves.compactMap { $0 }.filter(\.requiresGrad).map { $0.detached() }
      let found = try trace.graph(feeds, parameters: [:]).outputs
      #expect(found.map(\.value) == eager.map(\.value), "\(example)")
    }
  }

  @Test("a gradient penalty and its derivative, traced, equal eager's to the bit")
  func penalty() throws {
    var data = SplitMix64(seed: 17)
    func draw(_ shape: Shape) -> TensorValue {
      TensorValue((0..<shape.elementCount).map { _ in Float(data.double(-1...1)) }, shape: shape)
    }
    let names = ["w1", "b1", "w2"]
    let shapes: [Shape] = [[3, 5], [5], [5, 1]]
    let values = shapes.map(draw)
    let batch = draw([4, 3])

    func step(_ input: Tensor, _ parameters: [Tensor]) throws -> [Tensor] {
      let x = input.detached(requiresGrad: true)
      let y = (x.matmul(parameters[0]) + parameters[1]).leakyRelu(0.2).tanh().matmul(parameters[2])
      let gradient = try grad(y, x, gradOutputs: .ones(like: y), createGraph: true)
      let penalty = (gradient.norm(axis: 1) - 1).squared().mean()
      let loss = y.mean() + penalty * 10
      return [loss, penalty] + (try grad([loss], parameters).compactMap { $0 })
    }

    let eager = try step(Tensor(batch), values.map { Tensor($0, requiresGrad: true) })
    #expect(eager.count == 5)

    let trace = Trace(name: "penalty")
    let input = try trace.input("x", batch.type)
    let parameters = try zip(names, values).map { try trace.parameter($0, $1.type) }
    for (index, output) in try step(input, parameters).enumerated() {
      if index < 2 { try trace.output(output) } else { trace.update(names[index - 2], to: output) }
    }
    let graph = trace.graph
    try graph.verify()
    for graph in [graph, graph.removingDeadCode(), try graph.loweringToOpset()] {
      let result = try graph(
        [Tensor(batch)], parameters: Dictionary(uniqueKeysWithValues: zip(names, values.map { Tensor($0) })))
      #expect(result.outputs.map(\.value) == eager.prefix(2).map(\.value))
      #expect(names.map { result.updates[$0]?.value } == eager.dropFirst(2).map(\.value))
    }
  }

  @Test("a symbolic batch: one trace runs at any batch size")
  func symbolicBatch() throws {
    let (graph, parameters) = try Self.network()
    #expect(graph.outputs[0].type.shape == [-1, 2])
    for batch in [1, 7] {
      let x = Tensor(TensorValue((0..<batch * 6).map { Float($0) / 10 - 1 }, shape: [batch, 2, 3]))
      let output = try graph([x], parameters: parameters).outputs[0]
      #expect(output.value == Self.forward(x, parameters).value)
      #expect(output.shape == [batch, 2])
    }
  }

  @Test("a stored graph is differentiated like one written in code, also twice")
  func differentiable() throws {
    let (graph, values) = try Self.network()
    let parameters = values.mapValues { $0.detached(requiresGrad: true) }
    let x = Tensor(TensorValue((0..<12).map { Float($0) / 10 - 0.5 }, shape: [2, 2, 3]), requiresGrad: true)
    func penaltyGradient(_ y: Tensor) throws -> TensorValue? {
      let gradient = try grad(y.sum(), x, createGraph: true).flattened(start: 1)
      return try grad([(gradient.norm(axis: 1) - 1).squared().mean()], [try #require(parameters["w1"])])[0]?.value
    }
    let found = try #require(try penaltyGradient(try graph([x], parameters: parameters).outputs[0]))
    #expect(try penaltyGradient(Self.forward(x, parameters)) == found)
  }

  @Test("values that do not depend on a symbol are computed at once and become constants")
  func constants() throws {
    let trace = Trace(name: "sum")
    let x = try trace.input("x", TensorType(.float64, [2]))
    try trace.output(x + constant([1, 2]).exp().log())
    #expect(trace.graph.nodes.map(\.op) == [.add])
    #expect(trace.graph.constants.count == 1)
  }

  @Test("only floating parameters that are trained require a gradient")
  func parameters() throws {
    let trace = Trace(name: "parameters")
    #expect(try trace.parameter("w", TensorType(.float32, [2])).requiresGrad)
    #expect(try !trace.parameter("mean", TensorType(.float32, [2]), isTrainable: false).requiresGrad)
    #expect(try !trace.parameter("step", TensorType(.int64, [])).requiresGrad)
    #expect(try !trace.input("x", TensorType(.float32, [2])).requiresGrad)
  }

  @Test("duplicate names are refused")
  func names() throws {
    let trace = Trace(name: "twice")
    _ = try trace.input("x", TensorType(.float32, [2]))
    let error = #expect(throws: GraphError.self) { try trace.parameter("x", TensorType(.float32, [2])) }
    #expect(error?.code == .name)
  }

  @Test("the same symbol is the same extent in every input of a call")
  func unequalExtents() throws {
    let trace = Trace(name: "pair", symbols: ["batch"])
    let (x, y) = (
      try trace.input("x", TensorType(.float64, [-1, 2])), try trace.input("y", TensorType(.float64, [-1, 1]))
    )
    try trace.output(x * y)
    let graph = trace.graph
    let rows = constant([1, 2, 3, 4], [2, 2])
    #expect(
      try graph([rows, constant([5, 6], [2, 1])], parameters: [:]).outputs[0].value.doubles == [5, 10, 18, 24])
    expectError(.trace, "'y'", "float64[batch, 1]", "found float64[1, 1]") {
      _ = try graph([rows, constant([5], [1, 1])], parameters: [:])
    }
  }

  @Test("the error of a derivative that needs an unknown extent names it")
  func symbolicExtent() throws {
    let trace = Trace(name: "mean", symbols: ["batch"])
    let x = try trace.input("x", TensorType(.float64, [-1, 2])).detached(requiresGrad: true)
    expectError(.trace, "ReduceMean", "[?1, 2]", "static shape") { _ = try grad(x.mean(), x) }
  }

  /// The example as a graph of one call, run on its arguments.
  private static func traced(_ example: OpExample) throws -> [Tensor] {
    let trace = Trace(name: "call")
    var arguments: [Tensor] = []
    let symbols = try example.inputs.enumerated().map { index, value -> Tensor? in
      guard let value else { return nil }
      let formals = example.op.definition.signature.inputs
      let formal = formals[min(index, formals.count - 1)]
      let isData = !formal.isKnown && (value.dtype != .int64 || index == 0 && formal.types != [.int64])
      guard isData else { return Tensor(value) }
      arguments.append(Tensor(value))
      return try trace.input("x\(index)", value.type)
    }
    for output in try apply(example.op, symbols, example.attributes, outputCount: example.outputCount) {
      try trace.output(output)
    }
    try trace.graph.verify()
    return try trace.graph(arguments, parameters: [:]).outputs
  }

  /// First derivatives with weights 1, 2, …, and second derivatives of their sum.
  private static func gradients(_ example: OpExample, _ inputs: [Tensor?]) throws -> [Tensor] {
    let outputs = try apply(example.op, inputs, example.attributes, outputCount: example.outputCount)
      .filter(\.requiresGrad)
    let vectors = outputs.map { output in
      let count = output.shape.elementCount
      return constant((0..<count).map { Double($0 + 1) / Double(count) }, output.shape)
    }
    let leaves = inputs.compactMap { $0 }.filter(\.requiresGrad)
    let first = try grad(outputs, leaves, gradOutputs: vectors, createGraph: true, materializeGrads: true).compactMap {
      $0
    }
    let total = first.dropFirst().reduce(first[0].squared().sum()) { $0 + $1.squared().sum() }
    guard total.requiresGrad else { return first }
    return first + (try grad([total], leaves, materializeGrads: true).compactMap { $0 })
  }

  private static let weights: [(name: String, shape: Shape)] = [("w1", [6, 4]), ("b1", [4]), ("w2", [4, 2])]

  /// A small network with a flattened input of symbolic batch size.
  private static func network() throws -> (graph: Graph, parameters: [String: Tensor]) {
    let trace = Trace(name: "network", symbols: ["batch"])
    let x = try trace.input("x", TensorType(.float32, [-1, 2, 3]))
    var (symbols, values): ([String: Tensor], [String: Tensor]) = ([:], [:])
    for (name, shape) in weights {
      symbols[name] = try trace.parameter(name, TensorType(.float32, shape))
      let numbers = (0..<shape.elementCount).map { Float(($0 * 7) % 11) / 11 - 0.4 }
      values[name] = Tensor(TensorValue(numbers, shape: shape))
    }
    try trace.output(forward(x, symbols))
    try trace.graph.verify()
    return (trace.graph, values)
  }

  private static func forward(_ x: Tensor, _ parameters: [String: Tensor]) -> Tensor {
    guard let w1 = parameters["w1"], let b1 = parameters["b1"], let w2 = parameters["w2"] else {
      preconditionFailure("a parameter is missing")
    }
    return (x.flattened(start: 1).matmul(w1) + b1).tanh().matmul(w2).sigmoid()
  }
}
