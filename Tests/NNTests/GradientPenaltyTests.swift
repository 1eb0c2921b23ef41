import Autograd
import GraphIR
import NN
import TestSupport
import Testing

@Suite struct GradientPenaltyTests {
  /// ½‖x‖² of each sample: its gradient is x.
  private func bowl(_ x: Tensor) -> Tensor { x.flattened(start: 1).squared().sum([1], keepDims: true) * 0.5 }

  private func linear(_ weight: [Double], requiresGrad: Bool = false) throws -> Network {
    let graph = try Sequential("linear", input: [weight.count], layers: [Linear(1)], dtype: .float64).graph
    let parameters = [
      "linear1.weight": Tensor(TensorValue(weight, shape: [1, weight.count])),
      "linear1.bias": Tensor(TensorValue([3.0])),
    ]
    return Network(graph, parameters: parameters, requiresGrad: requiresGrad)
  }

  private func points(_ shape: Shape, seed: UInt64 = 1) -> TensorValue {
    var generator = SplitMix64(seed: seed)
    return TensorValue((0..<shape.elementCount).map { _ in generator.double(-1...1) }, shape: shape)
  }

  private func expected(
    _ gradient: TensorValue, target: Double, sided: GradientPenalty.Side, reduction: GradientPenalty.Reduction
  ) -> Double {
    let rows = gradient.shape[0]
    let size = gradient.count / rows
    let numbers = gradient.doubles
    let norms =
      switch reduction {
      case .perSample:
        (0..<rows).map { row in
          numbers[row * size..<(row + 1) * size].reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
      case .elementwise: numbers.map(abs)
      }
    return norms.reduce(0) { sum, norm in
      let excess = sided == .one ? max(norm - target, 0) : norm - target
      return sum + excess * excess
    } / Double(norms.count)
  }

  @Test(arguments: GradientPenalty.Side.allCases, GradientPenalty.Reduction.allCases)
  func itIsTheMeanSquareOfTheNormsDistanceToTheTarget(sided: GradientPenalty.Side, reduction: GradientPenalty.Reduction)
    throws
  {
    for shape: Shape in [[5, 3], [4, 2, 3, 2], [1, 1]] {
      for target in [0, 0.5, 1, 2.5] {
        let x = points(shape)
        let found = try GradientPenalty(target: target, sided: sided, reduction: reduction)(bowl, at: Tensor(x))
        #expect(found.shape == [])
        let wanted = expected(x, target: target, sided: sided, reduction: reduction)
        #expect(abs(found.item - wanted) < 1e-12, "\(shape), target \(target)")
      }
    }
  }

  @Test func theDefaultsAreThePapers() throws {
    let x = points([6, 4])
    let found = try GradientPenalty()(bowl, at: Tensor(x))
    #expect(abs(found.item - expected(x, target: 1, sided: .two, reduction: .perSample)) < 1e-12)
  }

  /// D(x) = w·x has the gradient w everywhere: (‖w‖ - 1)² per sample, and the mean of (|wⱼ| - 1)² over the elements.
  /// With |wⱼ| = 1 the latter is 0 although the norm is √D.
  @Test(arguments: [1, 4, 9, 784])
  func theReductionsAskForNormsThatDifferByTheRootOfTheSize(size: Int) throws {
    let x = Tensor(points([3, size]))
    let ones = (0..<size).map { $0 % 2 == 0 ? 1.0 : -1 }
    let unit = ones.map { $0 / Double(size).squareRoot() }
    let root = Double(size).squareRoot()
    func penalty(_ weight: [Double], _ reduction: GradientPenalty.Reduction) throws -> Double {
      try GradientPenalty(reduction: reduction)(linear(weight), at: x).item
    }
    #expect(abs(try penalty(ones, .perSample) - (root - 1) * (root - 1)) < 1e-10)
    #expect(abs(try penalty(ones, .elementwise)) < 1e-12)
    #expect(abs(try penalty(unit, .perSample)) < 1e-12)
    #expect(abs(try penalty(unit, .elementwise) - (1 / root - 1) * (1 / root - 1)) < 1e-12)
  }

  /// ∂(‖w‖ - 1)²/∂w = 2·(‖w‖ - 1)·w/‖w‖.
  @Test func itsDerivativeReachesTheParameters() throws {
    let network = try linear([3, -4], requiresGrad: true)
    let gradients = try network.gradients(of: GradientPenalty()(network, at: Tensor(points([3, 2]))))
    let found = try #require(gradients["linear1.weight"]).value.doubles
    #expect(mismatch(found, [2 * 4 * 0.6, -2 * 4 * 0.8], relative: 1e-12) == nil)
    #expect(gradients["linear1.bias"]?.value.doubles == [0])
  }

  @Test(arguments: GradientPenalty.Side.allCases, GradientPenalty.Reduction.allCases)
  func withoutAGradientItIsFiniteAtEveryOrder(sided: GradientPenalty.Side, reduction: GradientPenalty.Reduction) throws
  {
    let network = try linear([0, 0, 0], requiresGrad: true)
    let weight = try #require(network.parameters["linear1.weight"])
    let penalty = try GradientPenalty(sided: sided, reduction: reduction)(network, at: Tensor(points([2, 3])))
    #expect(penalty.item == (sided == .two ? 1 : 0))
    let first = try grad(penalty, weight, createGraph: true)
    #expect(first.value.doubles == [0, 0, 0])
    // A second derivative that is zero may have no graph.
    guard first.requiresGrad else { return }
    let second = try grad([first.sum()], [weight], materializeGrads: true)
    #expect(second[0]?.value.doubles.allSatisfy(\.isFinite) == true)
  }

  /// The bowl's gradient vanishes at 0, where the derivative of a root of a sum of squares is NaN.
  @Test func atAStationaryPointItsDerivativeIsFinite() throws {
    let scale = Tensor(TensorValue(scalar: 1.0), requiresGrad: true)
    let penalty = try GradientPenalty()(
      { scale * self.bowl($0) }, at: Tensor(TensorValue([0.0, 0, 3, 4], shape: [2, 2])))
    // The norms are 0 and 5.
    #expect(penalty.item == 8.5)
    // ∂/∂s of ½·((s·0 - 1)² + (s·5 - 1)²) = 5·(5s - 1), and 25 for the second.
    let first = try grad(penalty, scale, createGraph: true)
    #expect(abs(first.item - 20) < 1e-12)
    #expect(abs(try grad(first, scale).item - 25) < 1e-12)
  }

  @Test func nothingFlowsToWhereThePointsComeFrom() throws {
    let source = Tensor(points([2, 3]), requiresGrad: true)
    let scale = Tensor(TensorValue(scalar: 2.0), requiresGrad: true)
    let penalty = try GradientPenalty()({ scale * self.bowl($0) }, at: source * 3)
    let error = #expect(throws: AutogradError.self) { try grad(penalty, source, retainGraph: true) }
    #expect(error?.code == .unused)
    #expect(try grad(penalty, scale).item != 0)
  }

  @Test func aNetworkThatIgnoresItsInputIsAnError() throws {
    let scale = Tensor(TensorValue([1.0], shape: [1, 1]), requiresGrad: true)
    let errors = [
      #expect(throws: AutogradError.self) { try GradientPenalty()({ _ in scale * 2 }, at: Tensor(points([1, 3]))) },
      #expect(throws: AutogradError.self) {
        try GradientPenalty()({ .zeros($0.shape, dtype: .float64) }, at: Tensor(points([1, 3])))
      },
    ]
    #expect(errors.map { $0?.code } == [.unused, .requiresNoGrad])
  }

  /// Derivatives of first and second order with respect to every parameter against central differences.
  @Test(arguments: GradientPenalty.Side.allCases, GradientPenalty.Reduction.allCases)
  func itsDerivativesAreThoseOfFiniteDifferences(sided: GradientPenalty.Side, reduction: GradientPenalty.Reduction)
    throws
  {
    let x = Tensor(points([3, 4], seed: 2))
    for activation in [Activation.tanh, .softplus, .sigmoid, .leakyRelu(0.2)] {
      let network = try Sequential("critic", input: [4], layers: [Linear(3), activation, Linear(1)], dtype: .float64)
      var stream = RandomStream(seed: 8, name: "init")
      let start = network.initialParameters(from: &stream)
      let names = network.graph.parameters.map(\.name)
      for order in 1...2 {
        try gradcheck(names.compactMap { start[$0] }, order: order) { parameters in
          let named = Dictionary(uniqueKeysWithValues: zip(names, parameters))
          return try enableGrad {
            [
              try GradientPenalty(target: 0.25, sided: sided, reduction: reduction)(
                { try network.graph([$0], parameters: named).outputs[0] }, at: x)
            ]
          }
        }
      }
    }
  }
}
