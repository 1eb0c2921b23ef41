import Autograd
import Foundation
import GraphIR
import TestSupport
import Testing

/// Derivatives of derivatives against closed forms.
@Suite("createGraph: derivatives of any order")
struct HigherOrderTests {
  /// A function and its derivatives of orders 1 to 4.
  struct Closed: CustomStringConvertible, Sendable {
    let description: String
    let function: @Sendable (Tensor) -> Tensor
    let derivatives: [@Sendable (Double) -> Double]
  }

  static let functions = [
    Closed(
      description: "x⁵", function: { $0 * $0 * $0 * $0 * $0 },
      derivatives: [{ 5 * pow($0, 4) }, { 20 * pow($0, 3) }, { 60 * pow($0, 2) }, { 120 * $0 }]),
    Closed(
      description: "pow(x, 5)", function: { $0.pow(5) },
      derivatives: [{ 5 * pow($0, 4) }, { 20 * pow($0, 3) }, { 60 * pow($0, 2) }, { 120 * $0 }]),
    Closed(
      description: "eˣ", function: { $0.exp() }, derivatives: [{ exp($0) }, { exp($0) }, { exp($0) }, { exp($0) }]),
    Closed(
      description: "ln x", function: { $0.log() },
      derivatives: [{ 1 / $0 }, { -1 / pow($0, 2) }, { 2 / pow($0, 3) }, { -6 / pow($0, 4) }]),
    Closed(
      description: "1/x", function: { $0.reciprocal() },
      derivatives: [{ -1 / pow($0, 2) }, { 2 / pow($0, 3) }, { -6 / pow($0, 4) }, { 24 / pow($0, 5) }]),
    Closed(
      description: "√x", function: { $0.sqrt() },
      derivatives: [
        { 0.5 * pow($0, -0.5) }, { -0.25 * pow($0, -1.5) }, { 0.375 * pow($0, -2.5) }, { -0.9375 * pow($0, -3.5) },
      ]),
    // With t = tanh x, whose derivative is 1 - t²: polynomials in t.
    Closed(
      description: "tanh x", function: { $0.tanh() },
      derivatives: [
        { 1 - pow(tanh($0), 2) }, { -2 * tanh($0) * (1 - pow(tanh($0), 2)) },
        { (1 - pow(tanh($0), 2)) * (6 * pow(tanh($0), 2) - 2) },
        { (1 - pow(tanh($0), 2)) * (16 * tanh($0) - 24 * pow(tanh($0), 3)) },
      ]),
  ]

  @Test("orders 1 to 4 of known functions", arguments: functions)
  func closedForms(closed: Closed) throws {
    let numbers = [0.3, 0.8, 1.7]
    let x = variable(numbers)
    var y = closed.function(x)
    for (index, derivative) in closed.derivatives.enumerated() {
      y = try grad(y.sum(), x, createGraph: true)
      let expected = numbers.map(derivative)
      #expect(mismatch(y.value.doubles, expected, relative: 1e-12) == nil, "order \(index + 1)")
    }
  }

  @Test("mixed partial derivatives: ∂⁴(x³y²)/∂x²∂y² = 12x")
  func mixed() throws {
    let (x, y) = (variable(1.5), variable(-0.5))
    var z = x * x * x * y * y
    for input in [x, y, x, y] { z = try grad(z, input, createGraph: true) }
    #expect(mismatch(z.value.doubles, [12 * 1.5], relative: 1e-14) == nil)
  }

  @Test("a derivative of the last order needs no graph of its own")
  func lastOrder() throws {
    let x = variable(2)
    let first = try grad(x * x * x, x, createGraph: true)
    #expect(first.requiresGrad)
    let second = try grad(first, x)
    #expect(second.item == 12 && !second.requiresGrad)
  }

  @Test("integer powers of 0 have finite derivatives of every order")
  func powersOfZero() throws {
    for (exponent, expected) in [(1.0, [1.0, 0, 0, 0, 0]), (2, [0, 2, 0, 0, 0]), (3, [0, 0, 6, 0, 0])] {
      let x = variable(0)
      var y = x.pow(exponent)
      for (index, value) in expected.enumerated() {
        y = try grad(y, x, createGraph: true)
        #expect(y.item == value, "order \(index + 1) of x^\(exponent)")
      }
    }
  }

  @Test("xʸ at y = 0: ∂²/∂x∂y is 1/x, and 0⁰ is finite")
  func zeroExponent() throws {
    let (x, y) = (variable([2, 0]), variable([0, 0]))
    let slope = try grad(x.pow(y).sum(), x, createGraph: true)
    #expect(slope.value.doubles == [0, 0])
    let mixed = try grad(slope.sum(), y, createGraph: true).value.doubles
    #expect(mixed[0] == 0.5)
    #expect(mixed[1].isFinite)
  }

  @Test("the gradient penalty's second derivative: ∂/∂w of (‖w·x‖ - 1)²")
  func penalty() throws {
    // y = Σ w·x² / 2, so ∂y/∂x = w·x, and with n = ‖w·x‖ the penalty's gradient is 2(n - 1)/n · w·x².
    let (x, w) = (variable([3, 4]), variable([1, 1]))
    let gradient = try grad((w * x * x * 0.5).sum(), x, createGraph: true)
    let penalty = (gradient.norm() - 1).squared()
    #expect(penalty.item == 16)
    #expect(mismatch(try grad(penalty, w).value.doubles, [1.6 * 9, 1.6 * 16], relative: 1e-14) == nil)
  }
}
