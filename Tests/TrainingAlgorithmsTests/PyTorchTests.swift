import TrainingAlgorithms
import Autograd
import GraphIR
import NN
import TestSupport
import Testing

/// Steps from fixed weights, against PyTorch's.
@Suite struct PyTorchTests {
  private let fixture: WGANGPFixture

  init() throws { fixture = try .load() }

  @Test(arguments: [DataType.float64, .float32], Kernels.allCases)
  func threeStepsOfASmallCritic(dtype: DataType, kernels: Kernels) throws {
    let expected = try #require(fixture.criticSmall[dtype.rawValue])
    #expect(expected.steps.count == 3)
    try kernels.run { try check(expected, dtype: dtype) }
  }

  @Test(arguments: [DataType.float64, .float32], Kernels.allCases)
  func threeStepsOfAConvolutionalCritic(dtype: DataType, kernels: Kernels) throws {
    let expected = try #require(fixture.criticConv[dtype.rawValue])
    #expect(expected.steps.count == 3)
    try kernels.run { try check(expected, dtype: dtype, critic: convCritic(dtype)) }
  }

  @Test(arguments: [DataType.float64, .float32], Kernels.allCases)
  func aStepOfAConvolutionalGenerator(dtype: DataType, kernels: Kernels) throws {
    try kernels.run { try checkConvGenerator(dtype) }
  }

  @Test(arguments: [(DataType.float64, 3), (.float32, 1)])
  func stepsOfTheFullCritic(dtype: DataType, steps: Int) throws {
    let expected = try #require(fixture.criticFull[dtype.rawValue])
    #expect(expected.steps.count == steps)
    try Kernels.cpu.run { try check(expected, dtype: dtype) }
  }

  @Test(arguments: [DataType.float64, .float32], Kernels.allCases)
  func aStepOfTheGenerator(dtype: DataType, kernels: Kernels) throws {
    try kernels.run { try checkGenerator(dtype) }
  }

  private func checkGenerator(_ dtype: DataType) throws {
    let expected = try #require(fixture.generator[dtype.rawValue])
    let tolerance = Tolerance.of(dtype)
    let hidden = expected.sizes.dropFirst()
    let activation = Activation.leakyRelu(fixture.leakyReluAlpha)
    let batchNorm = BatchNorm(eps: expected.epsilon, momentum: 1 - expected.onnxMomentum)
    let generator = try Sequential(
      "generator", input: [expected.sizes[0]],
      layers: [
        Linear(hidden[1]), activation, Linear(hidden[2]), batchNorm, activation, Linear(hidden[3]), Activation.tanh,
      ], dtype: dtype
    ).graph
    let algorithm = try WGANGP(
      generator: generator, critic: critic([hidden[3], 6, 1], dtype), settings: settings())
    let named = expected.inputs.map { name, input in
      (name.hasPrefix("critic/") ? name : "generator/\(name)", Tensor(input.value(dtype)))
    }
    let state = Dictionary(uniqueKeysWithValues: named).merging(zeros(algorithm, "generator", generator)) { $1 }
    let latent = try #require(state["generator/latent"])

    let network = Network(generator, parameters: parameters(of: generator, "generator", state), requiresGrad: true)
    let fake = try network.training(latent).output
    expect("output", fake, expected.output, tolerance)
    let fixedCritic = Network(algorithm.critic, parameters: parameters(of: algorithm.critic, "critic", state))
    let gradients = try network.gradients(of: algorithm.generatorLoss(fixedCritic, fake: fake))
    #expect(Set(gradients.keys) == Set(expected.gradients.keys))
    for (name, gradient) in expected.gradients {
      expect("gradient of \(name)", gradients[name], gradient, tolerance.amongNumbersOf(largest(expected.gradients)))
    }

    var (next, metrics) = try algorithm.generatorStep(state, noise: latent)
    expect("loss", metrics["generator"], expected.loss)
    for (name, updated) in expected.updated {
      expect(
        "updated \(name)", next["generator/\(name)"], updated, tolerance,
        leavingOut: expected.illConditioned[name] ?? [])
      replace(&next, "generator/\(name)", expected.illConditioned[name] ?? [], with: updated)
    }
    expect("running_mean", next["generator/batchnorm1.running_mean"], expected.batchnorm1.mean, tolerance)
    expect("running_var", next["generator/batchnorm1.running_var"], expected.batchnorm1.variance, tolerance)

    let inference = generator.inferenceMode()
    let after = try Network(inference, parameters: parameters(of: inference, "generator", next))(latent)
    expect("inference after the update", after, expected.inferenceAfterUpdate.output, tolerance)
  }
}

