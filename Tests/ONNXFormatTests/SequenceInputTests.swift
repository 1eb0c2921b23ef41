import GraphIR
import ONNXFormat
import TestSupport
import Testing

/// Inputs of models that are sequences or optional values, and bits of numbers.
@Suite struct SequenceInputTests {
  private func read(_ model: WireMessage, _ options: ImportOptions = ImportOptions()) throws -> ONNXModel {
    try ONNXImporter(options).decode(model.data)
  }

  /// y = the elements of `x` in one vector. `x` is a sequence of float32[n], or such an optional sequence.
  private func joined(optional: Bool) -> WireMessage {
    let element: WireMessage = [.message(1, [.int(1, 1), .message(2, [.message(1, [.text(2, "n")])])])]
    let sequence: WireMessage = [.message(4, [.message(1, element)])]
    let type: WireMessage = optional ? [.message(9, [.message(1, sequence)])] : sequence
    let node = WireMessage.node("ConcatFromSequence", ["x"], attributes: [.int("axis", 0)])
    return .model([
      .message(1, node), .text(2, "main"), .message(11, [.text(1, "x"), .message(2, type)]),
      .message(12, WireMessage.value("y", [-1])),
    ])
  }

  @Test(arguments: [false, true]) func aSequenceIsAnInputForEachElement(_ optional: Bool) throws {
    let model = joined(optional: optional)
    let graph = try read(model, ImportOptions(dimensions: ["x": 2, "n_1": 1])).graph
    #expect(graph.inputs.map(\.name) == ["x_0", "x_1"])
    #expect(graph.inputs.map(\.type.shape) == [[-1], [1]] && graph.symbols.first == "n_0")
    let values = ["x_0": TensorValue([1, 2] as [Float]), "x_1": TensorValue([3] as [Float])]
    let expected = TensorValue([1, 2, 3] as [Float])
    #expect(try Interpreter.run(graph, values).outputs["y"] == expected)
    let known = try read(model, ImportOptions(values: values)).graph
    #expect(known.inputs.isEmpty)
    #expect(try Interpreter.run(known, [:]).outputs["y"] == expected)
  }

  @Test func theLengthOfASequenceHasToBeKnown() {
    let model = joined(optional: false)
    expectError(.unsupported, "input 'x' is a sequence", "--dim x=3") { try read(model) }
    expectError(.limit, "input 'x' has 2000000 elements") {
      try read(model, ImportOptions(dimensions: ["x": 2_000_000]))
    }
    for empty in [ImportOptions(dimensions: ["x": 0]), ImportOptions(areInputsKnown: true)] {
      expectError(.unsupported, "the sequence is empty") { try read(model, empty) }
    }
    expectError(.graph, "ConcatFromSequence", "optional value") {
      try read(joined(optional: true), ImportOptions(areInputsKnown: true))
    }
  }

  @Test func anOptionalTensorIsPresentUnlessAllInputsAreKnown() throws {
    let type: WireMessage = [.message(9, [.message(1, [.message(1, [.int(1, 1), .message(2, [])])])])]
    let model = WireMessage.model([
      .message(1, .node("OptionalHasElement", ["x"])), .text(2, "main"),
      .message(11, [.text(1, "x"), .message(2, type)]),
      .message(12, WireMessage.value("y", type: 9, [])),
    ])
    func answer(_ options: ImportOptions) throws -> TensorValue? {
      let graph = try read(model, options).graph
      return try Interpreter.run(graph, ["x": TensorValue(scalar: 1 as Float)]).outputs["y"]
    }
    #expect(try answer(ImportOptions()) == TensorValue(scalar: true))
    #expect(try answer(ImportOptions(areInputsKnown: true)) == TensorValue(scalar: false))
    let value = ["x": TensorValue(scalar: 1 as Float)]
    #expect(try answer(ImportOptions(values: value, areInputsKnown: true)) == TensorValue(scalar: true))
  }

  /// x, float32 [2, 3], as int32. The bits of 1 are 0x3f800000.
  @Test func bitsOfFloatsHaveToBeKnown() throws {
    let cast = WireMessage.node("BitCast", ["x"], attributes: [.int("to", 6)])
    let graph = WireMessage.graph([cast], extra: [])
    var message = graph
    message.fields[message.fields.count - 1] = .message(12, WireMessage.value("y", type: 6, [2, 3]))
    expectError(.unsupported, "BitCast", "bits of floats are computed") { try read(.model(opset: 26, message)) }
    let x = TensorValue([1, -1, 0, 2, 0.5, -0.0] as [Float], shape: [2, 3])
    let known = try read(.model(opset: 26, message), ImportOptions(values: ["x": x])).graph
    let bits: [Int64] = [0x3f80_0000, 0x3f80_0000 - 1 << 31, 0, 0x4000_0000, 0x3f00_0000, -1 << 31]
    #expect(try Interpreter.run(known, [:]).outputs["y"] == TensorValue(bits, shape: [2, 3]))
  }
}
