import GraphIR

/// The concatenated gradients of the parts; zeros for an unused part.
func splitDerivative(_ call: TapedCall) -> Tensor {
  let parts = zip(call.gradOutputs, call.node.outputTypes).map { $0 ?? .zeros($1.shape, dtype: $1.dtype) }
  return concatenated(parts, axis: call.attributes.int("axis") ?? 0)
}

/// Moves blocks back to their sources.
func depthToSpaceDerivative(_ call: TapedCall, _ g: Tensor) -> Tensor {
  guard let block = call.attributes.int("blocksize") else { preconditionFailure("blocksize was not checked") }
  guard call.attributes.string("mode") == "CRD" else {
    return Tensor.call(.spaceToDepth, [g], ["blocksize": .int(block)])
  }
  let shape = call.shape(0)
  let apart = g.reshaped(to: [shape[0], shape[1] / block / block, shape[2], block, shape[3], block])
  return apart.transposed(axes: [0, 1, 3, 5, 2, 4]).reshaped(to: shape)
}

/// The diagonal input of a Trilu, if it has one.
func triluDiagonal(_ call: TapedCall) throws -> [Tensor] {
  call.node.inputs.count > 1 && call.node.inputs[1] != nil ? [try call.input(1)] : []
}

/// The sum over the repetitions.
func tileDerivative(_ call: TapedCall, _ g: Tensor) throws -> Tensor {
  let (shape, repeats) = (call.shape(0), try call.integers(1) ?? [])
  let apart = g.reshaped(to: Shape(zip(repeats, shape).flatMap { [$0, $1] }))
  return apart.sum(shape.indices.map { 2 * $0 })
}
