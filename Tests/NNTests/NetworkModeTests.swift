import Autograd
import GraphIR
import NN
import TestSupport
import Testing

/// Networks with several inputs and outputs, their modes, and parameters that are frozen.
@Suite struct NetworkModeTests {
  /// a, b ↦ sum a·w + b, product a·b.
  private func pair() throws -> Network {
    let trace = Trace(name: "pair", symbols: ["batch"])
    let type = TensorType(.float64, [-1, 2])
    let (a, b) = (try trace.input("a", type), try trace.input("b", type))
    let w = try trace.parameter("scale.weight", TensorType(.float64, [2]))
    try trace.output(a * w + b, named: "sum")
    try trace.output(a * b, named: "product")
    return Network(trace.graph, parameters: ["scale.weight": Tensor([2, 3], dtype: .float64)], requiresGrad: true)
  }

  private let a = Tensor([[1, 2]], dtype: .float64)
  private let b = Tensor([[10, 20]], dtype: .float64)

  @Test func severalInputsAndOutputs() throws {
    let network = try pair()
    let (sum, product) = (TensorValue([12.0, 26], shape: [1, 2]), TensorValue([10.0, 40], shape: [1, 2]))
    #expect(try network([a, b]).map(\.value) == [sum, product])
    #expect(try network.outputs(["b": b, "a": a]).mapValues(\.value) == ["sum": sum, "product": product])
    #expect(try network.training([a, b]).outputs.map(\.value) == [sum, product])
    let gradients = try network.gradients(of: network([a, b])[0].sum())
    #expect(gradients["scale.weight"]?.value == TensorValue([1.0, 2]))
  }

  @Test func inputsThatDoNotFitAreNamed() throws {
    let network = try pair()
    for inputs in [["a": a], ["a": a, "c": b], ["a": a, "b": b, "c": b], [:]] {
      let error = #expect(throws: NNError.self) { try network.outputs(inputs) }
      #expect(error?.code == .network && error?.message.contains("expected the inputs a, b") == true)
    }
    #expect(throws: AutogradError.self) { try network([a]) }
    #expect(throws: AutogradError.self) { try network(a) }
  }

  /// Batch normalisation and dropout, with parameters that training has moved.
  private func regularised() throws -> (network: Network, batch: Tensor) {
    let model = try Sequential("net", input: [3], dtype: .float64) { x, scope in
      let hidden = try scope.apply([Linear(4), BatchNorm()], to: x, of: "net").dropout(0.5, seed: 3)
      return [(nil, try scope.child("head").apply([Linear(2)], to: hidden, of: "head"))]
    }
    var stream = RandomStream(seed: 4, name: "init")
    var parameters = model.initialParameters(from: &stream).mapValues { Tensor($0) }
    parameters["batchnorm1.running_mean"] = Tensor.uniform([4], &stream, dtype: .float64)
    parameters["batchnorm1.running_var"] = Tensor.uniform([4], &stream, low: 1, high: 2, dtype: .float64)
    return (
      Network(model.graph, parameters: parameters, requiresGrad: true),
      Tensor.randn([6, 3], &stream, dtype: .float64)
    )
  }

  private func expectEqual(_ found: Network, _ expected: Network, _ batch: Tensor) throws {
    let (left, right) = (try found.training(batch), try expected.training(batch))
    #expect(left.output.value == right.output.value)
    #expect(left.updates.mapValues(\.value) == right.updates.mapValues(\.value))
    #expect(found.trainableNames == expected.trainableNames)
  }

  @Test func modesLeadBackAndForth() throws {
    let (network, batch) = try regularised()
    let inference = network.inferenceMode()
    #expect(try inference.training(batch).updates.isEmpty)
    #expect(try inference(batch).value != network(batch).value)
    #expect(inference.trainingMode().graph == network.graph && network.trainingMode().graph == network.graph)
    #expect(inference.inferenceMode().trainingMode().graph == network.graph)
    try expectEqual(inference.trainingMode(), network, batch)
    #expect(inference.trainingMode().inferenceMode().graph == inference.graph)
  }

  /// The graph is like one from a file, which was never in training mode here.
  @Test func aGraphInInferenceModeCanBeTrained() throws {
    let (network, batch) = try regularised()
    let graph = network.graph.inferenceMode()
    #expect(network.graph.trainingMode() == network.graph)
    let back = graph.trainingMode()
    try back.verify()
    try expectEqual(Network(back, parameters: network.parameters), network, batch)
    try expectEqual(Network(graph, parameters: network.parameters).trainingMode(), network, batch)
    #expect(back.trainingMode() == back)
    var trainable = graph
    for index in trainable.parameters.indices { trainable.parameters[index].isTrainable = true }
    #expect(trainable.trainingMode().parameters.filter { !$0.isTrainable }.count == 2, "statistics are not trained")
  }

  @Test func aSpectralNormsVectorsOutliveInference() throws {
    let model = try Sequential("critic", input: [3], layers: [SpectralNorm(Linear(2))], dtype: .float64)
    var stream = RandomStream(seed: 4, name: "init")
    let network = Network(
      model.graph, parameters: model.initialParameters(from: &stream).mapValues { Tensor($0) }, requiresGrad: true)
    let batch = Tensor.randn([4, 3], &stream, dtype: .float64)
    try expectEqual(network.inferenceMode().trainingMode(), network, batch)
    #expect(try !network.training(batch).updates.isEmpty)
  }

  @Test func frozenParametersStay() throws {
    let (network, batch) = try regularised()
    let frozen = try network.freezing("linear1", "batchnorm1.bias")
    let expected = ["batchnorm1.weight", "head.linear1.weight", "head.linear1.bias"]
    #expect(frozen.trainableNames == expected)
    #expect(Set(frozen.parameters.filter(\.value.requiresGrad).keys) == Set(expected))
    let gradients = try frozen.gradients(of: frozen(batch).squared().mean())
    #expect(Set(gradients.keys) == Set(expected))
    let optimizer = SGD(rate: 0.1)
    let stepped = frozen.updated(try optimizer.step(frozen.parameters, gradients, [:]).parameters)
    #expect(stepped.frozen == frozen.frozen)
    for (name, tensor) in network.parameters {
      let isMoved = stepped.parameters[name]?.value != tensor.value
      #expect(isMoved == expected.contains(name), "\(name)")
    }
    #expect(frozen.inferenceMode().trainingMode().trainableNames == expected)
    #expect(try frozen.unfreezing("linear1.weight").trainableNames == ["linear1.weight"] + expected)
    #expect(try frozen.unfreezing().trainableNames == network.trainableNames)
  }

  @Test func aNameThatFreezesNothingIsAnError() throws {
    let network = try regularised().network
    // Running statistics are never trained, and a prefix ends at a dot.
    for name in ["linear2", "linear", "batchnorm1.running_mean", ""] {
      let error = #expect(throws: NNError.self) { try network.freezing(name) }
      #expect(error?.code == .network && error?.message.contains("'\(name)'") == true)
      #expect(error?.message.contains("linear1.weight") == true)
    }
    #expect(throws: NNError.self) { try network.unfreezing("linear1") }
  }
}
