import Foundation
import GenerativeMetrics
import GraphIR
import GraphRuntime
import ONNXFormat
import RunStore
import Testing
import ZooKit

/// The inner values of networks that are features, compared with those that the node-by-node executor computes.
@Suite struct FeatureNetworkTests {
  private let tiny: TinyZoo
  private let network: ModelZoo.StoredNetwork

  init() throws {
    tiny = try TinyZoo()
    let recipe = try Recipe(yaml: GeneratorComparisonTests.classifier, source: "judge.yaml")
    _ = try tiny.zoo.train(recipe, seed: 7, name: "judge", options: tiny.options())
    network = try tiny.zoo.network("judge")
  }

  /// 130 samples: more than one batch, and not a multiple of it.
  private static let samples: SampleMatrix = {
    var stream = RandomStream(seed: 5, name: "samples")
    return SampleMatrix(stream.uniform(130 * 784), width: 784)
  }()

  private func expected(_ layer: String, shape: [Int] = [1, 28, 28]) throws -> [Float] {
    let graph = try network.graph.ending(at: layer)
    let used = Set(graph.parameters.map(\.name))
    let executor = try Executor(graph, parameters: network.parameters.filter { used.contains($0.key) })
    let input = TensorValue(Self.samples.values, shape: Shape([130] + shape))
    return try #require(executor.run([network.graph.inputs[0].name: input]).outputs[layer]).elements()
  }

  private func isNear(_ found: SampleMatrix, _ expected: [Float]) -> Bool {
    found.values.count == expected.count && zip(found.values, expected).allSatisfy { abs($0 - $1) < 1e-5 }
  }

  @Test func theUsualLayerIsTheInputOfTheLastLinearOne() throws {
    let features = try tiny.zoo.featureNetwork("judge", layer: nil)
    let relu = try #require(network.graph.nodes.first { $0.op == .relu })
    #expect(features.description.layer == relu.outputs[0])
    let found = try features.features(of: Self.samples, shape: [1, 28, 28], threads: 1)
    #expect(found.width == 12 && found.count == 130)
    #expect(try isNear(found, expected(relu.outputs[0])))
    // A flat sample has the same elements.
    #expect(try features.features(of: Self.samples, shape: [784], threads: 1) == found)
  }

  @Test func aLayerHasTheNameOfItsValueOrNode() throws {
    for node in network.graph.nodes {
      let byValue = try tiny.zoo.featureNetwork("judge", layer: node.outputs[0])
      #expect(byValue.description == (try tiny.zoo.featureNetwork("judge", layer: node.name)).description)
      let found = try byValue.features(of: Self.samples, shape: [1, 28, 28], threads: 1)
      #expect(try isNear(found, expected(node.outputs[0])), "\(node.name)")
    }
  }

  /// A file with a symbolic batch, and one with a batch of 7.
  @Test(arguments: [-1, 7]) func filesHaveTheSameFeatures(_ batch: Int) throws {
    let own = try tiny.zoo.featureNetwork("judge", layer: nil)
    let graph = batch > 0 ? try network.graph.fixing(["batch": batch]) : network.graph
    let file = tiny.folder.appending(path: "judge.onnx")
    try ONNXExporter.write(ONNXModel(graph: graph, parameters: network.parameters), to: file)
    let features = try tiny.zoo.featureNetwork(file.path, layer: nil)
    let found = try features.features(of: Self.samples, shape: [1, 28, 28], threads: 1)
    #expect(try isNear(found, own.features(of: Self.samples, shape: [1, 28, 28], threads: 1).values))
  }

  @Test func graphsOfTheStoreAreNetworks() throws {
    let file = tiny.folder.appending(path: "stored.onnx")
    try tiny.zoo.export("judge", to: file)
    try tiny.zoo.importGraph(file)
    let features = try tiny.zoo.featureNetwork("stored", layer: nil)
    #expect(features.description.network == "stored")
    let own = try tiny.zoo.featureNetwork("judge", layer: nil)
    let found = try features.features(of: Self.samples, shape: [1, 28, 28], threads: 1)
    #expect(try isNear(found, own.features(of: Self.samples, shape: [1, 28, 28], threads: 1).values))
  }

  @Test func theDigestIsThatOfTheFeatures() throws {
    let first = try tiny.zoo.featureNetwork("judge", layer: nil).description.digest
    #expect(try tiny.zoo.featureNetwork("judge@latest", layer: nil).description.digest == first)
    _ = try tiny.zoo.resume("judge", until: 6, options: tiny.options())
    #expect(try tiny.zoo.featureNetwork("judge", layer: nil).description.digest != first)
    #expect(try tiny.zoo.featureNetwork("judge@4", layer: nil).description.digest == first)
  }
}
