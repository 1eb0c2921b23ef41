import GraphIR
import TestSupport
import Testing

@Suite("Passes preserve the meaning of a graph")
struct PassTests {
  private let matrix = TensorType(.float64, [3, 2])
  private let vector = TensorType(.float64, [2])

  /// Two batch normalisations in training mode, one without a statistic, dead nodes, and names that a lowering would
  /// also choose.
  private func network() throws -> (graph: Graph, feeds: [String: TensorValue]) {
    var builder = GraphBuilder(name: "network")
    try builder.input("x", matrix)
    for name in ["scale", "bias", "mean", "variance", "unused"] { try builder.parameter(name, vector) }
    try builder.constant(TensorValue([1.0, 2.0]), named: "unread")
    let arguments = ["x", "scale", "bias", "mean", "variance"]
    try builder.append(
      Node(
        name: "norm", op: .batchNormalization, inputs: arguments, outputs: ["y", "new_mean", "new_variance"],
        attributes: ["training_mode": .int(1), "epsilon": .float(0.5)]))
    try builder.append(
      Node(
        name: "dead", op: .batchNormalization, inputs: arguments, outputs: ["d", "", "dead_variance"],
        attributes: ["training_mode": .int(1)]))
    try builder.append(Node(name: "dead_end", op: .exp, inputs: ["d"], outputs: ["dead_end.out"]))
    let slope = try builder.add(.leakyReluGrad, ["y", "x"], ["alpha": .float(0.25)])
    let first = try builder.add(.greater, [slope, "x"])
    let second = try builder.add(.where, [first, slope, "x"])
    let product = try builder.add(.gemm, [second, second, ""], ["transB": .int(1)], outputCount: 1)[0]
    for output in ["y", "new_mean", product] { try builder.output(output) }
    builder.update("mean", to: "new_mean")
    builder.update("variance", to: "new_variance")
    let feeds: [String: TensorValue] = [
      "x": TensorValue([0.5, -1, 2, 3, -0.25, 1], shape: [3, 2]), "scale": TensorValue([2.0, -1]),
      "bias": TensorValue([0.5, 0.25]), "mean": TensorValue([0.5, 1]), "variance": TensorValue([2.0, 0.5]),
      "unused": TensorValue([0.0, 0]),
    ]
    return (builder.graph, feeds)
  }

  private func expectEqual(_ found: [String: TensorValue], _ expected: [String: TensorValue]) {
    #expect(found.keys.sorted() == expected.keys.sorted())
    for (name, value) in expected {
      #expect(found[name].map { mismatch($0, value, relative: 1e-12) } == .some(nil), "\(name)")
    }
  }

  @Test("dead code is removed, also with missing optional outputs and inputs, and results stay")
  func deadCode() throws {
    let (graph, feeds) = try network()
    let live = graph.removingDeadCode()
    try live.verify()
    #expect(live.nodes.map(\.name).filter { $0.hasPrefix("dead") } == [])
    #expect(live.nodes.count == graph.nodes.count - 2)
    #expect(live.constants.isEmpty)
    #expect(live.parameters.map(\.name) == ["scale", "bias", "mean", "variance"])
    #expect(live.inputs == graph.inputs)
    let (found, expected) = (try Interpreter.run(live, feeds), try Interpreter.run(graph, feeds))
    #expect(found.outputs == expected.outputs)
    #expect(found.updates == expected.updates)
    #expect(live.removingDeadCode() == live)
  }

  @Test("a lowered graph is plain ONNX with the same results under the same names")
  func lowering() throws {
    let (graph, feeds) = try network()
    let plain = try graph.loweringToOpset()
    try plain.verify()
    #expect(plain.nodes.allSatisfy { $0.op.definition.signature.domain == Signature.onnxDomain })
    #expect(plain.inputs == graph.inputs && plain.parameters == graph.parameters && plain.outputs == graph.outputs)
    let (found, expected) = (try Interpreter.run(plain, feeds), try Interpreter.run(graph, feeds))
    #expect(found.outputs == expected.outputs)
    #expect(found.updates == expected.updates)
    let untouched = plain.removingDeadCode()
    #expect(try untouched.loweringToOpset() == untouched)
  }

