import Autograd
import GraphIR
import NN
import TestSupport
import Testing

@Suite struct NetworkTests {
  /// A small generator with parameters that training has moved, so that running statistics matter.
  private func generator(dtype: DataType = .float64) throws -> (graph: Graph, parameters: [String: Tensor]) {
    let network = try Sequential(
      "generator", input: [3],
      layers: [Linear(5), BatchNorm(eps: 0.8), Activation.leakyRelu(0.2), Linear(4), Activation.tanh], dtype: dtype)
    var stream = RandomStream(seed: 4, name: "init")
    var parameters = network.initialParameters(from: &stream)
    let statistics = TensorType(dtype, [5])
    parameters["batchnorm1.running_mean"] = Initializer.uniform(bound: 0.5).value(statistics, from: &stream)
    parameters["batchnorm1.running_var"] = TensorValue(repeating: 1.75, type: statistics)
    return (network.graph, parameters.mapValues { Tensor($0) })
  }

  private func noise(_ rows: Int, dtype: DataType = .float64) -> Tensor {
    var stream = RandomStream(seed: 5, name: "noise")
    return Tensor(TensorValue(stream.normal(rows * 3).map(Double.init), shape: [rows, 3])).cast(to: dtype)
  }

  /// For y = b · (a · x) and L = Σ y², dL/da = 2 b² Σ a x² and dL/db = 2 a² Σ b x².
  @Test func aLossThroughTwoNetworksHasGradientsOfBoth() throws {
    func network(_ name: String, _ weight: Double) throws -> Network {
      let graph = try Sequential(name, input: [1], layers: [Linear(1, bias: false)], dtype: .float64).graph
      return Network(
        graph, parameters: ["linear1.weight": Tensor([[weight]], dtype: .float64)], requiresGrad: true)
    }
    let (encoder, decoder) = (try network("encoder", 3), try network("decoder", 5))
    let samples = Tensor([[1], [2]], dtype: .float64)
    let loss = try decoder(encoder(samples)).squared().sum()
    let first = try encoder.gradients(of: loss, retainGraph: true)
    #expect(first["linear1.weight"]?.value.doubles == [2 * 25 * 3 * 5])
    #expect(try decoder.gradients(of: loss)["linear1.weight"]?.value.doubles == [2 * 9 * 5 * 5])
    #expect(throws: AutogradError.self) { try encoder.gradients(of: loss) }
  }

