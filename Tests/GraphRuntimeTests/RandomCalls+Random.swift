import GraphIR
import TestSupport

extension SplitMix64 {
  /// A draw whose distribution is an input.
  mutating func choice(_ op: Op, _ dtype: DataType) -> Call {
    let seed = Int.random(in: 0..<99, using: &self)
    switch op {
    case .bernoulli:
      let type: AttributeValue = .int(pick(DataType.allCases).onnxCode)
      return Call(
        op: op, inputs: [value(dtype, shape(), scale: 1)],
        attributes: chance(0.5) ? ["seed": .float(Float(seed)), "dtype": type] : ["seed": .float(Float(seed))])
    case .multinomial:
      let input = value(dtype, [pick([0, 1, 5]), pick([1, 2, 17])])
      return Call(
        op: op, inputs: [input],
        attributes: ["seed": .float(Float(seed)), "dtype": .int(7), "sample_size": .int(pick([1, 9]))])
    default:
      let ratio = TensorValue(scalar: Float.random(in: 0..<1, using: &self))
      return Call(
        op: op, inputs: [value(dtype, shape()), chance(0.5) ? ratio : nil, TensorValue(scalar: chance(0.7))],
        attributes: ["seed": .int(seed)], outputCount: pick([1, 2]))
    }
  }
}
