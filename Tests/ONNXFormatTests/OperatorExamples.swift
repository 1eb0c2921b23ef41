import GraphIR

extension Example {
  /// At least one call of `op`, with every attribute and optional input used in one of them.
  static func examples(of op: Op) throws -> [Example] {
    let x = numbers([2, 3])
    let y = numbers([2, 3], seed: 1)
    let positive = numbers([2, 3], low: 0.1, high: 3)
    switch op {
    case .abs, .exp, .identity, .neg, .relu, .sigmoid, .sign, .softplus, .tanh: return [try Example(op, [x])]
    case .log, .reciprocal, .sqrt: return [try Example(op, [positive])]
    case .add, .sub, .mul:
      let integers = TensorValue([Int64(3), -4, 5], shape: [3])
      return [
        try Example(op, [x, y]), try Example(op, [x, numbers([3])], variant: "broadcast"),
        try Example(op, [integers, integers], variant: "int64"),
      ]
    case .div:
      return [try Example(op, [x, positive]), try Example(op, [x, numbers([2, 1], low: 1)], variant: "broadcast")]
    case .pow: return [try Example(op, [positive, x])]
    case .max, .min:
      return [
        try Example(op, [x], variant: "one"), try Example(op, [x, y]),
        try Example(op, [x, numbers([3], seed: 4), numbers([2, 1], seed: 5)], variant: "three"),
      ]
    case .equal:
      return [try Example(op, [x, x]), try Example(op, [booleans([4]), booleans([4], seed: 2)], variant: "bool")]
    case .greater, .greaterOrEqual, .less, .lessOrEqual:
      return [try Example(op, [x, y]), try Example(op, [x, x], variant: "equal")]
    case .and, .or, .xor: return [try Example(op, [booleans([2, 4]), booleans([4], seed: 3)])]
    case .not: return [try Example(op, [booleans([5])])]
    case .where: return [try Example(op, [booleans([2, 1]), x, numbers([3], seed: 6)])]
    case .cast:
      return try DataType.allCases.map {
        try Example(op, [x], ["to": .int($0.onnxCode)], variant: $0.rawValue)
      }
    case .leakyRelu: return [try Example(op, [x]), try Example(op, [x], ["alpha": .float(0.2)], variant: "alpha")]
    case .matMul, .gemm: return try matrixExamples(op)
    case .reduceMax, .reduceMean, .reduceSum: return try reductionExamples(op)
    case .concat, .expand, .pad, .reshape, .slice, .transpose: return try movementExamples(op)
    case .randomNormal:
      return [
        try Example(
          op, [], ["seed": .float(7), "shape": .ints([2, 3]), "mean": .float(1), "scale": .float(2), "dtype": .int(1)])
      ]
    case .randomUniform:
      return [try Example(op, [], ["seed": .float(7), "shape": .ints([4]), "low": .float(-1), "high": .float(3)])]
    case .batchNormalization, .adamStep, .leakyReluGrad: return try trainingExamples(op)
    }
  }

  private static func matrixExamples(_ op: Op) throws -> [Example] {
    let (a, b) = (numbers([2, 3]), numbers([3, 4], seed: 1))
    if op == .matMul {
      return [
        try Example(op, [a, b]), try Example(op, [numbers([5, 1, 2, 3]), numbers([2, 3, 4])], variant: "batched"),
      ]
    }
    let attributes: Attributes = [
      "transA": .int(1), "transB": .int(1), "alpha": .float(0.5), "beta": .float(-2),
    ]
    return [
      try Example(op, [a, b]), try Example(op, [a, b, numbers([4])], variant: "bias"),
      try Example(op, [numbers([3, 2]), numbers([4, 3]), numbers([2, 1])], attributes, variant: "transposed"),
    ]
  }

  private static func reductionExamples(_ op: Op) throws -> [Example] {
    let x = numbers([2, 3, 4])
    let axes = TensorValue(integers: [0, -1])
    return [
      try Example(op, [x]), try Example(op, [x], constants: [axes], variant: "axes"),
      try Example(op, [x], constants: [axes], ["keepdims": .int(0)], variant: "dropped"),
      try Example(op, [x], ["noop_with_empty_axes": .int(1)], variant: "noop"),
    ]
  }

  private static func movementExamples(_ op: Op) throws -> [Example] {
    let x = numbers([2, 3, 4])
    func axes(_ integers: Int...) -> TensorValue { TensorValue(integers: integers) }
    switch op {
    case .concat:
      return [try Example(op, [x, numbers([2, 1, 4]), numbers([2, 2, 4])], ["axis": .int(-2)])]
    case .expand: return [try Example(op, [numbers([3, 1])], constants: [axes(2, 1, 4)])]
    case .pad:
      return [
        try Example(op, [x], constants: [axes(1, 0, 2, 0, 1, 0)]),
        try Example(
          op, [x], constants: [axes(1, -1), TensorValue(scalar: Float(9)), axes(2)], ["mode": .string("constant")],
          variant: "axes"),
      ]
    case .reshape:
      let empty = TensorValue([Float](), shape: [0, 3])
      return [
        try Example(op, [x], constants: [axes(0, -1)]),
        try Example(op, [empty], constants: [axes(3, 0)], ["allowzero": .int(1)], variant: "empty"),
      ]
    case .slice:
      return [
        try Example(op, [x], constants: [axes(0, 1), axes(1, 3)]),
        try Example(op, [x], constants: [axes(-1, 3), axes(-9, 0), axes(1, 2), axes(-1, -2)], variant: "backwards"),
        try Example(op, [x], constants: [axes(1), axes(3), nil, axes(1)], variant: "no-axes"),
      ]
    default: return [try Example(op, [x]), try Example(op, [x], ["perm": .ints([1, 0, 2])], variant: "perm")]
    }
  }

  private static func trainingExamples(_ op: Op) throws -> [Example] {
    let x = numbers([4, 3])
    switch op {
    case .batchNormalization:
      let inputs = [x, numbers([3]), numbers([3], seed: 1), numbers([3], seed: 2), numbers([3], low: 0.5, high: 2)]
      let attributes: Attributes = ["epsilon": .float(0.8), "momentum": .float(0.7), "training_mode": .int(1)]
      return [
        try Example(op, inputs), try Example(op, inputs, attributes, outputCount: 3, variant: "training"),
        try Example(op, [numbers([2, 3, 5])] + inputs.dropFirst(), ["epsilon": .float(0.01)], variant: "3d"),
      ]
    case .leakyReluGrad: return [try Example(op, [x, numbers([4, 3], seed: 1)], ["alpha": .float(0.2)])]
    default:
      let moments = [numbers([4, 3], seed: 2, low: -0.1, high: 0.1), numbers([4, 3], seed: 3, low: 0, high: 0.01)]
      let inputs =
        [TensorValue(scalar: Float(0.01)), TensorValue(scalar: Int64(3)), x, numbers([4, 3], seed: 1)] + moments
      let attributes: Attributes = ["alpha": .float(0.5), "beta": .float(0.99), "epsilon": .float(1e-6)]
      return [try Example(op, inputs, attributes, outputCount: 3)]
    }
  }
}
