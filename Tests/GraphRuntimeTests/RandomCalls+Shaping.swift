import GraphIR
import TestSupport

extension SplitMix64 {
  /// Calls of operators that reshape, split or repeat elements.
  mutating func shaping(_ op: Op, _ dtype: DataType) -> Call {
    let data = value(dtype, shape(rank: op == .split ? 1...4 : 0...4))
    let shape = data.shape
    switch op {
    case .squeeze:
      let ones = shape.indices.filter { shape[$0] == 1 }.filter { _ in chance(0.7) }
      return Call(op: op, inputs: chance(0.3) ? [data] : [data, TensorValue(integers: ones)])
    case .unsqueeze:
      let axis = Int.random(in: 0...shape.rank, using: &self)
      return Call(op: op, inputs: [data, TensorValue(integers: chance(0.5) ? [axis] : [axis - shape.rank - 2, -1])])
    case .flatten:
      return Call(
        op: op, inputs: [data], attributes: ["axis": .int(Int.random(in: -shape.rank...shape.rank, using: &self))])
    case .split:
      let axis = Int.random(in: 0..<shape.rank, using: &self)
      let cuts = (0..<2).map { _ in Int.random(in: 0...shape[axis], using: &self) }.sorted()
      let sizes = TensorValue(integers: [cuts[0], cuts[1] - cuts[0], shape[axis] - cuts[1]])
      return Call(op: op, inputs: [data, sizes], attributes: ["axis": .int(axis)], outputCount: 3)
    case .tile:
      let repeats = shape.map { _ in shape.elementCount > 1000 ? pick([1, 1, 2]) : pick([1, 1, 2, 3, 0]) }
      return Call(op: op, inputs: [data, TensorValue(integers: repeats)])
    default: return Call(op: op, inputs: [data])
    }
  }
}
