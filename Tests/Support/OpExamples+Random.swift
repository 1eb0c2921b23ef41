import GraphIR

/// Draws whose distribution is an input.
extension OpExamples {
  static func bernoulli(_ data: inout ExampleData) -> [OpExample] {
    let seed = AttributeValue.float(3)
    return [
      OpExample(.bernoulli, "defaults", [data.between(0, 1, [2, 3])], ["seed": seed]),
      OpExample(
        .bernoulli, "to float32", [data.between(0, 1, [4])], ["seed": seed, "dtype": .int(1)], differentiableOutputs: []
      ),
      OpExample(
        .bernoulli, "to bool", [data.between(0, 1, [4])], ["seed": seed, "dtype": .int(9)], differentiableOutputs: []),
      OpExample(
        .bernoulli, "to int64", [data.between(0, 1, [])], ["seed": seed, "dtype": .int(7)], differentiableOutputs: []),
    ]
  }

  static func multinomial(_ data: inout ExampleData) -> [OpExample] {
    let common: [String: AttributeValue] = ["seed": .float(3), "dtype": .int(7)]
    return [
      OpExample(.multinomial, "one sample", [data.signed([3, 4])], Attributes(common), differentiableOutputs: []),
      OpExample(
        .multinomial, "five samples", [data.signed([2, 3])],
        Attributes(common.merging(["sample_size": .int(5)]) { $1 }),
        differentiableOutputs: []),
    ]
  }

  static func dropout(_ data: inout ExampleData) -> [OpExample] {
    let (ratio, yes, no) = (TensorValue(scalar: 0.4), TensorValue(scalar: true), TensorValue(scalar: false))
    return [
      OpExample(.dropout, "defaults", [data.signed([2, 3])]),
      OpExample(.dropout, "not in training", [data.signed([2, 3]), ratio, no], ["seed": .int(6)], outputCount: 2),
      OpExample(.dropout, "training", [data.signed([3, 4]), ratio, yes], ["seed": .int(7)], outputCount: 2),
      OpExample(.dropout, "training, default ratio", [data.signed([2, 3]), nil, yes], ["seed": .int(8)]),
      OpExample(.dropout, "nothing dropped", [data.signed([3]), nil, no], ["seed": .int(6)]),
    ]
  }
}
