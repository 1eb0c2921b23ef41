import TrainingAlgorithms
import Autograd
import GraphIR
import NN
import Synchronization
import TestSupport
import Testing

@Suite struct WGANGPStepTests {
  private struct Setting {
    let algorithm: WGANGP
    let state: [String: Tensor]
    let real, fake, noise, alpha: Tensor

    init(_ adjust: (inout WGANGPSettings) -> Void = { _ in }) throws {
      algorithm = try TinyGAN.algorithm(dtype: .float64, adjust)
      var state = try TinyGAN.parameters(dtype: .float64)
      for (role, graph) in [("generator", algorithm.generator), ("critic", algorithm.critic)] {
        let types = graph.parameters.filter(\.isTrainable).map { ($0.name, $0.type) }
        for (name, type) in algorithm.settings.optimizer.base.stateTypes(for: Dictionary(uniqueKeysWithValues: types)) {
          state["\(role)/adam/\(name)"] = TensorValue(repeating: 0, type: type)
        }
      }
      self.state = state.mapValues { Tensor($0) }
      var generator = SplitMix64(seed: 3)
      func draw(_ shape: Shape, _ range: ClosedRange<Double>) -> Tensor {
        Tensor(TensorValue((0..<shape.elementCount).map { _ in generator.double(range) }, shape: shape))
      }
      real = draw([5, 4], -1...1)
      fake = draw([5, 4], -1...1)
      noise = draw([5, 3], -2...2)
      alpha = draw([5, 1], 0...1)
    }

    func network(_ role: String, requiresGrad: Bool = false) -> Network {
      let graph = role == "critic" ? algorithm.critic : algorithm.generator
      let parameters = graph.parameters.compactMap { parameter in
        state["\(role)/\(parameter.name)"].map { (parameter.name, $0) }
      }
      return Network(graph, parameters: Dictionary(uniqueKeysWithValues: parameters), requiresGrad: requiresGrad)
    }

    func criticLoss(_ rows: Range<Int>? = nil) throws -> [String: Double] {
      func part(_ tensor: Tensor) -> Tensor {
        rows.map { tensor.sliced(axis: 0, from: $0.lowerBound, to: $0.upperBound) } ?? tensor
      }
      let critic = network("critic", requiresGrad: true)
      return try algorithm.criticLoss(critic, real: part(real), fake: part(fake), alpha: part(alpha)).metrics.mapValues(
        \.item)
    }
  }

  @Test func theLossIsEquation3() throws {
    let setting = try Setting { $0.penalty.weight = 7 }
    let metrics = try setting.criticLoss()
    let scores = try (setting.network("critic")(setting.fake), setting.network("critic")(setting.real))
    let (fake, real) = (scores.0.value.doubles.reduce(0, +) / 5, scores.1.value.doubles.reduce(0, +) / 5)
    let penalty = try #require(metrics["penalty"])
    #expect(abs(try #require(metrics["wasserstein"]) - (real - fake)) < 1e-12)
    #expect(abs(try #require(metrics["critic"]) - (fake - real + 7 * penalty)) < 1e-12)
    #expect(penalty > 0.01)
  }

  /// The loss of a batch is the mean of the losses of its samples. Each sample has its own alpha.
  @Test func samplesDoNotMeet() throws {
    let setting = try Setting()
    let whole = try setting.criticLoss()
    let single = try (0..<5).map { try setting.criticLoss($0..<$0 + 1) }
    for (name, value) in whole {
      let mean = single.compactMap { $0[name] }.reduce(0, +) / 5
      #expect(abs(value - mean) < 1e-12, "\(name)")
    }
    #expect(Set(single.compactMap { $0["penalty"] }).count == 5)
    #expect(Set(setting.alpha.value.doubles).count == 5)
  }

  @Test(arguments: GradientPenalty.Points.allCases)
  func thePenaltyIsTakenAt(points: GradientPenalty.Points) throws {
    let setting = try Setting {
      $0.penalty.gradient.at = points
      $0.penalty.gradient.target = 0.5
      $0.penalty.gradient.reduction = .elementwise
      $0.penalty.gradient.sided = .one
    }
    let (real, fake, alpha) = (setting.real.value.doubles, setting.fake.value.doubles, setting.alpha.value.doubles)
    let place =
      switch points {
      case .real: real
      case .fake: fake
      case .interpolates: real.indices.map { alpha[$0 / 4] * real[$0] + (1 - alpha[$0 / 4]) * fake[$0] }
      }
    let expected = try GradientPenalty(target: 0.5, sided: .one, reduction: .elementwise)(
      setting.network("critic"), at: Tensor(TensorValue(place, shape: [5, 4])))
    #expect(abs(try #require(setting.criticLoss()["penalty"]) - expected.item) < 1e-12)
  }

