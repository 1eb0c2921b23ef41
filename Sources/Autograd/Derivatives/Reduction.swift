import GraphIR

func reducedAxes(_ call: TapedCall) throws -> [Int] {
  let rank = call.shape(0).rank
  if let axes = try call.integers(1), !axes.isEmpty { return axes.map { $0 < 0 ? $0 + rank : $0 } }
  return call.attributes.flag("noop_with_empty_axes") ? [] : Array(0..<rank)
}

/// The shape of a reduction with the reduced axes kept as 1.
func keptShape(_ call: TapedCall) throws -> Shape {
  let axes = Set(try reducedAxes(call))
  return Shape(call.shape(0).enumerated().map { axes.contains($0.offset) ? 1 : $0.element })
}

/// Equal maxima, or minima, share the gradient evenly.
func extremalDerivatives(_ call: TapedCall, _ g: Tensor) -> [Derivative?] {
  [
    {
      let kept = try keptShape(call)
      let isExtremal = (try call.input(0) .== call.output().reshaped(to: kept)).cast(to: g.dtype)
      return isExtremal * (g.reshaped(to: kept) / isExtremal.sum(try reducedAxes(call), keepDims: true))
    }, nil,
  ]
}
