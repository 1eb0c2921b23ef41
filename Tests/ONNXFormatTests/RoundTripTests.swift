import Foundation
import GraphIR
import ONNXFormat
import Testing

@Suite struct RoundTripTests {
  @Test(arguments: Op.allCases.filter { $0 != .constant })
  func everyOperatorComesBack(_ op: Op) throws {
    for example in try Example.examples(of: op) {
      let bytes = try ONNXExporter.encode(example.model)
      var expected = example.model
      expected.graph = try expected.graph.loweringToOpset()
      // Missing trailing inputs are not written.
      for index in expected.graph.nodes.indices {
        while expected.graph.nodes[index].inputs.last == "" { expected.graph.nodes[index].inputs.removeLast() }
      }
      #expect(try ONNXImporter().decode(bytes) == expected, "\(example)")
    }
  }

  /// A constant node is read back as its value.
  @Test func constantsComeBackAsTheirValues() throws {
    let examples = try Example.examples(of: .constant)
    #expect(examples.count >= 3)
    for example in examples {
      let graph = try ONNXImporter().decode(ONNXExporter.encode(example.model)).graph
      #expect(graph.nodes.isEmpty && graph.outputs == example.model.graph.outputs, "\(example)")
      #expect(graph.constants.first { $0.name == graph.outputs[0].name }?.value == (try example.evaluate([])[0]))
    }
  }

  @Test func networkComesBackWithEverythingBesideItsNodes() throws {
    let model = try Example.generator().model
    let copy = try ONNXImporter().decode(ONNXExporter.encode(model))
    #expect(copy == model)
    #expect(
      copy.graph.parameters.filter { !$0.isTrainable }.map(\.name) == ["norm1.running_mean", "norm1.running_var"])
    #expect(copy.graph.symbols == ["batch"])
    #expect(copy.metadata["stateDigest"] == "é")
  }

  @Test func updatesAreNoOutputs() throws {
    let model = try Example.trainingNorm().model
    let copy = try ONNXImporter().decode(ONNXExporter.encode(model))
    #expect(copy == model)
    #expect(copy.graph.outputs.count == 1)
    #expect(copy.graph.updates.count == 2)
  }

  @Test func outputMayBeAnUpdateToo() throws {
    var model = try Example.trainingNorm().model
    let mean = model.graph.updates[0].value
    model.graph.outputs.append(.init(name: mean, type: TensorType(.float32, [3])))
    #expect(try ONNXImporter().decode(ONNXExporter.encode(model)) == model)
  }

  @Test func equalModelsGiveEqualBytes() throws {
    let model = try Example.generator().model
    let bytes = try ONNXExporter.encode(model)
    for _ in 0..<20 {
      // Dictionaries with different histories iterate in different orders.
      var other = model
      other.metadata = Dictionary(uniqueKeysWithValues: model.metadata.shuffled())
      other.parameters = Dictionary(uniqueKeysWithValues: model.parameters.shuffled())
      other.graph.nodes[1].attributes = Attributes(
        Dictionary(uniqueKeysWithValues: model.graph.nodes[1].attributes.values.shuffled()))
      #expect(try ONNXExporter.encode(other) == bytes)
    }
  }

  @Test func everyKindOfElementKeepsItsBits() throws {
    let values = [
      TensorValue([Float.nan, -0.0, .infinity, .leastNonzeroMagnitude]), TensorValue([Double.pi, -.infinity]),
      TensorValue([Int64.min, -1, .max]), TensorValue([true, false]), TensorValue([Float](), shape: [3, 0]),
    ]
    for value in values {
      var builder = GraphBuilder(name: "identity")
      try builder.parameter("p", value.type)
      try builder.output(try builder.add(.identity, ["p"]))
      let model = ONNXModel(graph: builder.graph, parameters: ["p": value])
      #expect(try ONNXImporter().decode(ONNXExporter.encode(model)).parameters["p"] == value)
    }
  }

  @Test func fileComesBack() throws {
    try withTemporaryFolder { folder in
      let model = try Example.generator().model
      let file = folder.appendingPathComponent("generator.onnx")
      try ONNXExporter.write(model, to: file)
      #expect(try ONNXImporter().read(file) == model)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["generator.onnx"])
    }
  }
}
