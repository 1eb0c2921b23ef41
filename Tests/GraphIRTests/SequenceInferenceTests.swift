import GraphIR
import TestSupport
import Testing

@Suite("Inference of normalisations and recurrent operators")
struct SequenceInferenceTests {
  private static func infer(
    _ op: Op, _ shapes: [Shape?], _ attributes: Attributes = [:], outputCount: Int = 1
  ) throws -> [Shape] {
    let types = shapes.enumerated().map { index, shape in
      shape.map { TensorType(op.definition.signature.inputs[index].types == [.int64] ? .int64 : .float32, $0) }
    }
    let context = InferenceContext(
      op, node: "n", inputs: types, constants: types.map { _ in nil }, attributes: attributes, outputCount: outputCount)
    return try op.definition.infer(context).map(\.shape)
  }

  struct Call: Sendable, CustomStringConvertible {
    let op: Op
    let inputs: [Shape?]
    let attributes: Attributes
    let outputs: [Shape]
    var description: String { "\(op.rawValue) \(inputs) \(attributes.sorted)" }

    init(_ op: Op, _ inputs: [Shape?], _ attributes: Attributes = [:], to outputs: Shape...) {
      self.op = op
      self.inputs = inputs
      self.attributes = attributes
      self.outputs = outputs
    }
  }

  private static let both: Attributes = ["direction": .string("bidirectional")]

  /// -1 is the first symbol, -2 the second.
  static let symbolic = [
    Call(.layerNormalization, [[-1, 4], [4], [4]], to: [-1, 4], [-1, 1], [-1, 1]),
    Call(.layerNormalization, [[-1, -2], [1]], ["axis": .int(0)], to: [-1, -2], [1, 1]),
    Call(.rmsNormalization, [[-1, 3, 4], [3, 4]], ["axis": .int(1)], to: [-1, 3, 4]),
    Call(.groupNormalization, [[-1, 4], [4], [4]], ["num_groups": .int(2)], to: [-1, 4]),
    Call(.groupNormalization, [[-1, 4, 5, 5], [4], [4]], ["num_groups": .int(2)], to: [-1, 4, 5, 5]),
    Call(.groupNormalization, [[3, 4, -1], [4], [4]], ["num_groups": .int(4)], to: [3, 4, -1]),
    Call(.instanceNormalization, [[-1, 3, -2], [3], [3]], to: [-1, 3, -2]),
    Call(.rnn, [[5, -1, 2], [1, 3, 2], [1, 3, 3]], to: [5, 1, -1, 3], [1, -1, 3]),
    Call(.gru, [[5, -1, 2], [2, 9, 2], [2, 9, 3], nil, [-1]], both, to: [5, 2, -1, 3], [2, -1, 3]),
    Call(
      .lstm, [[-1, 5, 2], [1, 12, 2], [1, 12, 3], [1, 24], nil, [-1, 1, 3], [-1, 1, 3], [1, 9]], ["layout": .int(1)],
      to: [-1, 5, 1, 3], [-1, 1, 3], [-1, 1, 3]),
    Call(.dropout, [[-1, 3]], to: [-1, 3], [-1, 3]), Call(.stopGradient, [[-1, 3]], to: [-1, 3]),
  ]

  @Test("symbolic extents pass through, in compositions, too", arguments: symbolic)
  func symbols(call: Call) throws {
    #expect(try Self.infer(call.op, call.inputs, call.attributes, outputCount: call.outputs.count) == call.outputs)
    guard call.op.definition.isComposed else { return }
    let types = call.inputs.enumerated().map { index, shape in
      shape.map { TensorType(call.op.definition.signature.inputs[index].types == [.int64] ? .int64 : .float32, $0) }
    }
    let composition = try call.op.composition(
      of: types, constants: types.map { _ in nil }, attributes: call.attributes, outputCount: call.outputs.count)
    #expect(composition?.outputs.map(\.type.shape) == call.outputs)
  }

