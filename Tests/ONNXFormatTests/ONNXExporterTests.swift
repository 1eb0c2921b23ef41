import Foundation
import GraphIR
import ONNXFormat
import Testing

@Suite struct ExporterTests {
  @Test func parameterNeedsItsValue() throws {
    var model = try Example.generator().model
    model.parameters["linear1.bias"] = nil
    expectError(.graph, "'linear1.bias'", "no value") { try ONNXExporter.encode(model) }
    model.parameters["linear1.bias"] = TensorValue([Float(1)])
    expectError(.graph, "'linear1.bias'", "float32[1], expected float32[8]") { try ONNXExporter.encode(model) }
  }

  @Test func graphIsVerified() throws {
    var model = try Example.generator().model
    model.graph.nodes[0].inputs[1] = "nothing"
    expectError(.graph, "'generator'", "'nothing'") { try ONNXExporter.encode(model) }
  }

  @Test func outputThatIsThereTwiceIsNamed() throws {
    var model = try Example.generator().model
    model.graph.outputs.append(model.graph.outputs[0])
    expectError(.graph, "'\(model.graph.outputs[0].name)' twice") { try ONNXExporter.encode(model) }
  }

  @Test func namesCanBeRead() throws {
    var model = try Example.generator().model
    model.graph.name = ""
    expectError(.graph, "no name") { try ONNXExporter.encode(model) }
    model.graph.name = "a\0b"
    expectError(.graph, "NUL") { try ONNXExporter.encode(model) }
  }

  @Test func failedWriteKeepsTheOldFile() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("model.onnx")
      var model = try Example.generator().model
      try ONNXExporter.write(model, to: file)
      let before = try Data(contentsOf: file)
      model.parameters = [:]
      expectError(.graph, "no value") { try ONNXExporter.write(model, to: file) }
      #expect(try Data(contentsOf: file) == before)
    }
  }
}
