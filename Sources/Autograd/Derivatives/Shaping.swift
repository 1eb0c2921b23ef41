import GraphIR

/// The parts' gradients, joined; zeros for a part that nothing reads.
func splitDerivative(_ call: TapedCall) -> Tensor {
  let parts = zip(call.gradOutputs, call.node.outputTypes).map { $0 ?? .zeros($1.shape, dtype: $1.dtype) }
  return .concat(parts, axis: call.attributes.int("axis") ?? 0)
}

/// The sum over the repetitions.
func tileDerivative(_ call: TapedCall, _ g: Tensor) throws -> Tensor {
  let (shape, repeats) = (call.shape(0), try call.integers(1) ?? [])
  let apart = g.reshaped(to: Shape(zip(repeats, shape).flatMap { [$0, $1] }))
  return apart.sum(shape.indices.map { 2 * $0 })
}
