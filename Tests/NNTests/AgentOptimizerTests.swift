import Autograd
import GraphIR
import NN
import TestSupport
import Testing

/// Optimisers with changing learning rates, and clipping, against PyTorch's.
@Suite struct AgentOptimizerTests {
  private typealias Tensors = [String: Tensor]

  private static func zeros(_ types: [String: TensorType]) -> Tensors {
    types.mapValues { Tensor(TensorValue(repeating: 0, type: $0)) }
  }

  @Test func thereAreOptimizersAndClippings() {
    #expect(AgentsFixture.all.optimizers.count == 3 && AgentsFixture.all.clippings.count == 4)
  }

  /// The learning rate is a tensor of the parameters' type, a tensor of another type, or the optimiser's own.
  @Test(
    arguments: AgentsFixture.all.optimizers,
    [
      (DataType.float64, DataType?.none), (.float64, .float64), (.float64, .float32), (.float32, nil),
      (.float32, .float64),
    ])
  func stepsWithChangingRates(example: AgentsFixture.Optimizer, types: (DataType, DataType?)) throws {
    let (dtype, rateType) = types
    var parameters = example.parameters.mapValues { $0.tensor(dtype) }
    let types = parameters.mapValues(\.type)
    var state: Tensors?
    for step in example.steps {
      let gradients = step.gradients.mapValues { $0.tensor(dtype) }
      let rate = rateType.map { Tensor(step.rate, dtype: $0) }
      if example.name == "adam" {
        var adam = Adam(rate: 1, betas: try #require(example.settings.betas), eps: try #require(example.settings.eps))
        if rate == nil { adam.rate = step.rate }
        (parameters, state) = try adam.step(
          parameters, gradients, state ?? Self.zeros(adam.stateTypes(for: types)), rate: rate)
      } else {
        let standard = RMSprop()
        var rmsprop = RMSprop(
          rate: 1, alpha: example.settings.alpha ?? standard.alpha, eps: example.settings.eps ?? standard.eps)
        if rate == nil { rmsprop.rate = step.rate }
        (parameters, state) = try rmsprop.step(
          parameters, gradients, state ?? Self.zeros(rmsprop.stateTypes(for: types)), rate: rate)
      }
      let tolerance = dtype == .float32 || rateType == .float32 ? 1e-5 : 1e-9
      let problem = AgentsFixture.mismatch(parameters.mapValues(\.value), step.parameters, relative: tolerance)
      #expect(problem == nil, "rate \(step.rate)")
    }
    #expect(state?.values.allSatisfy { !$0.requiresGrad } == true)
  }

  @Test(arguments: AgentsFixture.all.clippings, [DataType.float64, .float32])
  func clipping(example: AgentsFixture.Clipping, dtype: DataType) {
    let gradients = example.gradients.mapValues { $0.tensor(dtype) }
    let (clipped, norm) = clippedGradients(gradients, maxNorm: example.maxNorm)
    let tolerance = dtype == .float64 ? 1e-9 : 1e-5
    #expect(mismatch([norm.item], [example.norm], relative: tolerance) == nil)
    #expect(norm.shape == [] && norm.dtype == dtype)
    #expect(AgentsFixture.mismatch(clipped.mapValues(\.value), example.clipped, relative: tolerance) == nil)
  }

  @Test func noGradientsHaveTheNormZero() {
    let (clipped, norm) = clippedGradients([:], maxNorm: 1)
    #expect(clipped.isEmpty && norm.item == 0)
  }

  /// The order of a dictionary does not matter.
  @Test func aTracedStepIsOneGraph() throws {
    func graph() throws -> String {
      let trace = Trace(name: "step")
      var (parameters, gradients, state): (Tensors, Tensors, Tensors) = ([:], [:], [:])
      for index in 0..<8 {
        let type = TensorType(.float32, [index + 1])
        parameters["w\(index)"] = try trace.parameter("w\(index)", type)
        gradients["w\(index)"] = try trace.input("g\(index)", type)
        state["v/w\(index)"] = try trace.parameter("v/w\(index)", type, isTrainable: false)
      }
      let rate = try trace.input("rate", TensorType(.float32, []))
      let clipped = clippedGradients(gradients, maxNorm: 0.5).gradients
      let (new, newState) = try RMSprop().step(parameters, clipped, state, rate: rate)
      for (name, tensor) in new.merging(newState, uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }) {
        trace.update(name, to: tensor)
      }
      return trace.graph.description
    }
    let first = try graph()
    for _ in 0..<8 { #expect(try graph() == first) }
  }

  @Test(arguments: [
    RMSprop(rate: 0), RMSprop(rate: .infinity), RMSprop(rate: .nan), RMSprop(alpha: 1), RMSprop(alpha: -0.1),
    RMSprop(eps: 0),
  ])
  func numbersOutOfRangeAreNamed(rmsprop: RMSprop) throws {
    let error = #expect(throws: NNError.self) { try rmsprop.validate() }
    #expect(error?.code == .setting)
    for part in ["rmsprop", "rate \(rmsprop.rate)", "alpha \(rmsprop.alpha)", "eps \(rmsprop.eps)"] {
      #expect(error?.message.contains(part) == true, "\(part)")
    }
    try RMSprop().validate()
  }
}