  /// A network whose statistics no step updates would be exported with their initial values.
  @Test func forgottenRunningStatisticsAreRefused() throws {
    let algorithm = try TinyGAN.algorithm()
    var programs = try algorithm.programs()
    try algorithm.checkStatistics(in: programs)
    for name in programs.keys { programs[name]?.updates.removeAll { $0.parameter.contains("running_var") } }
    let error = #expect(throws: AlgorithmError.self) { try algorithm.checkStatistics(in: programs) }
    #expect(error?.message.contains("'generator' has the running statistics") == true)
    // A network that is not trained keeps them.
    for name in programs.keys { programs[name]?.updates.removeAll { $0.parameter.hasPrefix("generator/") } }
    try algorithm.checkStatistics(in: programs)
  }

  /// A step that does not merge the next running statistics has no update of them, so that it can be refused.
  @Test(arguments: [Adam(), AdamW(), SGD(), RMSprop()] as [any Optimizer])
  func anOptimizerUpdatesOnlyWhatHasAGradient(_ optimizer: any Optimizer) throws {
    let graph = try Sequential("net", input: [3], layers: [Linear(2), BatchNorm(), Linear(1)]).graph
    let parameters = Dictionary(uniqueKeysWithValues: graph.parameters.map { ($0.name, $0.type) })
    let trainable = Set(graph.parameters.filter(\.isTrainable).map(\.name))
    var types: [String: TensorType] = [:]
    types.merge(parameters, under: "net")
    types.merge(optimizer.stateTypes(for: parameters.filter { trainable.contains($0.key) }), under: "net/own")
    let program = try ProgramBuilder("step", state: types)
    let network = Network(graph, parameters: program.state.scoped("net"), requiresGrad: true)
    let loss = try network.training(program.input("data/samples", TensorType(.float32, [4, 3]))).output.sum()
    program.update(
      to: try program.state.updated(
        by: AnyOptimizer(optimizer).base, role: "net", network.parameters, gradients: network.gradients(of: loss),
        state: "net/own"))
    let updated = program.graph.updates.map(\.parameter).filter { !$0.hasPrefix("net/own/") }
    #expect(Set(updated) == Set(trainable.map { "net/\($0)" }))
  }

  /// This is allowed, with a warning. The critic's running statistics are then those of the real samples.
  @Test func aCriticWithBatchNormalization() throws {
    let critic = try Sequential("critic", input: [4], layers: [Linear(3), BatchNorm(), Linear(1)])
    var settings = WGANGPSettings()
    settings.batch = 4
    let algorithm = try WGANGP(generator: TinyGAN.generator().graph, critic: critic.graph, settings: settings)
    #expect(algorithm.warnings.count == 1)
    for word in ["'batchnormalization", "BatchNormalization", "couples the samples"] {
      #expect(algorithm.warnings.first?.contains(word) == true, "\(word)")
    }
    #expect(try TinyGAN.algorithm().warnings.isEmpty)
    settings.penalty.weight = 0
    let free = try WGANGP(generator: TinyGAN.generator().graph, critic: critic.graph, settings: settings)
    #expect(free.warnings.isEmpty)

    var stream = RandomStream(seed: 5, name: "test")
    var parameters: [String: TensorValue] = [:]
    for (role, network) in [("generator", try TinyGAN.generator()), ("critic", critic)] {
      for (name, value) in network.initialParameters(from: &stream) { parameters["\(role)/\(name)"] = value }
    }
    let state = try algorithm.begin(TinyGAN.setup(seed: 1), parameters: parameters).state.tensors.mapValues {
      Tensor($0)
    }
    let real = Tensor(stream.uniform([5, 4]))
    let next = try algorithm.criticStep(
      state, real: real, noise: Tensor(stream.normal([5, 3])), alpha: Tensor(stream.uniform([5, 1]))
    ).state
    let own = critic.graph.parameters.map {
      ($0.name, Tensor(parameters["critic/\($0.name)"] ?? TensorValue(scalar: 0.0)))
    }
    let statistics = try Network(critic.graph, parameters: Dictionary(uniqueKeysWithValues: own)).training(real).updates
    for name in ["batchnorm1.running_mean", "batchnorm1.running_var"] {
      #expect(next["critic/\(name)"]?.value == statistics[name]?.value)
      #expect(next["critic/\(name)"]?.value != state["critic/\(name)"]?.value)
    }
  }

  @Test func theGeneratorsLossIsTheNegativeMeanScore() throws {
    let setting = try Setting()
    let fake = try setting.network("generator").training(setting.noise).output
    let scores = try setting.network("critic")(fake).value.doubles
    let result = try setting.algorithm.generatorStep(setting.state, noise: setting.noise)
    #expect(abs(try #require(result.metrics["generator"]).item + scores.reduce(0, +) / 5) < 1e-12)
  }

