import GraphIR

/// A - B · trunc(A / B), whose quotient is constant almost everywhere.
func modDerivatives(_ call: TapedCall, _ g: Tensor) -> [Derivative?] {
  [
    { g.summed(to: call.shape(0)) },
    {
      // Rounded, because A / B itself may be rounded up to an integer that the remainder does not stand for.
      let quotient = ((try call.input(0) - call.output()) / (try call.input(1))).round()
      return -(g * quotient).summed(to: call.shape(1))
    },
  ]
}

/// min(max(x, `min`), `max`). An element on a bound shares its gradient with it, or gets none if the bound is a constant.
///
/// Source: PyTorch, whose `clamp` does the first with tensors for bounds and the second with numbers.
func clipDerivatives(_ call: TapedCall, _ g: Tensor) -> [Derivative?] {
  func bound(_ index: Int) throws -> Tensor? {
    guard index < call.node.inputs.count, call.node.inputs[index] != nil else { return nil }
    return try call.input(index)
  }
  /// How much of the gradient is not the bound's.
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
