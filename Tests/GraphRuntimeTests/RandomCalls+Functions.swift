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

  mutating func activation(_ op: Op, _ dtype: DataType) -> Call {
    let shape = shape()
    var inputs: [TensorValue?] = [value(dtype, shape, scale: chance(0.5) ? 3 : 60)]
    if op == .prelu { inputs.append(value(dtype, narrowed(shape))) }
    var attributes: Attributes = [:]
    if op == .gelu, chance(0.5) { attributes["approximate"] = .string("tanh") }
    let names = op.definition.signature.attributes.filter { $0.kind == .float }.map(\.name)
    for name in names where chance(0.5) { attributes[name] = .float(Float.random(in: 0.1...2, using: &self)) }
    return Call(op: op, inputs: inputs, attributes: attributes)
  }
}
