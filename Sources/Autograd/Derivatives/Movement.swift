import GraphIR

func concatDerivatives(_ call: TapedCall, _ g: Tensor) -> [Derivative?] {
  let axis = g.shape.normalized(axis: call.attributes.int("axis") ?? 0) ?? 0
  var start = 0
  return call.node.inputs.indices.map { index in
    let (from, to) = (start, start + call.shape(index)[axis])
    start = to
    return { g.sliced(axis: axis, from: from, to: to) }
  }
}

/// The gradient at the elements of the slice: reversed for a negative step, spread by the step, and padded.
func sliceDerivative(_ call: TapedCall, _ g: Tensor) throws -> Tensor {
  let shape = call.shape(0)
  let slices = try SliceRange.ranges(
    of: shape, starts: call.integers(1) ?? [], ends: call.integers(2) ?? [], axes: call.integers(3),
    steps: call.integers(4)
  ) { GraphError(.shape, $0) }
  var spread = g
  for (axis, slice) in slices.enumerated() where slice.step != 1 {
    if slice.step < 0 { spread = spread.sliced(axis: axis, from: -1, to: .min, step: -1) }
    guard slice.count > 1 else { continue }
    let gap = abs(slice.step) - 1
    let extents = spread.shape.dimensions
    let rank = extents.count
    var after = [Int](repeating: 0, count: rank + 1)
    after[axis + 1] = gap
    spread = spread.reshaped(to: Shape(extents[...axis] + [1] + extents[(axis + 1)...]))
      .padded(before: [Int](repeating: 0, count: rank + 1), after: after)
      .reshaped(to: Shape(extents[..<axis] + [extents[axis] * (gap + 1)] + extents[(axis + 1)...]))
  }
  let first = slices.map { $0.count == 0 ? 0 : $0.step > 0 ? $0.start : $0.start + ($0.count - 1) * $0.step }
  return spread.padded(before: first, after: shape.indices.map { shape[$0] - first[$0] - spread.shape[$0] })
}

func padDerivatives(_ call: TapedCall, _ g: Tensor) -> [Derivative?] {
  func padding() throws -> Padding {
    Padding(of: call.shape(0), pads: try call.integers(1) ?? [], axes: try call.integers(3))
  }
  func interior() throws -> Tensor {
    let padding = try padding()
    return g.padded(before: padding.before.map { -$0 }, after: padding.after.map { -$0 })
  }
  if let mode = PadMode(rawValue: call.attributes.string("mode") ?? ""), mode != .constant {
    // Every element gets the gradients of all its copies.
    func collected() throws -> Tensor {
      let (shape, padding) = (call.shape(0), try padding())
      guard !g.shape.contains(0) else { return .zeros(shape, dtype: g.dtype) }
      return padding.axes.reduce(g) { gradient, axis in
        let sources = mode.sources(of: shape[axis], before: padding.before[axis], after: padding.after[axis])
        var target = gradient.shape
        target.dimensions[axis] = shape[axis]
        return gatherAdjoint(gradient, Tensor(TensorValue(integers: sources)), axis: axis, to: target)
      }
    }
    return [collected, nil, nil, nil]
  }
  return [{ try interior() }, nil, { (g.sum() - (try interior()).sum()).reshaped(to: call.shape(2)) }, nil]
}

func inverse(_ order: [Int]?, rank: Int) -> [Int] {
  guard let order else { return Array((0..<rank).reversed()) }
  var inverse = order
  for (position, axis) in order.enumerated() { inverse[axis] = position }
  return inverse
}