  @Test(
    "every composition computes what the operator's kernel does", arguments: Op.allCases.filter(\.definition.isComposed)
  )
  func compositions(op: Op) throws {
    for dtype in [DataType.float32, .float64] {
      for example in OpExamples.examples(of: op).map({ $0.withDtype(dtype) }) {
        let known = example.inputs.enumerated().map { index, value in
          value.flatMap { op.definition.signature.isKnown(index, $0.dtype) ? $0 : nil }
        }
        let graph = try #require(
          try op.composition(
            of: example.inputs.map { $0?.type }, constants: known, attributes: example.attributes,
            outputCount: example.outputCount))
        try graph.verify()
        let arguments = example.inputs.enumerated().compactMap { index, value in value.map { ("x\(index)", $0) } }
        let found = try Interpreter.run(graph, Dictionary(uniqueKeysWithValues: arguments)).outputs
        for (index, expected) in try example.evaluate().enumerated() {
          let value = try #require(found["y\(index)"])
          let tolerance = dtype == .float32 ? 1e-6 : 1e-13
          #expect(mismatch(value, expected, relative: tolerance, absolute: tolerance) == nil, "\(example)")
        }
      }
    }
  }

  @Test("inference mode has no updates, and a row's result depends on no other row")
  func inferenceMode() throws {
    let (graph, feeds) = try network()
    let inference = graph.inferenceMode()
    try inference.verify()
    #expect(inference.updates.isEmpty)
    let all = try Interpreter.run(inference, feeds)
    #expect(all.outputs["new_mean"] == feeds["mean"])
    // (x - mean) / √(variance + epsilon) · scale + bias, by hand for the first row.
    let first: [Double] = [0.5, 0.25 + 2]
    #expect(mismatch(Array(try #require(all.outputs["y"]).doubles.prefix(2)), first, relative: 1e-12) == nil)
    var changed = feeds
    changed["x"] = TensorValue([0.5, -1, 7, -9, 11, 4], shape: [3, 2])
    let other = try #require(try Interpreter.run(inference, changed).outputs["y"])
    #expect(Array(other.doubles.prefix(2)) == Array(try #require(all.outputs["y"]).doubles.prefix(2)))
    #expect(inference.inferenceMode() == inference)
  }

  @Test("Celu of float64, which ONNX lacks, becomes its composition")
  func celu() throws {
    for example in OpExamples.examples(of: .celu) {
      let lowered = try example.graph().loweringToOpset()
      #expect(!lowered.nodes.contains { $0.op == .celu })
      let found = try #require(try Interpreter.run(lowered, example.feeds).outputs["y0"])
      #expect(mismatch(found, try example.evaluate()[0], relative: 1e-14, absolute: 1e-15) == nil, "\(example)")
    }
  }

  @Test("a graph without work for a pass does not change")
  func nothingToDo() throws {
    for example in OpExamples.all.map({ $0.withDtype(.float32) })
    where example.op.definition.signature.isInOpset && !example.op.trains {
      let graph = try example.graph()
      #expect(graph.removingDeadCode() == graph, "\(example)")
      if graph.nodes.allSatisfy(\.isPlain) { #expect(try graph.loweringToOpset() == graph, "\(example)") }
      #expect(graph.inferenceMode() == graph, "\(example)")
    }
  }
}

extension Node {
  /// Whether ONNX Runtime runs the call directly: lengths of sequences are int32 there, its layout is 0, and a size is
  /// given.
  fileprivate var isPlain: Bool {
    // Einsum has its own test.
    if op.traits.kind == .contraction { return false }
    let hasLengths = inputs.count > 4 && !inputs[4].isEmpty
    let isTaken = !hasLengths && attributes["layout"] != .int(1) && attributes["hidden_size"] != nil
    return op.traits.kind != .recurrence || isTaken
  }
}

extension Op {
  /// Whether calls behave differently in training.
  fileprivate var trains: Bool {
    let signature = definition.signature
    return (signature.attributes.map(\.name) + signature.inputs.map(\.name)).contains("training_mode")
  }
}
