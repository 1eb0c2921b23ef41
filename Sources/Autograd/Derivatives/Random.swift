import GraphIR

/// Dropout is its own derivative: it is linear in its data, and its draws depend on its seed only.
func dropoutDerivatives(_ call: TapedCall) -> [Derivative?] {
  // The second output, the mask, has no gradient.
  guard let g = call.gradOutputs[0] else { return [nil, nil, nil] }
  func optional(_ index: Int) throws -> Tensor? {
    index < call.node.inputs.count && call.node.inputs[index] != nil ? try call.input(index) : nil
  }
  return [
    { Tensor.call(.dropout, [g, try optional(1), try optional(2)], call.node.attributes) },
    {
      // A kept element is the data divided by 1 - ratio.
      guard let ratio = try optional(1), let isTraining = try optional(2) else { return nil }
      let slope = ((g * call.output()).sum() / (1 - ratio.cast(to: g.dtype))).cast(to: ratio.dtype)
      return isTraining.select(slope, slope.scalar(0))
    }, nil,
  ]
}