extension PyTorchTests {
  /// Runs the steps of a case, each from the previous result, and compares all values of each.
  private func check(
    _ expected: WGANGPFixture.CriticCase<some ExpectedTensor>, dtype: DataType, critic given: Graph? = nil
  ) throws {
    let tolerance = Tolerance.of(dtype)
    let critic = try given ?? critic(expected.sizes, dtype)
    let sample = critic.inputs[0].type.shape.dropFirst()
    let generator = try Sequential(
      "generator", input: [1], layers: [Linear(sample.reduce(1, *)), Unflatten(Array(sample))], dtype: dtype
    ).graph
    let algorithm = try WGANGP(generator: generator, critic: critic, settings: settings())
    let elementwise = try WGANGP(generator: generator, critic: critic, settings: settings(.elementwise))
    var state = zeros(algorithm, "critic", critic)
    for name in critic.parameters.map(\.name) {
      state["critic/\(name)"] = Tensor(try #require(expected.inputs[name]).value(dtype))
    }
    for (index, step) in expected.steps.enumerated() {
      func batch(_ name: String) throws -> Tensor {
        Tensor(try #require(expected.inputs["step\(index + 1).\(name)"]).value(dtype))
      }
      let (real, fake, alpha) = (try batch("real"), try batch("fake"), try batch("alpha"))
      let network = Network(critic, parameters: parameters(of: critic, "critic", state), requiresGrad: true)
      let gradients = try network.gradients(
        of: algorithm.criticLoss(network, real: real, fake: fake, alpha: alpha).loss)
      let other = try elementwise.criticLoss(network, real: real, fake: fake, alpha: alpha).metrics["penalty"]
      expect("step \(index + 1), elementwise penalty", other, step.elementwisePenalty)

      let result = try algorithm.criticStep(state, real: real, fake: fake, alpha: alpha)
      state = result.state
      let metrics = [("critic", step.loss), ("wasserstein", step.wasserstein), ("penalty", step.penalty)]
      for (name, number) in metrics { expect("step \(index + 1), \(name)", result.metrics[name], number) }
      #expect(Set(gradients.keys) == Set(step.gradients.keys))
      for (name, gradient) in step.gradients {
        let tolerance = tolerance.amongNumbersOf(largest(step.gradients))
        expect("step \(index + 1), gradient of \(name)", gradients[name], gradient, tolerance)
      }
      for (name, updated) in step.updated {
        let excluded = step.illConditioned[name] ?? []
        expect("step \(index + 1), updated \(name)", state["critic/\(name)"], updated, tolerance, leavingOut: excluded)
        // PyTorch's rounded values of these elements are the start of its next step.
        if dtype == .float32 { replace(&state, "critic/\(name)", excluded, with: updated) }
      }
    }
    checkMoments(of: state, expected.steps.map(\.gradients), tolerance)
  }

  /// Adam's recursions (arXiv:1412.6980, algorithm 1) over PyTorch's gradients.
  private func checkMoments(
    of state: [String: Tensor], _ gradients: [[String: some ExpectedTensor]], _ tolerance: Tolerance
  ) {
    #expect(state["critic/adam/step"]?.value == TensorValue(scalar: Int64(gradients.count)))
    let (first, second) = (fixture.adam.betas[0], fixture.adam.betas[1])
    for (name, some) in gradients[0] {
      var (m, v) = (
        [Double](repeating: 0, count: some.numbers.count), [Double](repeating: 0, count: some.numbers.count)
      )
      for step in gradients {
        for (index, gradient) in (step[name]?.numbers ?? []).enumerated() {
          m[index] = first * m[index] + (1 - first) * gradient
          v[index] = second * v[index] + (1 - second) * gradient * gradient
        }
      }
      for (moment, expected, size) in [("m", m, 1), ("v", v, 1e-6)] {
        let found = some.kept(of: state["critic/adam/\(moment)/\(name)"]?.value.doubles ?? [])
        #expect(tolerance.amongNumbersOf(size).mismatch(found, expected) == nil, "\(moment) of \(name)")
      }
    }
  }

  private func critic(_ sizes: [Int], _ dtype: DataType) throws -> Graph {
    let layers = sizes.dropFirst().dropLast().flatMap { size -> [any Layer] in
      [Linear(size), Activation.leakyRelu(fixture.leakyReluAlpha)]
    }
    return try Sequential("critic", input: [sizes[0]], layers: layers + [Linear(1)], dtype: dtype).graph
  }

  private func convCritic(_ dtype: DataType) throws -> Graph {
    let layers = [3, 4, 5].flatMap { channels -> [any Layer] in
      [Conv2d(channels, kernel: 5, stride: 2, padding: 2), Activation.leakyRelu(fixture.leakyReluAlpha)]
    }
    return try Sequential("critic", input: [1, 12, 12], layers: layers + [Flatten(), Linear(1)], dtype: dtype).graph
  }

  private func checkConvGenerator(_ dtype: DataType) throws {
    let expected = try #require(fixture.generatorConv[dtype.rawValue])
    let tolerance = Tolerance.of(dtype)
    func doubling(_ channels: Int) -> ConvTranspose2d {
      ConvTranspose2d(channels, kernel: 5, stride: 2, padding: 2, outputPadding: 1)
    }
    let generator = try Sequential(
      "generator", input: [6],
      layers: [
        Linear(20), Activation.relu, Unflatten([5, 2, 2]), doubling(4), Activation.relu, Crop([4, 3, 3]), doubling(3),
        Activation.relu, doubling(1), Activation.tanh,
      ], dtype: dtype
    ).graph
    let algorithm = try WGANGP(generator: generator, critic: convCritic(dtype), settings: settings())
    let named = expected.inputs.map { name, input in
      (name.hasPrefix("critic/") ? name : "generator/\(name)", Tensor(input.value(dtype)))
    }
    let state = Dictionary(uniqueKeysWithValues: named).merging(zeros(algorithm, "generator", generator)) { $1 }
    let latent = try #require(state["generator/latent"])

    let network = Network(generator, parameters: parameters(of: generator, "generator", state), requiresGrad: true)
    let fake = try network(latent)
    expect("output", fake, expected.output, tolerance)
    let fixedCritic = Network(algorithm.critic, parameters: parameters(of: algorithm.critic, "critic", state))
    let gradients = try network.gradients(of: algorithm.generatorLoss(fixedCritic, fake: fake))
    #expect(Set(gradients.keys) == Set(expected.gradients.keys))
    for (name, gradient) in expected.gradients {
      expect("gradient of \(name)", gradients[name], gradient, tolerance.amongNumbersOf(largest(expected.gradients)))
    }
    let (next, metrics) = try algorithm.generatorStep(state, noise: latent)
    expect("loss", metrics["generator"], expected.loss)
    for (name, updated) in expected.updated {
      expect(
        "updated \(name)", next["generator/\(name)"], updated, tolerance,
        leavingOut: expected.illConditioned[name] ?? [])
    }
  }

  private func settings(_ reduction: GradientPenalty.Reduction = .perSample) -> WGANGPSettings {
    var settings = WGANGPSettings()
    settings.penalty.weight = fixture.penaltyWeight
    settings.penalty.gradient.reduction = reduction
    settings.optimizer = AnyOptimizer(
      Adam(rate: fixture.adam.rate, betas: fixture.adam.betas, eps: fixture.adam.epsilon))
    return settings
  }

  private func zeros(_ algorithm: WGANGP, _ role: String, _ graph: Graph) -> [String: Tensor] {
    let types = graph.parameters.filter(\.isTrainable).map { ($0.name, $0.type) }
    let state = algorithm.settings.optimizer.base.stateTypes(for: Dictionary(uniqueKeysWithValues: types))
    return Dictionary(
      uniqueKeysWithValues: state.map { ("\(role)/adam/\($0)", Tensor(TensorValue(repeating: 0, type: $1))) })
  }

  private func parameters(of graph: Graph, _ role: String, _ state: [String: Tensor]) -> [String: Tensor] {
    let named = graph.parameters.compactMap { parameter in
      state["\(role)/\(parameter.name)"].map { (parameter.name, $0) }
    }
    return Dictionary(uniqueKeysWithValues: named)
  }

  private func largest(_ tensors: [String: some ExpectedTensor]) -> Double {
    tensors.values.flatMap(\.numbers).map(abs).max() ?? 0
  }

  private func expect(_ name: String, _ found: Tensor?, _ expected: Double) {
    #expect(mismatch(found.map { [$0.item] } ?? [], [expected], relative: 1e-5) == nil, "\(name)")
  }

  private func expect(
    _ name: String, _ found: Tensor?, _ expected: some ExpectedTensor, _ tolerance: Tolerance,
    leavingOut excluded: [Int] = []
  ) {
    #expect(expected.mismatch(found?.value.doubles ?? [], tolerance, leavingOut: excluded) == nil, "\(name)")
  }

  /// Replaces some elements by PyTorch's values.
  private func replace(
    _ state: inout [String: Tensor], _ name: String, _ elements: [Int], with expected: some ExpectedTensor
  ) {
    guard let tensor = state[name], expected.numbers.count == tensor.value.count else { return }
    var numbers = tensor.value.doubles
    for element in elements { numbers[element] = expected.numbers[element] }
    state[name] = Tensor(TensorValue(numbers, shape: tensor.shape)).cast(to: tensor.dtype)
  }
}
