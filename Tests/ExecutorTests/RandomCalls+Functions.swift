import GraphIR
import TestSupport

/// Random calls of the elementwise operators that have attributes or optional inputs.
extension SplitMix64 {
  mutating func bounded(_ op: Op, _ dtype: DataType) -> Call {
    func flag(_ generator: inout Self) -> AttributeValue { .int(generator.chance(0.5) ? 1 : 0) }
    switch op {
    case .clip:
      let bounds = (0..<2).map { _ in chance(0.3) ? nil : value(dtype, []) }
      return Call(op: op, inputs: [value(dtype, shape())] + bounds)
    case .isInf:
      return Call(
        op: op, inputs: [value(dtype, shape())],
        attributes: ["detect_positive": flag(&self), "detect_negative": flag(&self)])
    default:
      let wide = shape()
      return Call(
        op: op, inputs: [value(dtype, narrowed(wide)), value(dtype, narrowed(wide))],
        attributes: ["fmod": dtype.isFloatingPoint ? .int(1) : flag(&self)])
    }
  }
}
