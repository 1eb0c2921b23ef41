import GraphIR
import TestSupport

extension SplitMix64 {
  mutating func topK(_ dtype: DataType) -> Call {
    let shape = shape(rank: 1...4)
    let axis = Int.random(in: 0..<shape.rank, using: &self)
    let k = pick([0, 1, min(3, shape[axis]), shape[axis], Int.random(in: 0...shape[axis], using: &self)])
    func flag(_ generator: inout Self) -> AttributeValue { .int(generator.chance(0.5) ? 1 : 0) }
    return Call(
      op: .topK, inputs: [value(dtype, shape), TensorValue(integers: [min(k, shape[axis])])],
      attributes: [
        "axis": .int(chance(0.5) ? axis : axis - shape.rank), "largest": flag(&self), "sorted": flag(&self),
      ],
      outputCount: 2)
  }
}
