import GraphIR
import TestSupport

/// Reductions other than sums, and selections along an axis.
extension SplitMix64 {
  mutating func functionReduction(_ op: Op, _ dtype: DataType) -> Call {
    let shape = shape(rank: 0...5)
    var data = value(dtype, shape, special: [.reduceMin, .reduceLogSumExp].contains(op), scale: 2)
    if dtype.isFloatingPoint, op == .reduceLogSum || op == .reduceProd {
      // The values have one sign and are near 1: sums are far from 0, and products in range.
      let numbers = data.doubles.map { op == .reduceLogSum ? Swift.abs($0) : 1 + 0.02 * $0 }
      data =
        dtype == .float64 ? TensorValue(numbers, shape: shape) : TensorValue(numbers.map { Float($0) }, shape: shape)
    }
    let axes = Array(shape.indices).filter { _ in chance(0.5) }.map { chance(0.5) ? $0 : $0 - shape.rank }
    return Call(
      op: op, inputs: [data, chance(0.2) ? nil : TensorValue(integers: axes)],
      attributes: ["keepdims": .int(chance(0.5) ? 1 : 0), "noop_with_empty_axes": .int(chance(0.5) ? 1 : 0)])
  }

  mutating func alongAxis(_ op: Op, _ dtype: DataType) -> Call {
    var shape = shape(rank: 1...4)
    let axis = Int.random(in: 0..<shape.rank, using: &self)
    // An empty set has no maximum.
    if shape[axis] == 0, [.argMax, .argMin, .hardmax].contains(op) { shape.dimensions[axis] = 1 }
    let data = value(dtype, shape, special: op != .cumSum)
    let counted = chance(0.5) ? axis : axis - shape.rank
    func flag(_ generator: inout Self) -> AttributeValue { .int(generator.chance(0.5) ? 1 : 0) }
    switch op {
    case .cumSum:
      let axes = TensorValue([Int64(counted)], shape: chance(0.5) ? [] : [1])
      return Call(
        op: op, inputs: [data, axes], attributes: ["exclusive": flag(&self), "reverse": flag(&self)])
    case .argMax, .argMin:
      return Call(
        op: op, inputs: [data],
        attributes: ["axis": .int(counted), "keepdims": flag(&self), "select_last_index": flag(&self)])
    default: return Call(op: op, inputs: [data], attributes: ["axis": .int(counted)])
    }
  }
}
