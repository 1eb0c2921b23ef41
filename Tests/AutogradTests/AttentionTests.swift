import Autograd
import Foundation
import GraphIR
import TestSupport
import Testing

@Suite("Attention")
struct AttentionTests {
  private func draw(_ shape: Shape, seed: UInt64) -> TensorValue {
    var data = SplitMix64(seed: seed)
    return TensorValue((0..<shape.elementCount).map { _ in data.double(-2...2) }, shape: shape)
  }

  /// One pair of matrices, computed by hand.
  private func expected(
    _ q: [Double], _ k: [Double], _ v: [Double], _ l: Int, _ s: Int, _ d: Int, _ e: Int,
    isSeen: (Int, Int) -> Bool
  ) -> [Double] {
    (0..<l).flatMap { row -> [Double] in
      let weights = (0..<s).map { column -> Double in
        guard isSeen(row, column) else { return 0 }
        return exp((0..<d).reduce(0) { $0 + q[row * d + $1] * k[column * d + $1] } / Double(d).squareRoot())
      }
      let total = weights.reduce(0, +)
      return (0..<e).map { index in (0..<s).reduce(0) { $0 + weights[$1] / total * v[$1 * e + index] } }
    }
  }

  @Test("weights are the softmax of the scaled products where the mask permits", arguments: [0, 1, 2])
  func values(mask: Int) throws {
    let (l, s, d, e) = (3, 4, 2, 5)
    let (q, k, v) = (draw([l, d], seed: 1), draw([s, d], seed: 2), draw([s, e], seed: 3))
    func isSeen(_ row: Int, _ column: Int) -> Bool { mask == 0 || column <= row }
    let seen = (0..<l).flatMap { row in (0..<s).map { isSeen(row, $0) } }
    let masks = [
      nil, Tensor(TensorValue(seen, shape: [l, s])), Tensor(TensorValue(seen.map { $0 ? 0 : -1e9 }, shape: [l, s])),
    ]
    let found = scaledDotProductAttention(Tensor(q), Tensor(k), Tensor(v), mask: masks[mask])
    let wanted = expected(q.doubles, k.doubles, v.doubles, l, s, d, e, isSeen: isSeen)
    #expect(found.shape == [l, e])
    #expect(mismatch(found.value.doubles, wanted, relative: 1e-12, absolute: 1e-14) == nil)
  }

  @Test("large scores do not overflow")
  func large() {
    let q = Tensor(TensorValue([1e3, -1e3], shape: [2, 1]))
    let found = scaledDotProductAttention(q, q, Tensor(TensorValue([1.0, 2], shape: [2, 1])))
    #expect(found.value.doubles == [1, 2])
  }

  @Test("derivatives of orders 1 to 3, with a mask and without", arguments: 1...3, [false, true])
  func derivatives(order: Int, isMasked: Bool) throws {
    let mask = Tensor(TensorValue([true, false, true, true], shape: [2, 2]))
    try gradcheck([draw([2, 2], seed: 4), draw([2, 2], seed: 5), draw([2, 1], seed: 6)], order: order) {
      [scaledDotProductAttention($0[0], $0[1], $0[2], mask: isMasked ? mask : nil)]
    }
  }

  @Test("an input that stops gradients gets none, in a stored graph too")
  func stopped() throws {
    let trace = Trace(name: "g")
    let symbol = try trace.input("x", TensorType(.float64, [2])).detached(requiresGrad: true)
    try trace.output(symbol * symbol.stoppingGradient())
    let x = Tensor(TensorValue([2.0, 3]), requiresGrad: true)
    let y = try trace.graph([x], parameters: [:]).outputs[0]
    #expect(y.value.doubles == [4, 9])
    #expect(try grad(y.sum(), x).value.doubles == [2, 3])
  }
}
