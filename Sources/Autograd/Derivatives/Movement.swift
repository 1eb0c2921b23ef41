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

/// Puts the gradient back where the slice took its elements: turned round, spread by the step, and padded.
func sliceDerivative(_ call: TapedCall, _ g: Tensor) throws -> Tensor {
  let shape = call.shape(0)
  let slices = try SliceRange.ranges(
    of: shape, starts: call.integers(1) ?? [], ends: call.integers(2) ?? [], axes: call.integers(3),
    steps: call.integers(4)
  ) { GraphError(.shape, $0) }
  guard !g.shape.contains(0) else { return .zeros(shape, dtype: g.dtype) }
  var spread = g
  for (axis, slice) in slices.enumerated() where slice.step != 1 {
    if slice.step < 0 { spread = spread.sliced(axis: axis, from: -1, to: .min, step: -1) }
    guard slice.count > 1 else { continue }
    let gap = abs(slice.step) - 1
    let extents = spread.shape.dimensions
    let rank = extents.count
    var after = [Int](repeating: 0, count: rank + 1)
    after[axis + 1] = gap
    spread = spread.reshaped(extents[...axis] + [1] + extents[(axis + 1)...])
      .padded(before: [Int](repeating: 0, count: rank + 1), after: after)
      .reshaped(extents[..<axis] + [extents[axis] * (gap + 1)] + extents[(axis + 1)...])
  }
  let first = slices.map { $0.step > 0 || $0.count == 0 ? $0.start : $0.start + ($0.count - 1) * $0.step }
  return spread.padded(before: first, after: shape.indices.map { shape[$0] - first[$0] - spread.shape[$0] })
}

func padDerivatives(_ call: TapedCall, _ g: Tensor) -> [Derivative?] {
  func interior() throws -> Tensor {
    let shape = call.shape(0)
    let pads = try call.integers(1) ?? []
    let axes = try call.integers(3)?.map { shape.normalized(axis: $0) ?? 0 } ?? Array(shape.indices)
    var (before, after) = ([Int](repeating: 0, count: shape.rank), [Int](repeating: 0, count: shape.rank))
    for (index, axis) in axes.enumerated() {
      before[axis] = -pads[index]
      after[axis] = -pads[axes.count + index]
    }
    return g.padded(before: before, after: after)
  }
  return [{ try interior() }, nil, { (g.sum() - (try interior()).sum()).reshaped(to: call.shape(2)) }, nil]
}

func inverse(_ order: [Int]?, rank: Int) -> [Int] {
  guard let order else { return Array((0..<rank).reversed()) }
  var inverse = order
  for (position, axis) in order.enumerated() { inverse[axis] = position }
  return inverse
}
