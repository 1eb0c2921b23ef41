import Autograd
import Foundation
import GraphIR
import NN
import TensorFiles
import Testing

@Suite struct DocumentationExampleTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")

  /// The example of `Docs/PyTorch.md`, except for the file's folder.
  private func example(path: String) throws {
    // Example: begin
    let model = try Sequential("classifier", input: [784], layers: [Linear(128), Activation.relu, Linear(10)])
    var stream = RandomStream(seed: 1, name: "init")
    let weights = model.initialParameters(from: &stream).mapValues { Tensor($0) }
    var network = Network(model.graph, parameters: weights, requiresGrad: true)
    let optimizer = AdamW(rate: 1e-3)
    var state = optimizer.initialState(for: weights.mapValues(\.type)).mapValues { Tensor($0) }

    let (images, labels) = (Tensor.randn([32, 784], &stream), Tensor(integers: (0..<32).map { $0 % 10 }))
    for _ in 0..<10 {
      let loss = Loss.crossEntropy(try network(images), labels)
      let gradients = clippedGradients(try network.gradients(of: loss), maxNorm: 1).gradients
      let step = try optimizer.step(network.parameters, gradients, state, rate: nil)
      (network, state) = (network.updated(step.parameters), step.state)
    }
    try save(parameters: network.parameters.mapValues(\.value), to: path)
    // Example: end
  }

  @Test func theExampleOfTheDocumentIsThisOne() throws {
    let source = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
    let start = try #require(source.firstRange(of: "// Example: begin\n")?.upperBound)
    let end = try #require(source.firstRange(of: "    // Example: end\n")?.lowerBound)
    let code = source[start..<end].replacingOccurrences(of: "\n    ", with: "\n").dropFirst(4)
      .replacingOccurrences(of: "to: path", with: "to: \"classifier.safetensors\"")
    let document = try String(contentsOf: Self.root.appending(path: "Docs/PyTorch.md"), encoding: .utf8)
    #expect(document.contains("import TensorFiles\n\n\(code)```"))
  }

  @Test func theExampleRuns() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "zoo-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: file) }
    try example(path: file.path)
    let names = ["linear1.weight", "linear1.bias", "linear2.weight", "linear2.bias"]
    #expect(try Set(loadParameters(from: file.path).keys) == Set(names))
  }
}
