import GraphIR

/// Activation functions, away from their kinks.
extension OpExamples {
  static func activation(_ op: Op, _ data: inout ExampleData) -> [OpExample] {
    func example(_ label: String, _ attributes: Attributes = [:]) -> OpExample {
      OpExample(op, label, [data.signed([2, 3])], attributes)
    }
    let plain = [example("defaults"), OpExample(op, "scalar", [data.between(0.2, 0.8, [])])]
    let large = OpExample(op, "large numbers", [TensorValue([-100.0, -30, 30, 100])])
    return switch op {
    case .elu: plain + [large, example("alpha", ["alpha": .float(0.5)]), example("below 0", ["alpha": .float(-1.5)])]
    case .celu: plain + [large, example("alpha", ["alpha": .float(0.5)]), example("large alpha", ["alpha": .float(3)])]
    case .selu: plain + [large, example("both", ["alpha": .float(1.5), "gamma": .float(0.5)])]
    case .gelu:
      plain + [
        large, example("tanh", ["approximate": .string("tanh")]),
        OpExample(op, "tanh of large numbers", [TensorValue([-100.0, 100])], ["approximate": .string("tanh")]),
      ]
    case .hardSigmoid: plain + [large, example("both", ["alpha": .float(0.7), "beta": .float(0.3)])]
    case .thresholdedRelu: plain + [large, example("below 0", ["alpha": .float(-0.75)])]
    default: plain + [large]
    }
  }

  static func prelu(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.prelu, "one slope", [data.signed([2, 3]), data.signed([])]),
      OpExample(.prelu, "by column", [data.signed([2, 3]), data.signed([3])]),
      OpExample(.prelu, "by channel", [data.signed([2, 3, 2]), data.signed([3, 1])]),
      OpExample(.prelu, "by element", [data.signed([2, 3]), data.signed([2, 3])]),
      OpExample(.prelu, "int64", [data.integers([2, 3]), data.integers([3])]),
    ]
  }

  static func mixedPowers(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.pow, "integer exponents", [data.between(-2, 2, [4]), TensorValue([Int64(2), 3, 0, 1])]),
      OpExample(.pow, "integer exponent", [data.between(0.5, 2, [2, 2]), TensorValue(scalar: Int64(-2))]),
      OpExample(.pow, "float of an integer", [TensorValue([Int64(4), 9, 2]), TensorValue([0.5, 1.5, 3])]),
    ]
  }
}