  struct Refused: Sendable, CustomStringConvertible {
    let op: Op
    let inputs: [Shape?]
    let attributes: Attributes
    let message: String
    var description: String { "\(op.rawValue): \(message)" }

    init(_ op: Op, _ inputs: [Shape?], _ attributes: Attributes, _ message: String) {
      self.op = op
      self.inputs = inputs
      self.attributes = attributes
      self.message = message
    }

    init(_ op: Op, _ inputs: [Shape?], _ message: String) { self.init(op, inputs, [:], message) }
  }

  private static let lstm: [Shape?] = [[5, 2, 2], [1, 12, 2], [1, 12, 3]]
  private static let rnn: [Shape?] = [[5, 2, 2], [1, 3, 2], [1, 3, 3]]

  static let refused = [
    Refused(.layerNormalization, [[2, 3], [2]], "Scale is [2], which does not broadcast to X, [2, 3]"),
    Refused(.layerNormalization, [[2, 3], [3], [4, 2, 3]], "B is [4, 2, 3]"),
    Refused(.layerNormalization, [[2, 3], [3]], ["axis": .int(2)], "axis 2 is out of range"),
    Refused(.layerNormalization, [[2, 3], [3]], ["stash_type": .int(11)], "'stash_type' is 11, expected 1"),
    Refused(.layerNormalization, [[], []], "axis -1 is out of range"),
    Refused(.rmsNormalization, [[2, 3], [2, 2, 3]], "scale is [2, 2, 3]"),
    Refused(.rmsNormalization, [[2, 3], [3]], ["stash_type": .int(7)], "expected 1 (float32) or 11 (float64)"),
    Refused(
      .groupNormalization, [[2, 4], [4], [4]], ["num_groups": .int(3)], "4 channels can't be divided into 3 groups"),
    Refused(.groupNormalization, [[2, 4], [2], [2]], ["num_groups": .int(2)], "scale is [2], expected [4]"),
    Refused(.groupNormalization, [[4], [4], [4]], ["num_groups": .int(2)], "expected [N, C, …]"),
    Refused(.groupNormalization, [[2, -1], [-1], [-1]], ["num_groups": .int(1)], "known number of channels"),
    Refused(.instanceNormalization, [[2, 3], [3], [3]], "expected [N, C, D1, …]"),
    Refused(.instanceNormalization, [[2, 3, 4], [3], [4]], "B is [4], expected [3]"),
    Refused(.rnn, [[-1, 2, 2], [1, 3, 2], [1, 3, 3]], "known number of steps"),
    Refused(.rnn, [[0, 2, 2], [1, 3, 2], [1, 3, 3]], "at least 1 on axis 0"),
    Refused(.rnn, [[5, 2], [1, 3, 2], [1, 3, 3]], "expected rank 3"),
    Refused(.rnn, [[5, 2, 2], [1, 3, 2], [1, 0, 0]], "hidden size of at least 1"),
    Refused(.rnn, [[5, 2, 2], [1, 4, 2], [1, 3, 3]], "W is [1, 4, 2], expected [1, 3, 2]"),
    Refused(.rnn, rnn, both, "W is [1, 3, 2], expected [2, 3, 2]"),
    Refused(.rnn, rnn + [[1, 3]], "B is [1, 3], expected [1, 6]"),
    Refused(.rnn, rnn + [nil, [3]], "sequence_lens is [3], expected [2]"),
    Refused(.rnn, rnn, ["hidden_size": .int(4)], "'hidden_size' 4"),
    Refused(.rnn, rnn, ["layout": .int(2)], "'layout' is 2"),
    Refused(.rnn, rnn, ["direction": .string("backward")], "'direction' is 'backward'"),
    Refused(.rnn, rnn, ["clip": .float(-1)], "'clip' is -1.0"), Refused(.rnn, rnn, ["clip": .float(.nan)], "'clip'"),
    Refused(.rnn, rnn, ["activations": .strings(["Sine"])], "activation 'Sine' is unknown"),
    Refused(.rnn, rnn, ["activations": .strings([])], "0 activations, expected 1"),
    Refused(.rnn, rnn, ["activations": .strings(["Affine"])], "Affine needs a value in 'activation_alpha'"),
    Refused(.lstm, lstm + [nil, nil, nil, [1, 2, 4]], "initial_c is [1, 2, 4], expected [1, 2, 3]"),
    Refused(.lstm, lstm + [nil, nil, nil, nil, [1, 12]], "P is [1, 12], expected [1, 9]"),
    Refused(.gru, lstm, "W is [1, 12, 2], expected [1, 9, 2]"),
  ]