  @Test func inInferenceModeASampleDoesNotDependOnTheOthers() throws {
    let (graph, parameters) = try generator()
    let batch = noise(7)
    let (inference, training) = (
      Network(graph.inferenceMode(), parameters: parameters), Network(graph, parameters: parameters)
    )
    let (together, trained) = (try inference(batch), try training(batch))
    for row in 0..<7 {
      let alone = try inference(batch.sliced(axis: 0, from: row, to: row + 1))
      #expect(alone.value == together.sliced(axis: 0, from: row, to: row + 1).value, "row \(row)")
    }
    let fewer = try training(batch.sliced(axis: 0, from: 0, to: 6))
    #expect(
      fewer.value != trained.sliced(axis: 0, from: 0, to: 6).value, "in training mode a sample depends on its batch")
  }

  @Test func inferenceModeUpdatesNothing() throws {
    let (graph, parameters) = try generator()
    #expect(try Network(graph.inferenceMode(), parameters: parameters).training(noise(4)).updates.isEmpty)
  }

  /// running · (1 - momentum) + batch · momentum, with N in the variance's denominator.
  @Test func trainingMovesTheRunningStatistics() throws {
    let graph = try Sequential("bn", input: [2], layers: [BatchNorm(momentum: 0.25)], dtype: .float64).graph
    let parameters = [
      "batchnorm1.weight": [1.0, 1], "batchnorm1.bias": [0, 0], "batchnorm1.running_mean": [8, -8],
      "batchnorm1.running_var": [4, 16],
    ].mapValues { Tensor(TensorValue($0)) }
    let batch = Tensor(TensorValue([1.0, 0, 3, 0, 5, 4, 7, 4], shape: [4, 2]))
    let updates = try Network(graph, parameters: parameters, requiresGrad: true).training(batch).updates
    // The columns' means are 4 and 2, their variances 5 and 4.
    #expect(updates["batchnorm1.running_mean"]?.value == TensorValue([7.0, -5.5]))
    #expect(updates["batchnorm1.running_var"]?.value == TensorValue([4.25, 13.0]))
    #expect(updates.values.allSatisfy { !$0.requiresGrad })
  }

  @Test func onlyTrainableParametersRequireGradients() throws {
    let (graph, parameters) = try generator()
    let network = Network(graph, parameters: parameters, requiresGrad: true)
    let names = [
      "linear1.weight", "linear1.bias", "batchnorm1.weight", "batchnorm1.bias", "linear2.weight", "linear2.bias",
    ]
    #expect(network.trainableNames == names)
    #expect(Set(network.parameters.filter(\.value.requiresGrad).keys) == Set(names))
    #expect(Network(graph, parameters: parameters).parameters.values.allSatisfy { !$0.requiresGrad })
    let gradients = try network.gradients(of: network(noise(4)).squared().mean())
    #expect(Set(gradients.keys) == Set(names))
    for name in names { #expect(gradients[name]?.type == parameters[name]?.type, "\(name)") }
  }

  /// The derivative of a mean of D(x) = w·x + b with respect to w is the mean of x, and 1 with respect to b.
  @Test func gradientsAreThoseOfTheParametersTheyAreNamedAfter() throws {
    let graph = try Sequential("linear", input: [2], layers: [Linear(1)], dtype: .float64).graph
    let parameters = [
      "linear1.weight": Tensor(TensorValue([3.0, -2], shape: [1, 2])), "linear1.bias": Tensor(TensorValue([0.5])),
    ]
    let network = Network(graph, parameters: parameters, requiresGrad: true)
    let gradients = try network.gradients(of: network(Tensor(TensorValue([1.0, 2, 5, 8], shape: [2, 2]))).mean())
    #expect(gradients["linear1.weight"]?.value == TensorValue([3.0, 5], shape: [1, 2]))
    #expect(gradients["linear1.bias"]?.value == TensorValue([1.0]))
  }

  @Test func aParameterThatTheLossDoesNotDependOnHasZeros() throws {
    let graph = try Sequential("linear", input: [2], layers: [Linear(1)], dtype: .float64).graph
    let parameters = [
      "linear1.weight": Tensor(TensorValue([3.0, -2], shape: [1, 2])), "linear1.bias": Tensor(TensorValue([0.5])),
    ]
    let network = Network(graph, parameters: parameters, requiresGrad: true)
    let weight = try #require(network.parameters["linear1.weight"])
    let gradients = try network.gradients(of: weight.squared().sum())
    #expect(gradients["linear1.weight"]?.value == TensorValue([6.0, -4], shape: [1, 2]))
    #expect(gradients["linear1.bias"]?.value == TensorValue([0.0]))
  }

  @Test func othersThanTheGraphsParametersAreLeftAside() throws {
    var (graph, parameters) = try generator()
    parameters["adam/step"] = Tensor(TensorValue(scalar: Int64(3)))
    let network = Network(graph, parameters: parameters, requiresGrad: true)
    #expect(Set(network.parameters.keys) == Set(graph.parameters.map(\.name)))
  }

  @Test func aMissingParameterIsNamed() throws {
    var (graph, parameters) = try generator()
    parameters["linear2.bias"] = nil
    let network = Network(graph, parameters: parameters)
    let error = #expect(throws: AutogradError.self) { try network(noise(2)) }
    #expect(error?.description.contains("'linear2.bias' of graph 'generator'") == true)
  }
}
