import GraphIR

/// A - B · trunc(A / B), whose quotient is constant almost everywhere.
func modDerivatives(_ call: TapedCall, _ g: Tensor) -> [Derivative?] {
  [
    { g.summed(to: call.shape(0)) },
    {
      // Computed from the remainder: A / B itself may be rounded up to an integer that does not match the remainder.
      let quotient = ((try call.input(0) - call.output()) / (try call.input(1))).round()
      return -(g * quotient).summed(to: call.shape(1))
    },
  ]
}

/// min(max(x, `min`), `max`). An element on a bound shares its gradient with it, or gets none if the bound is a
/// constant.
///
/// Source: PyTorch. Its `clamp` does the first for tensor bounds and the second for number bounds.
func clipDerivatives(_ call: TapedCall, _ g: Tensor) -> [Derivative?] {
  func bound(_ index: Int) throws -> Tensor? {
    guard index < call.node.inputs.count, call.node.inputs[index] != nil else { return nil }
    return try call.input(index)
  }
  /// The share of the gradient that the bound does not get.
  func share(of value: Tensor, _ bound: Tensor, _ isBeyond: Tensor) -> Tensor {
    let atBound = g.scalar(bound.requiresGrad ? 0.5 : 0)
    return isBeyond.select(g.scalar(0), (value .== bound).select(atBound, g.scalar(1)))
  }
  func raised() throws -> Tensor { try bound(1).map { try call.input(0).maximum($0) } ?? call.input(0) }
  func aboveMin() throws -> Tensor? {
    try bound(1).map { try share(of: call.input(0), $0, call.input(0) .< $0) }
  }
  func belowMax() throws -> Tensor? { try bound(2).map { try share(of: raised(), $0, raised() .> $0) } }
  return [
    { try [aboveMin(), belowMax()].compactMap { $0 }.reduce(g, *) },
    { try aboveMin().map { (try [belowMax()].compactMap { $0 }.reduce(g, *) * (1 - $0)).sum() } },
    { try belowMax().map { (g * (1 - $0)).sum() } },
  ]
}
