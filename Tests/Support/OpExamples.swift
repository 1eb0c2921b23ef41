import GraphIR

/// Valid calls of every operator: each attribute, each optional input, every form of broadcasting.
public enum OpExamples {
  /// The examples of all operators.
  public static var all: [OpExample] { Op.allCases.flatMap(examples) }

  /// The examples of `op`. Only a function of one tensor without attributes needs none of its own: it is defined on
  /// (0.1, 0.9) at least.
  public static func examples(of op: Op) -> [OpExample] {
    var data = ExampleData(seed: op.rawValue.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
    return switch op {
    case .abs, .neg, .sign: unary(op, &data) + [OpExample(op, "int64", [data.integers([2, 3])])]
    case .exp, .reciprocal, .relu, .sigmoid, .softplus, .tanh: unary(op, &data)
    case .log, .sqrt:
      [OpExample(op, "matrix", [data.between(0.5, 2, [2, 3])]), OpExample(op, "scalar", [data.between(0.5, 2, [])])]
    case .asinh, .atan, .cos, .cosh, .erf, .sin, .sinh: function(op, from: -2, to: 2, &data)
    case .acos, .asin, .atanh, .tan: function(op, from: -0.9, to: 0.9, &data)
    case .acosh: function(op, from: 1.2, to: 4, &data)
    case .ceil, .floor, .round: rounding(op)
    case .isInf, .isNaN: classification(op)
    case .celu, .elu, .gelu, .hardSigmoid, .hardSwish, .mish, .selu, .softsign, .thresholdedRelu:
      activation(op, &data)
    case .prelu: prelu(&data)
    case .mod: mod(&data)
    case .clip: clip(&data)
    case .leakyRelu: leakyRelu(&data)
    case .leakyReluGrad: leakyReluGrad(&data)
    case .identity: [OpExample(op, "matrix", [data.signed([2, 3])]), OpExample(op, "bool", [data.booleans([4])])]
    case .cast: cast(&data)
    case .add, .sub, .mul, .div: binary(op, &data)
    case .pow: pow(&data) + mixedPowers(&data)
    case .max, .min: extremum(op, &data)
    case .equal: comparison(op, &data) + [OpExample(op, "bool", [data.booleans([2, 3]), data.booleans([3])])]
    case .greater, .greaterOrEqual, .less, .lessOrEqual: comparison(op, &data)
    case .and, .or, .xor: connective(op, &data)
    case .not: [OpExample(op, "matrix", [data.booleans([2, 3])])]
    case .where: choice(&data)
    case .gemm: gemm(&data)
    case .matMul: matMul(&data)
    case .einsum: einsum(&data)
    case .reduceMax, .reduceMean, .reduceSum: reduction(op, &data)
    case .stopGradient:
      [
        OpExample(op, "matrix", [data.signed([2, 3])], differentiableOutputs: []),
        OpExample(op, "scalar", [data.signed([])], differentiableOutputs: []),
      ]
    case .reduceL1, .reduceL2, .reduceLogSum, .reduceLogSumExp, .reduceMin, .reduceProd, .reduceSumSquare:
      functionReduction(op, &data)
    case .argMax, .argMin, .cumSum, .hardmax, .logSoftmax, .softmax: alongAxis(op, &data)
    case .reshape: reshape(&data)
    case .transpose: transpose(&data)
    case .expand: expand(&data)
    case .concat: concat(&data)
    case .slice: slice(&data)
    case .pad: pad(&data)
    case .conv: conv(&data)
    case .maxPool: maxPool(&data)
    case .averagePool: averagePool(&data)
    case .globalAveragePool, .globalMaxPool: globalPool(op, &data)
    case .convTranspose: convTranspose(&data)
    case .convWeightGrad: convWeightGrad(&data)
    case .squeeze: squeeze(&data)
    case .unsqueeze: unsqueeze(&data)
    case .flatten: flatten(&data)
    case .split: split(&data)
    case .tile: tile(&data)
    case .topK: topK(&data)
    case .shape: shape(&data)
    case .size: size(&data)
    case .depthToSpace: depthToSpace(&data)
    case .spaceToDepth: spaceToDepth(&data)
    case .resize: resize(&data)
    case .upsample: upsample(&data)
    case .range: range()
    case .oneHot: oneHot(&data)
    case .trilu: trilu(&data)
    case .eyeLike: eyeLike(&data)
    case .constant: constant()
    case .constantOfShape: constantOfShape()
    case .gather: gather(&data)
    case .gatherElements: gatherElements(&data)
    case .gatherND: gatherND(&data)
    case .scatterElements: scatterElements(&data)
    case .scatterND: scatterND(&data)
    case .nonZero: nonZero(&data)
    case .batchNormalization: batchNormalization(&data)
    case .bernoulli: bernoulli(&data)
    case .dropout: dropout(&data)
    case .multinomial: multinomial(&data)
    case .groupNormalization: groupNormalization(&data)
    case .instanceNormalization: instanceNormalization(&data)
    case .layerNormalization: layerNormalization(&data)
    case .gru: gru(&data)
    case .lstm: lstm(&data)
    case .rnn: rnn(&data)
    case .rmsNormalization: rmsNormalization(&data)
    case .randomNormal: randomNormal()
    case .randomUniform: randomUniform()
    case .adamStep: adamStep(&data)
    case _ where op.isPlainFunction: function(op, from: 0.1, to: 0.9, &data)
    default: preconditionFailure("\(op.rawValue) has no examples; add some here")
    }
  }

  private static func unary(_ op: Op, _ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(op, "scalar", [data.signed([])]), OpExample(op, "matrix", [data.signed([2, 3])]),
      OpExample(op, "rank 4", [data.signed([2, 1, 3, 2])]),
    ]
  }

