import GraphIR
import TestSupport

extension SplitMix64 {
  /// Pooling of one to three dimensions, with NaN, infinities and equal elements.
  mutating func pooling(_ op: Op, _ dtype: DataType) -> Call {
    let rank = pick([1, 2, 2, 3])
    let batch = chance(0.05) ? 0 : pick([1, 2, 3])
    let extents = (0..<rank).map { _ in pick(rank == 3 ? [1, 3, 5] : [1, 2, 5, 8, 19]) }
    let shape: Shape = Shape([batch, pick([1, 3])] + extents)
    // Equal elements are common among multiples of 1/2.
    let numbers = value(dtype, shape, special: op != .globalAveragePool).doubles.map {
      chance(0.5) ? ($0 * 2).rounded() / 2 : $0
    }
    let x =
      dtype == .float64 ? TensorValue(numbers, shape: shape) : TensorValue(numbers.map { Float($0) }, shape: shape)
    guard op == .maxPool || op == .averagePool else { return Call(op: op, inputs: [x]) }
    let kernel = (0..<rank).map { _ in pick([1, 2, 3, 4]) }
    var attributes: Attributes = [
      "kernel_shape": .ints(kernel), "strides": .ints((0..<rank).map { _ in pick([1, 2, 3]) }),
      "ceil_mode": .int(chance(0.5) ? 1 : 0),
    ]
    if chance(0.3) {
      attributes["auto_pad"] = .string(pick(["SAME_UPPER", "SAME_LOWER", "VALID"]))
    } else {
      attributes["pads"] = .ints((0..<2 * rank).map { Int.random(in: 0..<kernel[$0 % rank], using: &self) })
      attributes["dilations"] = .ints((0..<rank).map { _ in pick([1, 1, 2]) })
    }
    if op == .maxPool { attributes["storage_order"] = .int(chance(0.3) ? 1 : 0) }
    if op == .averagePool { attributes["count_include_pad"] = .int(chance(0.5) ? 1 : 0) }
    let call = Call(op: op, inputs: [x], attributes: attributes, outputCount: op == .maxPool && chance(0.5) ? 2 : 1)
    // Not every window fits every image.
    return (try? call.context()) == nil ? pooling(op, dtype) : call
  }
}