  /// The tensors that each step changes: its network, that network's optimiser, and the generator's running statistics.
  /// The critic's last bias cancels in its loss.
  @Test func aStepChangesItsOwnNetworkOnly() throws {
    let setting = try Setting()
    let critic = try setting.algorithm.criticStep(
      setting.state, real: setting.real, noise: setting.noise, alpha: setting.alpha)
    let generator = try setting.algorithm.generatorStep(setting.state, noise: setting.noise)
    for (role, result) in [("critic", critic), ("generator", generator)] {
      #expect(Set(result.state.keys) == Set(setting.state.keys))
      for (name, tensor) in result.state {
        let isOwn = (name.hasPrefix("\(role)/") || name.contains("running")) && !name.hasSuffix("linear3.bias")
        #expect((tensor.value != setting.state[name]?.value) == isOwn, "\(role)'s step, \(name)")
        #expect(!tensor.requiresGrad, "\(role)'s step, \(name)")
      }
    }
  }

  /// The derivative of a generator needs matrix products with its transposed weights. The critic's step has none: it
  /// reads its weights once, in the forward pass.
  @Test func theCriticsLossSendsNoGradientIntoTheGenerator() throws {
    let setting = try Setting()
    let weights = ["linear1.weight", "linear2.weight"].compactMap { setting.state["generator/\($0)"]?.value }
    func reads(_ step: () throws -> StepResult) throws -> Int {
      let backend = CountingBackend(weights)
      _ = try CurrentBackend.$value.withValue(backend, operation: step)
      return backend.count.load(ordering: .relaxed)
    }
    let critic = try reads {
      try setting.algorithm.criticStep(setting.state, real: setting.real, noise: setting.noise, alpha: setting.alpha)
    }
    let generator = try reads { try setting.algorithm.generatorStep(setting.state, noise: setting.noise) }
    #expect(critic == 2)
    // Forward, back through the second layer (the noise needs no gradient), and both updates.
    #expect(generator == 2 + 1 + 2)
  }

  /// A step is a pure function. Its traced graph computes the same.
  @Test(arguments: ["critic", "generator"])
  func aStepCanBeTraced(role: String) throws {
    let setting = try Setting()
    let batch = ["real": setting.real, "noise": setting.noise, "alpha": setting.alpha]
    func step(_ state: [String: Tensor], _ batch: [String: Tensor]) throws -> StepResult {
      let noise = try #require(batch["noise"])
      guard role == "critic" else { return try setting.algorithm.generatorStep(state, noise: noise) }
      return try setting.algorithm.criticStep(
        state, real: try #require(batch["real"]), noise: noise, alpha: batch["alpha"])
    }
    let trace = Trace(name: role)
    let symbols = try setting.state.map { ($0, try trace.parameter($0, $1.type, isTrainable: false)) }
    let inputs = try batch.map { ($0, try trace.input($0, $1.type)) }
    // The interpreter below runs the reference kernels.
    let traced = try Kernels.reference.run {
      try step(Dictionary(uniqueKeysWithValues: symbols), Dictionary(uniqueKeysWithValues: inputs))
    }
    let metrics = traced.metrics.sorted { $0.key < $1.key }
    for (_, metric) in metrics { try trace.output(metric) }
    for (name, tensor) in traced.state { trace.update(name, to: tensor) }
    let graph = trace.graph
    try graph.verify()

    let eager = try Kernels.reference.run { try step(setting.state, batch) }
    let feeds = setting.state.merging(batch) { $1 }.mapValues(\.value)
    let found = try Interpreter.run(graph, feeds)
    #expect(found.updates == eager.state.mapValues(\.value))
    for (output, (name, _)) in zip(graph.outputs, metrics) {
      #expect(found.outputs[output.name] == eager.metrics[name]?.value, "\(name)")
    }
  }
}

/// The reference backend. It counts the calls that read certain values.
private final class CountingBackend: Backend {
  let name = "counting"
  let count = Atomic<Int>(0)
  private let watched: [TensorValue]

  init(_ watched: [TensorValue]) { self.watched = watched }

  func run(
    _ op: Op, inputs: [TensorValue?], attributes: Attributes, outputs: [TensorType]
  ) throws -> [TensorValue] {
    let isRead = inputs.contains { input in watched.contains { $0.storage === input?.storage } }
    if isRead { count.wrappingAdd(1, ordering: .relaxed) }
    return try ReferenceBackend().run(op, inputs: inputs, attributes: attributes, outputs: outputs)
  }
}