  @Test("mismatches are refused by name", arguments: refused)
  func refuses(call: Refused) {
    let error = #expect(throws: GraphError.self) { try Self.infer(call.op, call.inputs, call.attributes) }
    #expect(error?.description.contains(call.message) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("node 'n' (\(call.op.rawValue))") == true)
  }

  @Test("extreme attributes and extents do not trap", arguments: HostileSizeTests.extremes)
  func extremes(number: Int) {
    let attributes = AttributeValue.int(number)
    for (op, inputs, name) in [
      (.layerNormalization, [[2, 3], [3]], "axis"), (.rmsNormalization, [[2, 3], [3]], "axis"),
      (.layerNormalization, [[2, 3], [3]], "stash_type"), (.rmsNormalization, [[2, 3], [3]], "stash_type"),
      (.groupNormalization, [[2, 4], [4], [4]], "num_groups"), (.rnn, Self.rnn, "layout"),
      (.rnn, Self.rnn, "hidden_size"), (.lstm, Self.lstm, "hidden_size"),
    ] as [(Op, [Shape?], String)] {
      #expect(throws: GraphError.self, "\(op) \(name)") { try Self.infer(op, inputs, [name: attributes]) }
    }
    for shapes: [Shape?] in [
      [[5, 2, number], [1, 3, number], [1, 3, 3]], [[5, 2, 2], [1, number, 2], [1, number, number]],
      [[number, 2, 2], [1, 3, 2], [1, 3, 3]],
    ] {
      for op in [Op.rnn, .lstm] {
        let result = Result { try Self.infer(op, shapes) }
        // A negative extent is a symbol.
        if number > 0 { #expect(throws: GraphError.self, "\(op) \(shapes)") { try result.get() } }
      }
    }
  }

  @Test("inference mode drops no element")
  func inferenceMode() throws {
    var builder = GraphBuilder(name: "g")
    try builder.input("x", TensorType(.float64, [4]))
    let training = builder.constant(TensorValue(scalar: true))
    let dropped = try builder.add(.dropout, ["x", "", training], ["seed": .int(1)])
    try builder.output(dropped)
    let x = TensorValue([1.0, 2, 3, 4])
    #expect(try Interpreter.run(builder.graph, ["x": x]).outputs[dropped] != x)
    let inference = builder.graph.inferenceMode()
    try inference.verify()
    #expect(try Interpreter.run(inference, ["x": x]).outputs[dropped] == x)
    #expect(inference.inferenceMode() == inference)
  }

  @Test(
    "lengths of sequences, layout 1 and a missing size are exported as compositions", arguments: [Op.rnn, .gru, .lstm])
  func lowering(op: Op) throws {
    for example in OpExamples.examples(of: op) {
      let graph = try example.graph()
      let lowered = try graph.loweringToOpset()
      try lowered.verify()
      let hasLengths = example.inputs.count > 4 && example.inputs[4] != nil
      let isPlain =
        example.attributes["layout"] != .int(1) && !hasLengths && example.attributes["hidden_size"] != nil
      #expect(lowered.nodes.contains { $0.op == op } == isPlain, "\(example)")
      let (found, expected) = (
        try Interpreter.run(lowered, example.feeds).outputs, try Interpreter.run(graph, example.feeds).outputs
      )
      for (name, value) in expected {
        #expect(found[name].map { mismatch($0, value, relative: 1e-12, absolute: 1e-13) } == .some(nil), "\(example)")
      }
    }
  }
}
