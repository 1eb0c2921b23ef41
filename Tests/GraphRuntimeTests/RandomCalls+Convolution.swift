import GraphIR
import TestSupport

extension SplitMix64 {
  /// Convolutions of one and two dimensions: empty batches, one or several groups, windows that leave a remainder.
  mutating func convolution(_ op: Op, _ dtype: DataType) -> Call {
    let rank = pick([1, 2, 2])
    let groups = pick([1, 1, 2, 3])
    let (channels, rows) = (groups * pick([1, 2, 5]), groups * pick([1, 3, 8]))
    let batch = chance(0.05) ? 0 : pick([1, 2, 3])
    func each(_ generator: inout Self, _ numbers: [Int]) -> [Int] { (0..<rank).map { _ in generator.pick(numbers) } }
    let (kernel, strides, dilations) = (each(&self, [1, 2, 3, 5]), each(&self, [1, 2, 3]), each(&self, [1, 1, 2]))
    let (before, after) = (each(&self, [0, 1, 2]), each(&self, [0, 1, 2]))
    let output = each(&self, [1, 2, 4, 7])
    // The input size for this output size, or slightly more.
    let rest = strides.map { Int.random(in: 0..<$0, using: &self) }
    let input = (0..<rank).map { axis -> Int in
      let span = (kernel[axis] - 1) * dilations[axis] + 1
      return (output[axis] - 1) * strides[axis] + span + rest[axis] - before[axis] - after[axis]
    }
    guard input.allSatisfy({ $0 > 0 }) else { return convolution(op, dtype) }
    let x: Shape = Shape([batch, channels] + input)
    let w: Shape = Shape([rows, channels / groups] + kernel)
    let y: Shape = Shape([batch, rows] + output)
    var attributes: Attributes = [
      "strides": .ints(strides), "dilations": .ints(dilations), "pads": .ints(before + after), "group": .int(groups),
    ]
    let shapes: [Shape]
    switch op {
    case .conv: shapes = chance(0.5) ? [x, w] : [x, w, [rows]]
    case .convTranspose:
      attributes["output_padding"] = .ints(rest)
      shapes = chance(0.5) ? [y, w] : [y, w, [channels]]
    default:
      attributes["kernel_shape"] = .ints(kernel)
      shapes = [x, y]
    }
    return Call(op: op, inputs: shapes.map { value(dtype, $0, special: false) }, attributes: attributes)
  }
}
