import GraphIR

/// Dropout is linear in its data, and the draws are those of its seed: it is its own derivative.
func dropoutDerivatives(_ call: TapedCall) -> [Derivative?] {
  // The mask that follows has no gradient.
  guard let g = call.gradOutputs[0] else { return [nil, nil, nil] }
  func optional(_ index: Int) throws -> Tensor? {
    index < call.node.inputs.count && call.node.inputs[index] != nil ? try call.input(index) : nil
  }
  return [
    { Tensor.call(.dropout, [g, try optional(1), try optional(2)], call.node.attributes) },
    {
      // What stays is the data over 1 - ratio.
      guard let ratio = try optional(1), let isTraining = try optional(2) else { return nil }
      let slope = ((g * call.output()).sum() / (1 - ratio.cast(to: g.dtype))).cast(to: ratio.dtype)
      return isTraining.select(slope, slope.scalar(0))
    }, nil,
  ]
}
