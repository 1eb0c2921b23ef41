import Autograd
import GraphIR
import TestSupport
import Testing

@Suite("Normalisation and dropout as methods")
struct NormalizationTests {
  private func draw(_ shape: Shape, seed: UInt64 = 1) -> Tensor {
    var data = SplitMix64(seed: seed)
    return Tensor(TensorValue((0..<shape.elementCount).map { _ in data.double(-2...2) }, shape: shape))
  }

  /// The definition, in other operators; `eps` is rounded to float32 as ONNX's attribute is.
  private func normalized(_ x: Tensor, _ axes: [Int], eps: Float) -> (values: Tensor, mean: Tensor, inverse: Tensor) {
    let mean = x.mean(axes, keepDims: true)
    let inverse = ((x - mean).squared().mean(axes, keepDims: true) + Double(eps)).sqrt().reciprocal()
    return ((x - mean) * inverse, mean, inverse)
  }

  private func expectEqual(_ found: Tensor, _ expected: Tensor) {
    #expect(mismatch(found.value, expected.value, relative: 1e-12, absolute: 1e-13) == nil)
  }

  @Test("they agree with their definitions")
  func values() {
    let (x, scale, shift) = (draw([2, 4, 3]), draw([4], seed: 2), draw([4], seed: 3))
    expectEqual(x.layerNorm(), normalized(x, [2], eps: 1e-5).values)
    let (weight, bias) = (draw([4, 3], seed: 4), draw([4, 3], seed: 5))
    expectEqual(
      x.layerNorm(axes: 2, weight: weight, bias: bias, eps: 0.5),
      normalized(x, [1, 2], eps: 0.5).values * weight + bias)
    expectEqual(x.rmsNorm(eps: 0.5), x * (x.squared().mean([2], keepDims: true) + 0.5).sqrt().reciprocal())
    let columns = (scale: scale.reshaped([4, 1]), shift: shift.reshaped([4, 1]))
    expectEqual(
      x.instanceNorm(weight: scale, bias: shift),
      normalized(x, [2], eps: 1e-5).values * columns.scale + columns.shift)
    let groups = normalized(x.reshaped([2, 2, 6]), [2], eps: 1e-5).values.reshaped([2, 4, 3])
    expectEqual(x.groupNorm(2, weight: scale, bias: shift), groups * columns.scale + columns.shift)
    expectEqual(x.groupNorm(4), x.instanceNorm())
  }

  /// Mean and InvStdDev are float32 even for float64, so finite differences do not apply.
  @Test("the statistics of layer normalisation have derivatives, of order 1 and 2")
  func statistics() throws {
    let value = draw([2, 5]).value
    func derivatives(_ outputs: (Tensor) throws -> [Tensor]) throws -> [Tensor] {
      let x = Tensor(value, requiresGrad: true)
      let weights = [draw([2, 1], seed: 6), draw([2, 1], seed: 7)]
      let terms = zip(try outputs(x), weights).map { ($0.cast(to: .float64) * $1).sum() }
      let first = try grad((terms[0] + terms[1]).squared(), x, createGraph: true)
      return [first, try grad((first * draw([2, 5], seed: 8)).sum(), x)]
    }
    let found = try derivatives { x in
      Array(try apply(.layerNormalization, [x, Tensor(1, dtype: .float64)], outputCount: 3).dropFirst())
    }
    let expected = try derivatives { x in
      let (_, mean, inverse) = normalized(x, [1], eps: 1e-5)
      return [mean, inverse]
    }
    for (found, expected) in zip(found, expected) {
      #expect(mismatch(found.value, expected.value, relative: 1e-5, absolute: 1e-5) == nil)
    }
  }

  @Test("dropout's derivative has its mask, at every order, and in a trace")
  func dropout() throws {
    let x = Tensor(draw([40]).value, requiresGrad: true)
    let mask =
      try apply(
        .dropout, [x, Tensor(0.25, dtype: .float64), Tensor(TensorValue(scalar: true))], ["seed": .int(3)],
        outputCount: 2
      )[1].cast(to: .float64) * (1 / 0.75)
    let y = x.dropout(0.25, seed: 3)
    #expect(mismatch(y.value, (x * mask).value, relative: 1e-15) == nil)
    let first = try grad((y * y * y).sum(), x, createGraph: true)
    #expect(mismatch(first.value, (3 * y * y * mask).value, relative: 1e-14) == nil)
    let second = try grad(first.sum(), x, createGraph: true)
    #expect(mismatch(second.value, (6 * y * mask * mask).value, relative: 1e-14) == nil)
    #expect(mismatch(try grad(second.sum(), x).value, (6 * mask * mask * mask).value, relative: 1e-14) == nil)
    let trace = Trace(name: "g")
    let symbol = try trace.input("x", x.type).detached(requiresGrad: true)
    let traced = symbol.dropout(0.25, seed: 3)
    try trace.output(try grad((traced * traced * traced).sum(), symbol))
    #expect(try trace.graph([x.detached()], parameters: [:]).outputs[0].value == first.value)
  }
}
