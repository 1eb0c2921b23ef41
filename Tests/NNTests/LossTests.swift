import Autograd
import Foundation
import GraphIR
import NN
import TestSupport
import Testing

@Suite struct LossTests {
  private typealias Tensors = [String: Tensor]

  @Test func thereAreLosses() {
    #expect(Set(LossesFixture.all.losses.map(\.name)).count == 7 && LossesFixture.all.losses.count == 96)
  }

  /// Value, gradient, and gradient of the gradient's squares are PyTorch's.
  @Test(arguments: LossesFixture.all.losses)
  func valuesAreThoseOfPyTorch(example: LossesFixture.Loss) throws {
    let inputs = Dictionary(
      uniqueKeysWithValues: example.inputs.map { name, numbers in
        (name, numbers.tensor(.float64).detached(requiresGrad: example.gradients[name] != nil))
      })
    let value = try #require(example(inputs))
    #expect(AgentsFixture.mismatch(["": value.value], ["": example.value], relative: 1e-12) == nil)
    let names = example.gradients.keys.sorted()
    let variables = names.compactMap { inputs[$0] }
    let first = try grad(
      [(value * example.weights.tensor(.float64)).sum()], variables, createGraph: true, materializeGrads: true)
    let gradients = first.compactMap { $0 }
    func found(_ tensors: [Tensor]) -> [String: TensorValue] {
      Dictionary(uniqueKeysWithValues: zip(names, tensors.map(\.value)))
    }
    #expect(AgentsFixture.mismatch(found(gradients), example.gradients, relative: 1e-11) == nil)
    let squares = gradients.map { $0.squared().sum() }
    let sum = squares.dropFirst().reduce(squares[0], +)
    let second =
      sum.requiresGrad
      ? try grad([sum], variables, materializeGrads: true).compactMap { $0 } : gradients.map { .zeros(like: $0) }
    #expect(AgentsFixture.mismatch(found(second), example.curvature, relative: 1e-10) == nil)
  }

  /// The same in float32 and without reduction, one of each kind.
  @Test(arguments: LossesFixture.all.losses.filter { $0.options.reduction == .mean })
  func float32(example: LossesFixture.Loss) throws {
    let value = try #require(example(example.inputs.mapValues { $0.tensor(.float32) }))
    #expect(value.dtype == .float32)
    #expect(AgentsFixture.mismatch(["": value.value], ["": example.value], relative: 1e-5) == nil)
  }

  @Test(arguments: LossesFixture.all.losses.filter { $0.options.reduction == .mean })
  func derivativesOfBothOrders(example: LossesFixture.Loss) throws {
    let names = example.gradients.keys.sorted()
    for order in 1...2 {
      try gradcheck(names.compactMap { example.inputs[$0]?.tensor(.float64).value }, order: order) { tensors in
        var inputs = example.inputs.mapValues { $0.tensor(.float64) }
        for (name, tensor) in zip(names, tensors) { inputs[name] = tensor }
        return [try #require(example(inputs))]
      }
    }
  }

  /// PyTorch clamps the logarithms at −100.
  @Test func probabilitiesOfZeroAndOneAreFinite() throws {
    let p = Tensor([0, 0, 1, 1], dtype: .float64).detached(requiresGrad: true)
    let loss = Loss.bce(p, Tensor([0, 1, 0, 1], dtype: .float64), reduction: .none)
    #expect(loss.value.doubles == [0, 100, 100, 0])
    #expect(try grad(loss.sum(), p).value.doubles.allSatisfy(\.isFinite))
  }

  @Test func aBceOfLogitsNeverOverflows() throws {
    let x = Tensor([-1000, 1000], requiresGrad: true)
    let loss = Loss.bceWithLogits(x, Tensor([1, 0]), reduction: .none)
    #expect(loss.value == TensorValue([Float(1000), 1000]))
    #expect(try grad(loss.sum(), x).value == TensorValue([Float(-1), 1]))
  }

  /// Finite differences do not apply at the kinks, so the derivatives there are given.
  @Test func curvatureWhereTheErrorIsZero() throws {
    let p = Tensor([0], dtype: .float64, requiresGrad: true)
    for loss in [Loss.mse(p, .zeros(like: p), reduction: .sum), Loss.huber(p, .zeros(like: p), reduction: .sum)] {
      let slope = try grad(loss, p, createGraph: true)
      #expect(slope.item == 0)
      #expect(try grad(slope.sum(), p).item > 0, "a quadratic has curvature at its minimum")
    }
  }

  /// The definitions, in full.
  @Test(arguments: AdversarialLoss.allCases)
  func adversarialLosses(loss: AdversarialLoss) throws {
    let (real, fake) = ([0.3, -1.5, 2.25], [-0.75, 0.5])
    func mean(_ numbers: [Double], _ body: (Double) -> Double) -> Double {
      numbers.reduce(0) { $0 + body($1) } / Double(numbers.count)
    }
    func softplus(_ x: Double) -> Double { log1p(exp(x)) }
    let (critic, generator): (Double, Double) =
      switch loss {
      case .wasserstein: (mean(fake) { $0 } - mean(real) { $0 }, -mean(fake) { $0 })
      case .hinge: (mean(real) { max(0, 1 - $0) } + mean(fake) { max(0, 1 + $0) }, -mean(fake) { $0 })
      case .softplus: (mean(real) { softplus(-$0) } + mean(fake, softplus), mean(fake) { softplus(-$0) })
      case .leastSquares:
        (mean(real) { ($0 - 1) * ($0 - 1) } / 2 + mean(fake) { $0 * $0 } / 2, mean(fake) { ($0 - 1) * ($0 - 1) } / 2)
      }
    let (x, y) = (Tensor(real, [3, 1], dtype: .float64), Tensor(fake, [2, 1], dtype: .float64))
    #expect(abs(loss.critic(real: x, fake: y).item - critic) < 1e-14)
    #expect(abs(loss.generator(fake: y).item - generator) < 1e-14)
    for order in 1...2 {
      try gradcheck([x.value, y.value], order: order) { [loss.critic(real: $0[0], fake: $0[1])] }
      try gradcheck([y.value], order: order) { [loss.generator(fake: $0[0])] }
    }
  }

  @Test func aBatchMayBeSymbolic() throws {
    let trace = Trace(name: "loss", symbols: ["batch"])
    let logits = try trace.input("logits", TensorType(.float32, [-1, 3]))
    let (classes, chances) = (
      try trace.input("classes", TensorType(.int64, [-1])), try trace.input("chances", TensorType(.float32, [-1, 3]))
    )
    let weights = Tensor([1, 2, 3])
    let losses = [
      Loss.crossEntropy(logits, classes, weights: weights, labelSmoothing: 0.1), Loss.crossEntropy(logits, chances),
      Loss.mse(logits, chances), Loss.l1(logits, chances), Loss.huber(logits, chances), Loss.bce(chances, chances),
      Loss.bceWithLogits(logits, chances), Loss.hinge(logits, chances),
    ]
    for loss in losses {
      #expect(loss.shape == [])
      try trace.output(loss)
    }
    try trace.graph.verify()
  }
}
