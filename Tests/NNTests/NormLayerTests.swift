import Autograd
import GraphIR
import NN
import TestSupport
import Testing

@Suite struct NormLayerTests {
  @Test func parametersHaveTheShapesOfWhatIsNormalised() throws {
    let network = try Sequential(
      "all", input: [4, 3, 2],
      layers: [
        LayerNorm(), LayerNorm(axes: 3, bias: false), LayerNorm(affine: false), RMSNorm(axes: 2),
        RMSNorm(affine: false),
        GroupNorm(2), GroupNorm(4, affine: false), InstanceNorm(), InstanceNorm(affine: true), Flatten(),
        SpectralNorm(Linear(5, bias: false)),
      ])
    let expected: [(String, Shape, Bool)] = [
      ("layernorm1.weight", [2], true), ("layernorm1.bias", [2], true), ("layernorm2.weight", [4, 3, 2], true),
      ("rmsnorm1.weight", [3, 2], true), ("groupnorm1.weight", [4], true), ("groupnorm1.bias", [4], true),
      ("instancenorm2.weight", [4], true), ("instancenorm2.bias", [4], true), ("spectralnorm1.weight", [5, 24], true),
      ("spectralnorm1.u", [5], false), ("spectralnorm1.v", [24], false),
    ]
    #expect(
      network.graph.parameters
        == expected.map { Graph.Parameter(name: $0, type: TensorType(.float32, $1), isTrainable: $2) })
    #expect(network.graph.outputs.map { network.graph.describe($0.type) } == ["float32[batch, 5]"])
    var stream = RandomStream(seed: 1, name: "init")
    let values = network.initialParameters(from: &stream)
    for name in ["layernorm1", "rmsnorm1", "groupnorm1", "instancenorm2"] {
      #expect(values["\(name).weight"]?.doubles.allSatisfy { $0 == 1 } == true, "\(name)")
      #expect(values["\(name).bias"]?.doubles.allSatisfy { $0 == 0 } ?? true, "\(name)")
    }
  }

  @Test func withoutParametersAndWithNewOnesTheResultIsTheSame() throws {
    var data = SplitMix64(seed: 3)
    let x = Tensor(TensorValue((0..<48).map { _ in data.double(-2...2) }, shape: [2, 4, 3, 2]))
    func output(_ layer: any Layer) throws -> Tensor {
      let network = try Sequential("one", input: [4, 3, 2], layers: [layer], dtype: .float64)
      var stream = RandomStream(seed: 1, name: "init")
      return try Network(network.graph, parameters: network.initialParameters(from: &stream).mapValues { Tensor($0) })(
        x)
    }
    for (affine, plain) in [
      (LayerNorm(axes: 2), LayerNorm(axes: 2, affine: false)), (RMSNorm(), RMSNorm(affine: false)),
      (GroupNorm(2), GroupNorm(2, affine: false)), (InstanceNorm(affine: true), InstanceNorm()),
    ] as [(any Layer, any Layer)] {
      #expect(try output(affine).value == output(plain).value)
      #expect(try output(affine).value != x.value)
    }
    #expect(try output(GroupNorm(4)).value == output(InstanceNorm()).value)
    #expect(try output(GroupNorm(1)).value == output(LayerNorm(axes: 3)).value)
  }

  @Test func whatDoesNotFitIsRefused() {
    let cases: [(any Layer, [Int], NNError.Code, String)] = [
      (LayerNorm(axes: 2), [3], .shape, "layernorm1"), (LayerNorm(axes: 0), [3], .shape, "layernorm1"),
      (RMSNorm(eps: 0), [3], .setting, "eps"), (GroupNorm(2), [3], .setting, "2 groups"),
      (GroupNorm(0), [3], .setting, "0 groups"), (InstanceNorm(), [3], .shape, "[batch, channels, d1, …]"),
      (InstanceNorm(eps: -1), [3, 2], .setting, "eps"),
      (SpectralNorm(Activation.tanh), [3], .setting, "no weight"),
      (SpectralNorm(Linear(2), iterations: 0), [3], .setting, "0 iterations"),
      (SpectralNorm(Linear(2), outputAxis: 2), [3], .shape, "axis 2"),
      (SpectralNorm(LayerNorm()), [3], .shape, "expected a matrix"),
    ]
    for (layer, input, code, text) in cases {
      let error = #expect(throws: NNError.self) { try Sequential("net", input: input, layers: [layer]) }
      #expect(error?.code == code)
      #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
    }
  }
}

