import Autograd
import GraphIR
import TestSupport
import Testing

@Suite("norm and the gradient penalty, at zero and elsewhere")
struct NormTests {
  @Test("value and gradient away from zero: x / ‖x‖")
  func value() throws {
    let x = variable([3, 4, 0, -5, 12, 0], [2, 3])
    let norms = x.norm(axis: 1)
    #expect(norms.value == TensorValue([5.0, 13]))
    #expect(x.norm(axis: 1, keepDims: true).shape == [2, 1])
    #expect(mismatch(x.norm().value.doubles, [(25.0 + 169).squareRoot()], relative: 1e-15) == nil)
    let expected = [3.0 / 5, 4.0 / 5, 0, -5.0 / 13, 12.0 / 13, 0]
    #expect(mismatch(try grad(norms.sum(), x).value.doubles, expected, relative: 1e-15) == nil)
  }

  /// The Euclidean norm in the usual forms.
  struct Spelling: CustomStringConvertible, Sendable {
    let description: String
    let norm: @Sendable (Tensor) -> Tensor
  }

  static let spellings = [
    Spelling(description: "norm()") { $0.norm() },
    Spelling(description: "norm(axis: 1)") { $0.norm(axis: 1).sum() },
    Spelling(description: "(x * x).sum().sqrt()") { ($0 * $0).sum().sqrt() },
    Spelling(description: "squared().sum().sqrt()") { $0.squared().sum().sqrt() },
    Spelling(description: "pow(2).sum().sqrt()") { $0.pow(2).sum().sqrt() },
    Spelling(description: "pow(2).sum().pow(0.5)") { $0.pow(2).sum().pow(0.5) },
    Spelling(description: "(x * x).sum([1]).pow(0.5)") { ($0 * $0).sum([1]).pow(0.5).sum() },
    Spelling(description: "matmul(x, xᵀ).sqrt()") { $0.matmul($0.transposed()).sqrt().sum() },
    Spelling(description: "abs().pow(2).sum().sqrt()") { $0.abs().pow(2).sum().sqrt() },
    Spelling(description: "squared().mean().sqrt()") { $0.squared().mean().sqrt() * 3.0.squareRoot() },
  ]

  @Test("at zero, derivatives of orders 1 to 4 are 0, also those of a penalty", arguments: spellings)
  func zero(spelling: Spelling) throws {
    let x = variable([0, 0, 0], [1, 3])
    for function in [spelling.norm, { (spelling.norm($0) - 1).squared() }, { spelling.norm($0 * 2) * $0.exp().sum() }] {
      var y = function(x)
      for order in 1...4 {
        y = try grad(y.sum(), x, createGraph: true)
        #expect(y.value.doubles == [0, 0, 0], "order \(order)")
        // A constant keeps the next order from vanishing for an unrelated reason.
        y = y * constant([1, 2, 3], [1, 3])
      }
    }
  }

  @Test(
    "away from zero, every spelling has the same derivatives of orders 1 to 3, as finite differences do",
    arguments: spellings)
  func spelling(spelling: Spelling) throws {
    func derivatives(_ norm: (Tensor) -> Tensor) throws -> [Double] {
      let x = variable([0.6, -1.1, 0.4], [1, 3])
      var (y, found) = (norm(x), [Double]())
      for _ in 1...3 {
        y = try grad(y.sum(), x, createGraph: true)
        found += y.value.doubles
        y = y * constant([1, 2, 3], [1, 3])
      }
      return found
    }
    #expect(mismatch(try derivatives(spelling.norm), try derivatives { $0.norm() }, relative: 1e-12) == nil)
    for order in 1...3 {
      try gradcheck([TensorValue([0.6, -1.1, 0.4], shape: [1, 3])], order: order) { [spelling.norm($0[0])] }
    }
  }

  @Test("√ and x^½ at zero: 0 at every order; elsewhere 1 / (2√x) to the bit")
  func root() throws {
    let x = variable([0, 4, 2, 1e-300, .infinity, .nan])
    let first = try grad(x.sqrt().sum(), x).value.doubles
    #expect(first[0] == 0 && first[4] == 0 && first[5].isNaN)
    for (index, number) in [4, 2, 1e-300].enumerated() { #expect(first[index + 1] == 1 / (2 * number.squareRoot())) }
    for function in [{ $0.sqrt() }, { $0.pow(0.5) }, { $0.pow(0.25) }, { $0.pow(1.5) }] as [(Tensor) -> Tensor] {
      let x = variable([0])
      var y = function(x)
      for order in 1...4 {
        y = try grad(y.sum(), x, createGraph: true)
        #expect(y.item == 0, "order \(order)")
      }
    }
    // A pole stays a pole.
    let pole = variable([0])
    #expect(try grad(pole.pow(-1).sum(), pole).item == -.infinity)
  }

  @Test("a row at zero does not disturb the others")
  func rows() throws {
    let x = variable([0, 0, 3, 4], [2, 2])
    let first = try grad(x.norm(axis: 1).sum(), x, createGraph: true)
    #expect(mismatch(first.value.doubles, [0, 0, 0.6, 0.8], relative: 1e-15) == nil)
    // The Hessian of ‖x‖ is (I - x xᵀ/‖x‖²) / ‖x‖; applied to (1, 0).
    let second = try grad((first * constant([1, 0])).sum(), x)
    #expect(mismatch(second.value.doubles, [0, 0, 16.0 / 125, -12.0 / 125], relative: 1e-14) == nil)
  }

  @Test("order 1, 2 and 3 against finite differences, away from zero", arguments: 1...3)
  func differences(order: Int) throws {
    try gradcheck([TensorValue([0.7, -1.1, 0.4, 1.3, 0.2, -0.6], shape: [2, 3])], order: order) {
      [$0[0].norm(axis: 1)]
    }
  }

  @Test("NaN and infinity pass through unchanged")
  func notFinite() {
    #expect(constant([1, .nan]).norm().item.isNaN)
    #expect(constant([0, .nan]).norm().item.isNaN)
    #expect(constant([1, -.infinity]).norm().item == .infinity)
  }

  @Test("a penalty on a gradient that vanishes is finite, and so is its derivative")
  func penaltyAtZero() throws {
    // A critic whose hidden units are all inactive: its gradient with respect to x is exactly zero.
    let w1 = Tensor(TensorValue([Float](repeating: -1, count: 6), shape: [3, 2]), requiresGrad: true)
    let w2 = Tensor(TensorValue([Float(1), 1], shape: [2, 1]), requiresGrad: true)
    let x = Tensor(TensorValue([Float](repeating: 1, count: 12), shape: [4, 3]), requiresGrad: true)
    let y = x.matmul(w1).relu().matmul(w2)
    let gradient = try grad(y, x, gradOutputs: .ones(like: y), createGraph: true)
    #expect(gradient.value.doubles.allSatisfy { $0 == 0 })
    let penalty = (gradient.norm(axis: 1) - 1).squared().mean()
    #expect(penalty.item == 1)
    for gradient in try grad([penalty], [w1, w2], materializeGrads: true) {
      #expect(gradient?.value.doubles.allSatisfy { $0 == 0 } == true)
    }
  }
}
