import Autograd
import GraphIR
import NN
import TestSupport
import Testing

/// SGD, AdamW, clipping of values and schedules against PyTorch's.
@Suite struct OptimizerTests {
  @Test func thereAreExamples() {
    let all = LossesFixture.all
    #expect(all.optimizers.count == 10 && all.clippings.count == 2 && all.schedules.count == 6)
  }

  /// The learning rate is the optimiser's own or given.
  @Test(arguments: LossesFixture.all.optimizers, [(DataType.float64, false), (.float64, true), (.float32, false)])
  func stepsAreThoseOfPyTorch(example: LossesFixture.Optimizer, types: (DataType, Bool)) throws {
    let (dtype, isGiven) = types
    let optimizer = example.optimizer(rate: isGiven ? 1 : example.settings.rate)
    try optimizer.validate()
    var parameters = example.parameters.mapValues { $0.tensor(dtype) }
    let stateTypes = optimizer.stateTypes(for: parameters.mapValues(\.type))
    var state = optimizer.initialState(for: parameters.mapValues(\.type)).mapValues { Tensor($0) }
    for step in example.steps {
      (parameters, state) = try optimizer.step(
        parameters, step.gradients.mapValues { $0.tensor(dtype) }, state,
        rate: isGiven ? Tensor(example.settings.rate, dtype: .float64) : nil)
      #expect(state.mapValues(\.type) == stateTypes)
      // Adam's betas and eps have the digits of a float32.
      let tolerance = dtype == .float32 || example.name == "adamw" ? 1e-5 : 1e-12
      #expect(AgentsFixture.mismatch(parameters.mapValues(\.value), step.parameters, relative: tolerance) == nil)
    }
    #expect(parameters.values.allSatisfy { !$0.requiresGrad } && state.values.allSatisfy { !$0.requiresGrad })
  }

  @Test(arguments: LossesFixture.all.optimizers)
  func parametersWithoutGradientStay(example: LossesFixture.Optimizer) throws {
    let optimizer = example.optimizer(rate: 0.1)
    let type = ["w": TensorType(.float32, [1])]
    let result = try optimizer.step(
      ["w": Tensor([1]), "mean": Tensor([5])], ["w": Tensor([1])],
      optimizer.initialState(for: type).mapValues { Tensor($0) }, rate: nil)
    #expect(result.parameters["mean"]?.value == Tensor([5]).value && result.parameters["w"]?.value != Tensor([1]).value)
  }

  @Test(arguments: LossesFixture.all.clippings.indices, [DataType.float64, .float32])
  func clippingOfValues(index: Int, dtype: DataType) {
    let example = LossesFixture.all.clippings[index]
    let clipped = clippedGradients(example.gradients.mapValues { $0.tensor(dtype) }, maxValue: example.maxValue)
    #expect(AgentsFixture.mismatch(clipped.mapValues(\.value), example.clipped, relative: 1e-6) == nil)
  }

  private static let schedules: [String: LearningRateSchedule] = [
    "constant": .constant(0.2), "linear": .linear(from: 0.2, to: 0.05, steps: 10),
    "cosine": .cosine(from: 0.2, to: 0.05, steps: 10), "step": .step(from: 0.2, factor: 0.5, every: 4),
    "exponential": .exponential(from: 0.2, factor: 0.9),
    "warmup": .warmup(steps: 4, from: 0.04, then: .step(from: 0.2, factor: 0.5, every: 4)),
  ]

  @Test(arguments: LossesFixture.all.schedules.indices)
  func schedulesAreThoseOfPyTorch(index: Int) throws {
    let example = LossesFixture.all.schedules[index]
    let schedule = try #require(Self.schedules[example.name])
    for (step, expected) in example.rates.enumerated() {
      #expect(abs(schedule.rate(at: step) - expected) < 1e-12, "\(example.name), step \(step)")
    }
  }

  @Test func schedulesEndWhereTheySay() {
    #expect(LearningRateSchedule.cosine(from: 1, to: 0.25, steps: 10).rate(at: 1000) == 0.25)
    #expect(LearningRateSchedule.linear(from: 1, to: 0.25, steps: 10).rate(at: 1000) == 0.25)
    #expect(LearningRateSchedule.warmup(steps: 0, from: 0, then: .constant(0.5)).rate(at: 0) == 0.5)
    #expect(LearningRateSchedule.linear(from: 1, to: 0.25, steps: 0).rate(at: 0) == 0.25)
  }

  /// A value that each optimiser refuses, and a word of its error.
  private static let refused: [(any NN.Optimizer, String)] = [
    (SGD(rate: 0), "rate 0.0"), (SGD(rate: .nan), "rate nan"), (SGD(momentum: 1), "momentum 1.0"),
    (SGD(dampening: 1.5), "dampening 1.5"), (SGD(weightDecay: -1), "weightDecay -1.0"),
    (SGD(nesterov: true), "nesterov"),
    (SGD(momentum: 0.9, dampening: 0.1, nesterov: true), "dampening 0.1"), (AdamW(rate: -1), "rate -1.0"),
    (AdamW(betas: [0.9]), "betas [0.9]"), (AdamW(eps: 0), "eps 0.0"),
    (AdamW(weightDecay: .infinity), "weightDecay is inf"),
  ]

  @Test(arguments: refused.indices)
  func numbersOutOfRangeAreNamed(index: Int) throws {
    let (optimizer, word) = Self.refused[index]
    let error = #expect(throws: NNError.self) { try optimizer.validate() }
    #expect(error?.code == .setting)
    #expect(error?.description.contains(word) == true && error?.description.hasPrefix(type(of: optimizer).name) == true)
  }

  /// The order of a dictionary does not matter, and the plan's kernels compute the results of single operators.
  @Test(arguments: LossesFixture.all.optimizers)
  func aTracedStepIsOneGraph(example: LossesFixture.Optimizer) throws {
    let optimizer = example.optimizer(rate: 0.1)
    func graph() throws -> Graph {
      let trace = Trace(name: "step")
      let types = example.parameters.mapValues { TensorType(.float32, Shape($0.shape)) }.sorted { $0.key < $1.key }
      var (parameters, gradients, state): ([String: Tensor], [String: Tensor], [String: Tensor]) = ([:], [:], [:])
      for (name, type) in types {
        parameters[name] = try trace.parameter(name, type)
        gradients[name] = try trace.input("gradient/\(name)", type)
      }
      for (name, type) in optimizer.stateTypes(for: Dictionary(uniqueKeysWithValues: types)).sorted(by: {
        $0.key < $1.key
      }) {
        state[name] = try trace.parameter(name, type, isTrainable: false)
      }
      let (new, newState) = try optimizer.step(
        parameters, clippedGradients(gradients, maxValue: 1.5), state,
        rate: try trace.input("rate", TensorType(.float32, [])))
      for (name, tensor) in new.merging(newState, uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }) {
        trace.update(name, to: tensor)
      }
      return trace.graph
    }
    let first = try graph()
    for _ in 0..<4 { #expect(try graph() == first) }
    try first.verify()
  }
}
