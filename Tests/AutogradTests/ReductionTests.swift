import Autograd
import GraphIR
import TestSupport
import Testing

@Suite("Reductions and selections as methods")
struct ReductionTests {
  private let x = constant([3, -1, 2, 0.5, 4, -2], [2, 3])

  @Test("reductions over axes and over everything")
  func reductions() {
    #expect(x.amin([1]).value == TensorValue([-1.0, -2]))
    #expect(x.amin().item == -2)
    #expect(x.prod([1], keepDims: true).value == TensorValue([-6.0, -4], shape: [2, 1]))
    #expect(constant([1000, 1000]).logsumexp().item > 1000)
  }

  @Test("variances are unbiased by default")
  func variance() {
    let y = constant([1, 2, 3, 6])
    #expect(mismatch([y.var().item], [14.0 / 3], relative: 1e-15) == nil)
    #expect(y.var(correction: 0).item == 3.5)
    #expect(mismatch([y.std().item], [(14.0 / 3).squareRoot()], relative: 1e-15) == nil)
    #expect(x.var([0]).shape == [3])
    #expect(x.std([1], keepDims: true).shape == [2, 1])
  }

  @Test("along an axis")
  func alongAxis() {
    #expect(x.argmax(axis: 1).value == TensorValue([Int64(0), 1]))
    #expect(x.argmin(axis: 0, keepDims: true).value == TensorValue([Int64(1), 0, 1], shape: [1, 3]))
    #expect(x.cumsum(axis: 1).value == TensorValue([3.0, 2, 4, 0.5, 4.5, 2.5], shape: [2, 3]))
    #expect(mismatch(x.softmax(axis: 1).sum([1]).value.doubles, [1, 1], relative: 1e-15) == nil)
    #expect(
      mismatch(x.logSoftmax(axis: 0).exp().value.doubles, x.softmax(axis: 0).value.doubles, relative: 1e-14) == nil)
  }

  @Test("the first of equal extrema is chosen and gets the gradient")
  func extrema() throws {
    let ties = variable([1, 3, 3, -2, 0, -2], [2, 3])
    let (greatest, positions) = ties.max(axis: -1)
    #expect(greatest.value == TensorValue([3.0, 0]) && positions.value == TensorValue([Int64(1), 1]))
    #expect(try grad(greatest.sum(), ties).value == TensorValue([0.0, 1, 0, 0, 1, 0], shape: [2, 3]))
    let (smallest, places) = ties.min(axis: 1, keepDims: true)
    #expect(smallest.value == TensorValue([1.0, -2], shape: [2, 1]))
    #expect(places.value == TensorValue([Int64(0), 0], shape: [2, 1]))
    #expect(try grad(smallest.sum(), ties).value == TensorValue([1.0, 0, 0, 1, 0, 0], shape: [2, 3]))
  }

  @Test("a product of factors that are 0 has exact derivatives")
  func products() throws {
    let x = variable([0, 2, 0])
    let first = try grad(x.prod(), x, createGraph: true)
    #expect(first.value.doubles == [0, 0, 0])
    // ∂²(abc)/∂a∂c = b.
    #expect(try grad((first * constant([1, 0, 0])).sum(), x).value.doubles == [0, 0, 2])
  }

  @Test("the norm of the vocabulary has derivative 0 at 0, at orders 1 to 3")
  func norm() throws {
    let x = variable([0, 0])
    var y = try apply(.reduceL2, [x])[0]
    for order in 1...3 {
      y = try grad(y.sum(), x, createGraph: true)
      #expect(y.value.doubles == [0, 0], "order \(order)")
      y = y * constant([1, 2])
    }
  }
}