  private static func leakyRelu(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.leakyRelu, "default slope", [data.signed([2, 3])]),
      OpExample(.leakyRelu, "slope 0.2", [data.signed([2, 3])], ["alpha": .float(0.2)]),
      OpExample(.leakyRelu, "slope -0.5", [data.signed([5])], ["alpha": .float(-0.5)]),
    ]
  }

  private static func leakyReluGrad(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.leakyReluGrad, "default slope", [data.signed([2, 3]), data.signed([2, 3])]),
      OpExample(.leakyReluGrad, "slope 0.2", [data.signed([4]), data.signed([4])], ["alpha": .float(0.2)]),
    ]
  }

  private static func cast(_ data: inout ExampleData) -> [OpExample] {
    func to(_ type: DataType) -> Attributes { ["to": .int(type.onnxCode)] }
    return [
      OpExample(.cast, "to float64", [data.signed([2, 3])], to(.float64)),
      OpExample(.cast, "to float32", [data.signed([2, 3])], to(.float32)),
      OpExample(.cast, "to int64", [TensorValue([-2.75, -0.5, 0.5, 2.75])], to(.int64)),
      OpExample(.cast, "to bool", [TensorValue([-0.5, 0.0, 1.0])], to(.bool)),
      OpExample(.cast, "int64 to float64", [data.integers([3])], to(.float64)),
      OpExample(.cast, "int64 to float32", [data.integers([3])], to(.float32)),
      OpExample(.cast, "int64 to bool", [data.integers([6])], to(.bool)),
      OpExample(.cast, "bool to float64", [data.booleans([4])], to(.float64)),
      OpExample(.cast, "bool to int64", [data.booleans([4])], to(.int64)),
    ]
  }

  private static let broadcasts: [(label: String, first: Shape, second: Shape)] = [
    ("equal shapes", [2, 3], [2, 3]), ("row", [2, 3], [3]), ("column and row", [2, 1], [1, 3]),
    ("scalar left", [], [2, 2]),
    ("scalar right", [2, 2], []), ("inner and outer", [2, 1, 3], [4, 1]),
  ]

  private static func binary(_ op: Op, _ data: inout ExampleData) -> [OpExample] {
    broadcasts.map { label, first, second in OpExample(op, label, [data.signed(first), data.signed(second)]) }
      + [OpExample(op, "int64", [data.integers([2, 3]), TensorValue([Int64(-3), 2, 4])])]
  }

  private static func pow(_ data: inout ExampleData) -> [OpExample] {
    broadcasts.map { label, first, second in OpExample(.pow, label, [data.between(0.5, 2, first), data.signed(second)])
    } + [
      OpExample(.pow, "square", [data.between(0.5, 2, [3]), TensorValue(scalar: 2.0)]),
      OpExample(.pow, "int64", [data.integers([2, 3]), TensorValue([Int64(0), 1, 3])]),
    ]
  }

  private static func extremum(_ op: Op, _ data: inout ExampleData) -> [OpExample] {
    broadcasts.map { label, first, second in OpExample(op, label, data.distinct(first, second)) } + [
      OpExample(op, "one input", [data.signed([2, 3])]),
      OpExample(op, "three inputs", data.distinct([2, 3], [3], [2, 1])),
      OpExample(op, "int64", [data.integers([2, 3]), data.integers([3])]),
    ]
  }

  private static func comparison(_ op: Op, _ data: inout ExampleData) -> [OpExample] {
    broadcasts.map { label, first, second in OpExample(op, label, data.distinct(first, second)) } + [
      OpExample(op, "ties", [TensorValue([1.0, 2.0, 3.0]), TensorValue([1.0, 3.0, 2.0])]),
      OpExample(op, "int64", [data.integers([2, 6]), data.integers([6])]),
    ]
  }

  private static func connective(_ op: Op, _ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(
        op, "truth table", [TensorValue([false, false, true, true]), TensorValue([false, true, false, true])]),
      OpExample(op, "column and row", [data.booleans([2, 1]), data.booleans([1, 3])]),
    ]
  }

  private static func choice(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.where, "equal shapes", [data.booleans([2, 3]), data.signed([2, 3]), data.signed([2, 3])]),
      OpExample(.where, "all broadcast", [data.booleans([3]), data.signed([2, 1]), data.signed([])]),
      OpExample(.where, "scalar condition", [data.booleans([]), data.signed([2]), data.signed([2])]),
      OpExample(.where, "int64", [data.booleans([2, 2]), data.integers([2]), data.integers([2, 1])]),
      OpExample(.where, "bool", [data.booleans([2, 2]), data.booleans([2]), data.booleans([2, 1])]),
    ]
  }

  private static func randomNormal() -> [OpExample] {
    [
      OpExample(.randomNormal, "defaults", [], ["seed": .float(1), "shape": .ints([2, 3])]),
      OpExample(
        .randomNormal, "all attributes", [],
        ["dtype": .int(11), "mean": .float(2), "scale": .float(0.5), "seed": .float(7.5), "shape": .ints([5])]),
    ]
  }

  private static func randomUniform() -> [OpExample] {
    [
      OpExample(.randomUniform, "defaults", [], ["seed": .float(1), "shape": .ints([2, 3])]),
      OpExample(
        .randomUniform, "all attributes", [],
        ["dtype": .int(11), "low": .float(-2), "high": .float(0.5), "seed": .float(7.5), "shape": .ints([5])]),
    ]
  }
}

extension Op {
  /// Whether the operator computes each element of its output from one of its only input, without attributes.
  public var isPlainFunction: Bool {
    guard case .elementwise = definition.traits.kind else { return false }
    return definition.signature.inputs.count == 1 && definition.signature.attributes.isEmpty
  }
}
