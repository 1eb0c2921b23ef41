import Autograd
import Foundation
import GraphIR
import NN
import ONNXFormat
import Testing
import TestSupport

/// Networks that PyTorch exported, trained further with a gradient penalty. PyTorch computed what is expected:
/// `Tests/Fixtures/make_onnx_models.py`.
@Suite struct FineTuningTests {
  struct Model: Decodable, Sendable, CustomTestStringConvertible {
    let file: String
    let input: [Float]
    let output: [Double]
    let penalty: Double
    let gradients: [String: [Double]]
    let rate: Double
    let losses: [Double]
    var testDescription: String { file }

    /// Whether the file has PyTorch's parameters under their names.
    var hasNames: Bool { file.contains("torchscript") }
  }

  private struct File: Decodable { let models: [Model] }

  static let models: [Model] = (try? Fixtures.load("onnx/models.json", as: File.self).models) ?? []

  private func network(_ model: Model) throws -> (Network, Tensor) {
    let read = try ONNXImporter().read(Fixtures.url("onnx/\(model.file)"))
    let network = Network(read.graph, parameters: read.parameters.mapValues { Tensor($0) }, requiresGrad: true)
    let shape = read.graph.inputs[0].type.shape.dropFirst()
    let batch = model.input.count / shape.reduce(1, *)
    return (network, Tensor(TensorValue(model.input, shape: Shape([batch] + shape))))
  }

  /// The mean of the outputs of each sample.
  private func scores(_ network: Network, _ x: Tensor) throws -> Tensor {
    let y = try network(x)
    return y.reshaped([y.shape[0], -1]).mean([1])
  }

  private func penalty(_ network: Network, _ x: Tensor) throws -> Tensor {
    try GradientPenalty(target: 1)({ try scores(network, $0) }, at: x)
  }

  private func expectClose(_ found: [Double], _ expected: [Double], _ tolerance: Double, _ what: String) {
    #expect(found.count == expected.count, "\(what)")
    let scale = max(expected.map(abs).max() ?? 0, 1e-3)
    for (a, b) in zip(found, expected) { #expect(abs(a - b) <= tolerance * scale, "\(what)") }
  }

  @Test func everyNetworkIsThere() { #expect(Self.models.count == 6) }

  @Test(arguments: models) func outputsPenaltyAndItsGradient(_ model: Model) throws {
    let (network, x) = try network(model)
    expectClose(try network(x).value.doubles, model.output, 1e-5, "output")
    let value = try penalty(network, x)
    expectClose([value.item], [model.penalty], 1e-5, "penalty")
    let gradients = try network.gradients(of: value)
    guard model.hasNames else { return }
    for (name, expected) in model.gradients {
      let gradient = try #require(gradients[name], "\(name)")
      expectClose(gradient.value.doubles, expected, 1e-4, name)
    }
    #expect(gradients.count == model.gradients.count)
  }

  @Test(arguments: models) func trainsAsInPyTorch(_ model: Model) throws {
    var (network, x) = try network(model)
    var losses: [Double] = []
    for _ in model.losses {
      let loss = try scores(network, x).mean() + 10 * penalty(network, x)
      losses.append(loss.item)
      let gradients = try network.gradients(of: loss)
      network = network.updated(
        Dictionary(
          uniqueKeysWithValues: gradients.compactMap { name, gradient in
            network.parameters[name].map { (name, ($0 - model.rate * gradient).detached()) }
          }))
    }
    if model.hasNames {
      expectClose(losses, model.losses, 1e-4, "losses")
    } else {
      // Batch normalisations are merged into convolutions, whose steps differ.
      expectClose([losses[0]], [model.losses[0]], 1e-5, "first loss")
      #expect(losses[losses.count - 1] < losses[0])
    }
  }
}
