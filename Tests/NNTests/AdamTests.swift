import Autograd
import GraphIR
import NN
import TestSupport
import Testing

@Suite struct AdamTests {
  private func run(
    _ adam: Adam, from start: [Double], gradients: [[Double]], dtype: DataType = .float64
  ) throws -> (parameter: TensorValue, state: [String: TensorValue]) {
    func tensor(_ numbers: [Double]) -> Tensor { Tensor(TensorValue(numbers)).cast(to: dtype) }
    var parameters = ["w": tensor(start)]
    var state = adam.stateTypes(for: ["w": TensorType(dtype, [start.count])])
      .mapValues { Tensor(TensorValue(repeating: 0, type: $0)) }
    for gradient in gradients { (parameters, state) = try adam.step(parameters, ["w": tensor(gradient)], state) }
    return (try #require(parameters["w"]).value, state.mapValues(\.value))
  }

  /// With a constant gradient, both corrected moments are the gradient and its square at every step. Each step is
  /// therefore rate · g / (|g| + eps), for all betas.
  @Test(arguments: [1, 2, 7])
  func aConstantGradientMovesByTheRate(steps: Int) throws {
    let adam = Adam(rate: 0.01, betas: [0.5, 0.999], eps: 0.125)
    let (start, gradient) = ([1.0, -2, 0.5, 3], [0.25, -4, 1e-3, 0])
    let found = try run(adam, from: start, gradients: Array(repeating: gradient, count: steps)).parameter
    let expected = zip(start, gradient).map { $0 - Double(steps) * 0.01 * $1 / (abs($1) + 0.125) }
    #expect(mismatch(found.doubles, expected, relative: 1e-12) == nil)
  }

  /// The closed form of the recursions: m = (1-β₁)·Σ β₁ᵀ⁻ᵏ·gₖ, and v likewise with β₂ and squares.
  @Test(arguments: [1, 2, 3, 6])
  func momentsAreWeightedSumsOfTheGradients(steps: Int) throws {
    let adam = Adam(rate: 0.02, betas: [0.5, 0.75], eps: 1e-3)
    var generator = SplitMix64(seed: 9)
    let gradients = (0..<steps).map { _ in (0..<3).map { _ in generator.double(-2...2) } }
    func moment(_ beta: Double, after count: Int, _ element: Int, _ power: Int) -> Double {
      (0..<count).reduce(0) { sum, step in
        let gradient = gradients[step][element]
        return sum + (1 - beta) * pow(beta, count - 1 - step) * (power == 1 ? gradient : gradient * gradient)
      }
    }
    func pow(_ base: Double, _ exponent: Int) -> Double { (0..<exponent).reduce(1) { product, _ in product * base } }
    let (found, state) = try run(adam, from: [0, 1, -1], gradients: gradients)
    #expect(state["step"] == TensorValue(scalar: Int64(steps)))
    for element in 0..<3 {
      var expected = [0.0, 1, -1][element]
      for count in 1...steps {
        let m = moment(0.5, after: count, element, 1) / (1 - pow(0.5, count))
        let v = moment(0.75, after: count, element, 2) / (1 - pow(0.75, count))
        expected -= 0.02 * m / (v.squareRoot() + 1e-3)
      }
      #expect(abs(found.doubles[element] - expected) < 1e-12)
      let (m, v) = (try #require(state["m/w"]).doubles[element], try #require(state["v/w"]).doubles[element])
      #expect(abs(m - moment(0.5, after: steps, element, 1)) < 1e-12)
      #expect(abs(v - moment(0.75, after: steps, element, 2)) < 1e-12)
    }
  }

  @Test func aStepRecordsNothing() throws {
    let adam = Adam()
    let weight = Tensor(TensorValue([1.0, 2]), requiresGrad: true)
    let state = adam.stateTypes(for: ["w": weight.type]).mapValues { Tensor(TensorValue(repeating: 0, type: $0)) }
    let result = try adam.step(["w": weight], ["w": weight * 2], state)
    #expect(result.parameters["w"]?.requiresGrad == false)
    #expect(result.state.values.allSatisfy { !$0.requiresGrad })
  }

  @Test func parametersWithoutGradientStay() throws {
    let adam = Adam()
    let parameters = ["w": Tensor(TensorValue([1.0])), "mean": Tensor(TensorValue([5.0]))]
    let state = adam.stateTypes(for: ["w": TensorType(.float64, [1])])
      .mapValues { Tensor(TensorValue(repeating: 0, type: $0)) }
    let result = try adam.step(parameters, ["w": Tensor(TensorValue([1.0]))], state)
    #expect(result.parameters["mean"]?.value == TensorValue([5.0]))
    #expect(Set(result.state.keys) == ["step", "m/w", "v/w"])
  }

  /// In plain ONNX operators the step is the same except for the order of roundings.
  @Test(arguments: [DataType.float64, .float32], [1, 2, 1000])
  func theLoweringIsTheKernel(dtype: DataType, step: Int) throws {
    var builder = GraphBuilder(name: "adam")
    let vector = TensorType(dtype, [4])
    let types = [
      ("R", TensorType(dtype, [])), ("T", TensorType(.int64, [])), ("X", vector), ("G", vector), ("V", vector),
      ("H", vector),
    ]
    for (name, type) in types { try builder.input(name, type) }
    let attributes: Attributes = ["alpha": .float(0.5), "beta": .float(0.999), "epsilon": .float(1e-8)]
    for output in try builder.add(.adamStep, types.map(\.0), attributes, outputCount: 3) { try builder.output(output) }
    let graph = builder.graph
    let lowered = try graph.loweringToOpset()
    #expect(lowered.nodes.allSatisfy { $0.op != .adamStep })

    func tensor(_ numbers: [Double], _ shape: Shape = [4]) -> TensorValue {
      Tensor(TensorValue(numbers, shape: shape)).cast(to: dtype).value
    }
    let feeds = [
      "R": tensor([2e-4], []), "T": TensorValue(scalar: Int64(step)), "X": tensor([0.5, -0.25, 0.03, 0]),
      "G": tensor([1e-3, -2, 0.4, 0]), "V": tensor([0.1, 0.2, -0.3, 0]), "H": tensor([0.01, 0.5, 0.2, 0]),
    ]
    let (expected, found) = (try Interpreter.run(graph, feeds), try Interpreter.run(lowered, feeds))
    // float32 rounds 1 - 0.999¹ to 7·10⁻⁵ of its value, and √ halves that; X moves by at most 0.02.
    let relative = dtype == .float64 ? 1e-12 : 5e-5
    for output in graph.outputs {
      let (left, right) = (try #require(found.outputs[output.name]), try #require(expected.outputs[output.name]))
      #expect(mismatch(left, right, relative: relative, absolute: relative * 0.02) == nil, "\(output.name)")
    }
  }
}
