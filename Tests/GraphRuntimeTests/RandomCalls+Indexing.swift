import GraphIR
import TestSupport

extension SplitMix64 {
  /// Calls of operators that read or write at indices, with some duplicates.
  mutating func indexing(_ op: Op, _ dtype: DataType) -> Call {
    let reductions = ScatterReduction.allCases.map { AttributeValue.string($0.rawValue) }
    var data = shape(rank: 1...4)
    let isSeparate = op == .gatherElements || op == .scatterElements
    let axis = Int.random(in: 0..<data.rank, using: &self)
    if isSeparate || op == .gather {
      var indices = isSeparate ? data : shape(rank: 0...2)
      if isSeparate {
        let isNarrow = chance(0.3)
        indices.dimensions = indices.enumerated().map { place, extent in
          place == axis ? pick([0, 1, 4, 9]) : isNarrow ? Int.random(in: 0...extent, using: &self) : extent
        }
      }
      data.dimensions[axis] = Swift.max(data[axis], 1)
      var inputs = [value(dtype, data), numbers(indices, [data[axis]])]
      if op == .scatterElements { inputs.append(value(dtype, indices, special: false)) }
      var attributes: Attributes = ["axis": .int(chance(0.5) ? axis : axis - data.rank)]
      if op == .scatterElements { attributes["reduction"] = pick(reductions) }
      return Call(op: op, inputs: inputs, attributes: attributes)
    }
    let batch = op == .gatherND && chance(0.5) ? Int.random(in: 0..<data.rank, using: &self) : 0
    let depth = Int.random(in: 1...(data.rank - batch), using: &self)
    data.dimensions = data.enumerated().map { $0 >= batch && $0 < batch + depth ? Swift.max($1, 1) : $1 }
    let rows = Array(data.prefix(batch)) + (chance(0.2) ? [] : [pick([0, 1, 6, 40])])
    var inputs = [value(dtype, data), numbers(Shape(rows + [depth]), data[batch..<(batch + depth)].map { $0 })]
    if op == .gatherND { return Call(op: op, inputs: inputs, attributes: ["batch_dims": .int(batch)]) }
    inputs.append(value(dtype, Shape(rows + data.dropFirst(depth)), special: false))
    return Call(op: op, inputs: inputs, attributes: ["reduction": pick(reductions)])
  }

  /// Cyclic indices for axes of these extents, from either end.
  private mutating func numbers(_ shape: Shape, _ extents: [Int]) -> TensorValue {
    let numbers = (0..<shape.elementCount).map { place in
      let extent = extents[place % extents.count]
      return Int64(Int.random(in: -extent..<extent, using: &self))
    }
    return TensorValue(numbers, shape: shape)
  }
}