@Suite struct SpectralNormTests {
  private let singular = [3.0, 2, 0.5]

  /// A matrix with known singular values: diagonal, the outputs reversed.
  private func network(_ layer: SpectralNorm) throws -> (Sequential, [String: Tensor]) {
    let network = try Sequential("net", input: [3], layers: [layer], dtype: .float64)
    var stream = RandomStream(seed: 2, name: "init")
    var parameters = network.initialParameters(from: &stream).mapValues { Tensor($0) }
    parameters["spectralnorm1.weight"] = Tensor(
      TensorValue([0, 0, singular[0], 0, singular[1], 0, singular[2], 0, 0], shape: [3, 3]))
    return (network, parameters)
  }

  private func norm(_ tensor: Tensor?) -> Double { tensor?.norm().item ?? .nan }

  @Test func theBuffersBeginAsRandomDirections() throws {
    let (_, parameters) = try network(SpectralNorm(Linear(3, bias: false)))
    #expect(abs(norm(parameters["spectralnorm1.u"]) - 1) < 1e-12)
    #expect(abs(norm(parameters["spectralnorm1.v"]) - 1) < 1e-12)
    #expect(parameters["spectralnorm1.u"]?.value != parameters["spectralnorm1.v"]?.value)
  }

  @Test func itsWeightComesToHaveTheSpectralNormOne() throws {
    var (network, parameters) = try network(SpectralNorm(Linear(3, bias: false)))
    let x = Tensor(TensorValue([1.0, 0, 0, 0, 1, 0, 0, 0, 1], shape: [3, 3]))
    for _ in 0..<100 {
      parameters.merge(try Network(network.graph, parameters: parameters).training(x).updates) { $1 }
    }
    for graph in [network.graph, network.graph.inferenceMode()] {
      let found = try Network(graph, parameters: parameters)(x).value.doubles
      let expected = [0, 0, singular[2], 0, singular[1], 0, singular[0], 0, 0].map { $0 / singular[0] }
      #expect(mismatch(found, expected, absolute: 1e-12) == nil)
    }
  }

  @Test func inferenceTakesTheBuffersAsTheyAre() throws {
    let (network, parameters) = try network(SpectralNorm(Linear(3, bias: false), iterations: 3))
    let inference = network.graph.inferenceMode()
    let (u, v) = (try #require(parameters["spectralnorm1.u"]), try #require(parameters["spectralnorm1.v"]))
    let weight = try #require(parameters["spectralnorm1.weight"])
    let x = Tensor(TensorValue([1.0, 2, 3], shape: [1, 3]))
    let found = try Network(inference, parameters: parameters)(x)
    let sigma = (u * weight.matmul(v)).sum().item
    let expected = x.matmul(weight.transposed()).value.doubles.map { $0 / sigma }
    #expect(mismatch(found.value.doubles, expected, relative: 1e-12) == nil)
    #expect(inference.updates.isEmpty)
    #expect(inference.nodes.allSatisfy { $0.op != .stopGradient }, "the power iteration is dead code")
  }

  /// With ∂σ/∂W = u·vᵀ for the new u and v, treated as constants.
  @Test func theGradientFlowsThroughSigmaButNotThroughTheDirections() throws {
    let (network, parameters) = try network(SpectralNorm(Linear(3, bias: false)))
    let x = Tensor(TensorValue([1.0, -2, 0.5], shape: [1, 3]))
    let trained = Network(network.graph, parameters: parameters, requiresGrad: true)
    let (output, updates) = try trained.training(x)
    let found = try #require(trained.gradients(of: output.sum())["spectralnorm1.weight"])
    let weight = try #require(parameters["spectralnorm1.weight"]).detached(requiresGrad: true)
    let (u, v) = (try #require(updates["spectralnorm1.u"]), try #require(updates["spectralnorm1.v"]))
    let sigma = (u * weight.matmul(v)).sum()
    let expected = try grad(x.matmul((weight / sigma).transposed()).sum(), weight)
    #expect(mismatch(found.value, expected.value, relative: 1e-12, absolute: 1e-14) == nil)
  }
}
