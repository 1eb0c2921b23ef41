import GraphIR

/// The way of an operator into StableHLO.
enum Lowering {
  /// Operations that a rule writes.
  case rule((Emitter, Call) throws -> [Value])
  /// The operator's composition of simpler operators.
  case composition
  /// A constant: the value depends on shapes, attributes and known inputs alone, so the reference kernel computes it.
  case known

  /// A rule with one result.
  static func one(_ rule: @escaping (Emitter, Call) throws -> Value) -> Lowering { .rule { [try rule($0, $1)] } }

  /// An operation of each element.
  static func unary(_ name: String) -> Lowering { .one { $0.unary(name, $1.input(0)) } }

  /// An operation of two elements.
  static func binary(_ name: String) -> Lowering { .one { $0.binary(name, $1.input(0), $1.input(1)) } }

  /// An operation of the elements of any number of inputs.
  static func variadic(_ name: String) -> Lowering {
    .one { emitter, call in
      call.all.dropFirst().reduce(call.input(0)) { emitter.binary(name, $0, $1) }
    }
  }

  /// A comparison of two elements.
  static func comparison(_ order: Emitter.Order) -> Lowering {
    .one { $0.compare($1.input(0), order, $1.input(1)) }
  }
}

extension Op {
  /// The operator's way into StableHLO. A new operator needs a decision here.
  var lowering: Lowering {
    switch self {
    case .abs: .unary("abs")
    case .acos: .unary("chlo.acos")
    case .acosh: .unary("chlo.acosh")
    case .add: .binary("add")
    case .and: .binary("and")
    case .argMax: .one { SelectionRules.position($0, $1, .maximum) }
    case .argMin: .one { SelectionRules.position($0, $1, .minimum) }
    case .asin: .unary("chlo.asin")
    case .asinh: .unary("chlo.asinh")
    case .atan: .unary("chlo.atan")
    case .atanh: .unary("chlo.atanh")
    case .batchNormalization: .rule(NormalizationRules.batchNormalization)
    case .bernoulli: .one(RandomRules.bernoulli)
    case .cast: .one { $0.convert($1.input(0), to: $1.outputs[0].dtype) }
    case .ceil: .unary("ceil")
    case .clip: .one(ElementwiseRules.clip)
    case .concat: .one { $0.concatenate($1.all, axis: $1.axis(of: $1.outputs[0].shape)) }
    case .conv: .one(ConvolutionRules.conv)
    case .convTranspose: .one(ConvolutionRules.convTranspose)
    case .cos: .unary("cosine")
    case .cosh: .unary("chlo.cosh")
    case .cumSum: .one(ReductionRules.cumSum)
    case .div: .one(ElementwiseRules.div)
    case .dropout: .rule(RandomRules.dropout)
    case .elu: .one { ActivationRules.elu($0, $1.input(0), alpha: $1.number("alpha")) }
    case .equal: .comparison(.equal)
    case .erf: .unary("chlo.erf")
    case .exp: .unary("exponential")
    case .expand: .one { $0.broadcast($1.input(0), to: $1.outputs[0].shape) }
    case .floor: .unary("floor")
    case .gather: .one(IndexingRules.gather)
    case .gatherElements: .one(IndexingRules.gatherElements)
    case .gatherND: .one(IndexingRules.gatherND)
    case .gelu: .one(ActivationRules.gelu)
    case .gemm: .one(MatrixRules.gemm)
    case .greater: .comparison(.greater)
    case .greaterOrEqual: .comparison(.greaterOrEqual)
    case .hardSigmoid: .one { ActivationRules.hardSigmoid($0, $1.input(0), $1.number("alpha"), $1.number("beta")) }
    case .hardSwish: .one(ActivationRules.hardSwish)
    case .isInf: .one(ElementwiseRules.isInf)
    case .isNaN: .one { $0.isNaN($1.input(0)) }
    case .leakyRelu, .prelu: .one(ActivationRules.leakyRelu)
    case .less: .comparison(.less)
    case .lessOrEqual: .comparison(.lessOrEqual)
    case .log: .unary("log")
    case .logSoftmax: .one(ReductionRules.logSoftmax)
    case .matMul: .one(MatrixRules.matMul)
    case .max: .variadic("maximum")
    case .maxPool: .rule(PoolingRules.maxPool)
    case .min: .variadic("minimum")
    case .mish: .one(ActivationRules.mish)
    case .mod: .one(ElementwiseRules.mod)
    case .mul: .binary("multiply")
    case .multinomial: .one(RandomRules.multinomial)
    case .neg: .unary("negate")
    case .not: .unary("not")
    case .or: .binary("or")
    case .pad: .one(MovementRules.pad)
    case .pow: .one(ElementwiseRules.pow)
    case .reciprocal: .one { $0.divide($0.constant(1, like: $1.input(0)), $1.input(0)) }
    case .reduceLogSumExp: .one(ReductionRules.logSumExp)
    case .reduceMax: .one { ReductionRules.reduce($0, $1, .maximum) }
    case .reduceMean: .one(ReductionRules.mean)
    case .reduceMin: .one { ReductionRules.reduce($0, $1, .minimum) }
    case .reduceProd: .one { ReductionRules.reduce($0, $1, .multiply) }
    case .reduceSum: .one { ReductionRules.reduce($0, $1, .add) }
    case .relu: .one { $0.binary("maximum", $1.input(0), 0) }
    case .round: .unary("round_nearest_even")
    case .scatterElements: .one(IndexingRules.scatterElements)
    case .scatterND: .one(IndexingRules.scatterND)
    case .selu: .one(ActivationRules.selu)
    case .sigmoid: .unary("logistic")
    case .sign: .unary("sign")
    case .sin: .unary("sine")
    case .sinh: .unary("chlo.sinh")
    case .slice: .one(MovementRules.slice)
    case .softmax: .one(ReductionRules.softmax)
    case .softplus: .one { ActivationRules.softplus($0, $1.input(0)) }
    case .softsign: .one { $0.divide($1.input(0), $0.add($0.unary("abs", $1.input(0)), 1)) }
    case .sqrt: .unary("sqrt")
    case .sub: .binary("subtract")
    case .tan: .one { $0.divide($0.unary("sine", $1.input(0)), $0.unary("cosine", $1.input(0))) }
    case .tanh: .unary("tanh")
    case .thresholdedRelu:
      .one { $0.select($0.compare($1.input(0), .greater, $1.number("alpha")), $1.input(0), 0) }
    case .topK: .rule(SelectionRules.topK)
    case .transpose: .one(MovementRules.transpose)
    case .where: .one { $0.select($1.input(0), $1.input(1), $1.input(2)) }
    case .xor: .binary("xor")

    case .identity, .stopGradient: .one { $1.input(0) }
    case .flatten, .reshape, .squeeze, .unsqueeze: .one { $0.reshape($1.input(0), to: $1.outputs[0].shape) }

    case .adamStep, .averagePool, .celu, .constantOfShape, .convWeightGrad, .depthToSpace, .einsum, .eyeLike,
      .globalAveragePool, .globalMaxPool, .groupNormalization, .gru, .hardmax, .instanceNormalization,
      .layerNormalization, .leakyReluGrad, .lstm, .oneHot, .reduceL1, .reduceL2, .reduceLogSum, .reduceSumSquare,
      .resize, .rmsNormalization, .rnn, .spaceToDepth, .split, .tile, .trilu, .upsample:
      .composition

    case .constant, .nonZero, .randomNormal, .randomUniform, .range, .shape, .size: .known
    }
  }
}
