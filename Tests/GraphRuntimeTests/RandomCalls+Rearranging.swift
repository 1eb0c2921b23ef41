import GraphIR
import TestSupport

extension SplitMix64 {
  /// Classes as one-hot vectors, some of them out of range.
  mutating func classes(_ dtype: DataType) -> Call {
    let indices = value(dtype, shape(rank: 1...3), special: false)
    return Call(
      op: .oneHot,
      inputs: [indices, TensorValue(scalar: pick([Int64(1), 3, 7])), value(pick(DataType.allCases), [2])],
      attributes: ["axis": .int(Int.random(in: (-1 - indices.shape.rank)...indices.shape.rank, using: &self))])
  }

  /// Calls of operators that rearrange blocks, cut triangles, and create tensors of a given pattern.
  mutating func rearranging(_ op: Op, _ dtype: DataType) -> Call {
    let block = pick([1, 2, 3])
    switch op {
    case .depthToSpace, .spaceToDepth:
      let (n, c, h, w) = (pick([1, 2, 0]), pick([1, 3]), pick([1, 2, 5]), pick([1, 4, 7]))
      let isSpace = op == .spaceToDepth
      let shape: Shape = isSpace ? [n, c, h * block, w * block] : [n, c * block * block, h, w]
      let mode: Attributes = isSpace ? [:] : ["mode": .string(pick(["DCR", "CRD"]))]
      var attributes = mode
      attributes["blocksize"] = .int(block)
      return Call(op: op, inputs: [value(dtype, shape)], attributes: attributes)
    case .trilu:
      let k = TensorValue(scalar: Int64.random(in: -4...4, using: &self))
      return Call(
        op: op, inputs: [value(dtype, shape(rank: 2...4)), chance(0.5) ? k : nil],
        attributes: ["upper": .int(chance(0.5) ? 1 : 0)])
    case .eyeLike:
      return Call(
        op: op, inputs: [value(dtype, shape(rank: 2...2))],
        attributes: ["k": .int(Int.random(in: -2...2, using: &self))])
    case .constant: return Call(op: op, inputs: [], attributes: ["value": .tensor(value(dtype, shape()))])
    default:
      let filling = value(pick(DataType.allCases), [1])
      return Call(op: op, inputs: [TensorValue(integers: shape())], attributes: ["value": .tensor(filling)])
    }
  }

  /// Up to some dozens of numbers, ascending or descending.
  mutating func range(_ dtype: DataType) -> Call {
    let numbers = [pick([-3, 0, 5]), pick([-20, 0, 5, 30]), pick([-2.5, -1, 1, 3.25])]
    let scalar = TensorType(dtype, [])
    return Call(op: .range, inputs: numbers.map { TensorValue(repeating: $0, type: scalar) })
  }
}
