import Foundation
import GraphIR
import ONNXFormat
import RunStore
import Testing
import ZooKit

/// Graphs of ONNX files in a zoo.
@Suite struct GraphImportTests {
  /// y = weight · x, or its rounded value.
  private func model(rounds: Bool = false) throws -> ONNXModel {
    var builder = GraphBuilder(name: "scale", symbols: ["batch"])
    try builder.input("x", TensorType(.float32, [-1, 2]))
    try builder.parameter("weight", TensorType(.float32, [2]))
    let product = try builder.add(.mul, ["x", "weight"])
    try builder.output(rounds ? try builder.add(.round, [product]) : product)
    return ONNXModel(
      graph: builder.graph, parameters: ["weight": TensorValue([2, 3] as [Float])], producerName: "tests",
      producerVersion: "7", documentation: "A product.", metadata: ["licence": "none", "größe": "1\n"])
  }

  @Test func aGraphComesBackAsItWasImported() throws {
    let tiny = try TinyZoo()
    let file = tiny.folder.appending(path: "scale.onnx")
    try ONNXExporter.write(model(), to: file)
    let imported = try tiny.zoo.importGraph(file)
    #expect(imported.name == "scale" && imported.parameters == ["weight": TensorValue([2, 3] as [Float])])
    let details = try #require(imported.details)
    #expect((details.file, details.producer, details.producerVersion) == ("scale.onnx", "tests", "7"))
    #expect(details.metadata["größe"] == "1\n" && details.documentation == "A product.")
    #expect(details.fileDigest == Digest(of: try Data(contentsOf: file)).description)
    #expect(details.initializers.map(\.type) == ["float32[2]"] && details.initializers.map(\.role) == ["parameter"])
    #expect(try tiny.zoo.graph("scale") == imported)
    #expect(try tiny.zoo.find("scale") == .graph("scale"))
    // Exported and imported again, it is the same graph with the same parameters.
    let copy = tiny.folder.appending(path: "copy.onnx")
    try ONNXExporter.write(imported.onnx, to: copy)
    let again = try tiny.zoo.importGraph(copy, name: "again", options: ImportOptions(dimensions: ["batch": 3]))
    #expect(again.parameters == imported.parameters && again.graph.inputs[0].type.shape == [3, 2])
    #expect(again.details?.metadata["sourceDigest"] == details.fileDigest)
    #expect(try tiny.zoo.store.verify().problems == [])
  }

  /// SHA-256 of "abc", from FIPS 180-2, appendix B.1.
  @Test func theDigestOfAFileIsSHA256() {
    #expect(
      Digest(of: Data("abc".utf8)).description == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test func nothingIsStoredIfTheImportFails() throws {
    let tiny = try TinyZoo()
    let file = tiny.folder.appending(path: "scale.onnx")
    let bytes = try ONNXExporter.encode(model())
    for count in [0, 1, bytes.count / 2, bytes.count - 1] {
      try bytes.prefix(count).write(to: file)
      #expect(throws: (any Error).self) { try tiny.zoo.importGraph(file) }
    }
    try bytes.write(to: file)
    for (name, phrase) in [
      ("wgan-gp-tiny", "is the name of a model"), ("a\nb", "one line"), ("a@b", "can't name a graph"),
    ] {
      let error = #expect(throws: (any Error).self) { try tiny.zoo.importGraph(file, name: name) }
      #expect("\(error as Any)".contains(phrase), "\(error as Any)")
    }
    let patterns = ImportOptions(trainable: ["weight"], constant: ["bias*"])
    let error = #expect(throws: ONNXError.self) { try tiny.zoo.importGraph(file, options: patterns) }
    #expect(error?.message.contains("no initializer fits 'bias*'; the model has weight") == true, "\(error as Any)")
    #expect(try tiny.zoo.store.namedGraphs() == [])
    let report = try tiny.zoo.store.verify()
    #expect(report.tensorCount == 0 && report.graphCount == 0)
  }

  @Test func theNearestNameIsNamed() throws {
    let tiny = try TinyZoo()
    let file = tiny.folder.appending(path: "scale.onnx")
    try ONNXExporter.write(model(), to: file)
    try tiny.zoo.importGraph(file)
    let error = #expect(throws: StoreError.self) { try tiny.zoo.graph("scael") }
    #expect(error?.code == .unknownGraph && error?.message.contains("did you mean 'scale'?") == true)
    let either = #expect(throws: StoreError.self) { try tiny.zoo.find("scael") }
    #expect(either?.code == .unknownRun && either?.message.contains("did you mean 'scale'?") == true)
  }

  @Test func damagedDetailsAreAnError() throws {
    let tiny = try TinyZoo()
    let sound = try model()
    let graph = NamedGraph(name: "a", graph: sound.graph, parameters: sound.parameters, details: #"{"file": 1}"#)
    try tiny.zoo.store.add(graph)
    #expect(#expect(throws: StoreError.self) { try tiny.zoo.graph("a") }?.code == .corrupt)
    try tiny.zoo.store.add(NamedGraph(name: "b", graph: sound.graph, parameters: sound.parameters))
    #expect(try tiny.zoo.graph("b").details == nil)
  }

  @Test func theOrdersOfDerivativesAreFound() throws {
    let smooth = try DerivativeOrders(of: model().graph)
    #expect(smooth.count == DerivativeOrders.checked && smooth.obstacles == [])
    let rounded = try DerivativeOrders(of: model(rounds: true).graph)
    #expect(rounded.count == 0 && rounded.obstacles.count == 1 && rounded.obstacles[0].contains("(Round)"))
  }
}
