import GraphIR

/// The gradient of one input of a call; nil stands for zero.
typealias Derivative = () throws -> Tensor?

/// The derivatives of every operator: one formula per input. Formulas use tensor operators and are differentiable
/// again.
///
/// An input without a formula (`nil`) has no gradient: it holds axes, a condition or a step count, or its derivative is
/// zero almost everywhere.
func derivatives(of call: TapedCall) throws -> [Derivative?] {
  var g: Tensor { call.gradOutput }
  func fit(_ gradient: Tensor, _ index: Int) -> Tensor { gradient.summed(to: call.shape(index)) }
  func x() throws -> Tensor { try call.input(0) }
  func y() -> Tensor { call.output() }

  switch call.op {
  // Arithmetic.
  case .add: return [{ fit(g, 0) }, { fit(g, 1) }]
  case .sub: return [{ fit(g, 0) }, { fit(-g, 1) }]
  case .mul: return [{ try fit(g * call.input(1), 0) }, { try fit(g * call.input(0), 1) }]
  case .div: return [{ try fit(g / call.input(1), 0) }, { try fit(-(g * y()) / call.input(1), 1) }]
  case .pow: return powDerivatives(call, g)
  case .max, .min: return extremumDerivatives(call, g)

  // Elementwise.
  case .abs: return [{ try g * x().sign() }]
  case .neg: return [{ -g }]
  case .sqrt: return [{ sqrtDerivative(g, y()) }]
  case .reciprocal: return [{ -(g * y() * y()) }]
  case .exp: return [{ g * y() }]
  case .log: return [{ try g / x() }]
  case .tanh: return [{ g * (1 - y() * y()) }]
  case .sigmoid: return [{ g * (y() * (1 - y())) }]
  case .softplus: return [{ try g * x().sigmoid() }]
  case .relu: return [{ Tensor.call(.leakyReluGrad, [g, try x()], ["alpha": .float(0)]) }]
  case .leakyRelu: return [{ Tensor.call(.leakyReluGrad, [g, try x()], call.node.attributes) }]
  case .leakyReluGrad: return [{ Tensor.call(.leakyReluGrad, [g, try call.input(1)], call.node.attributes) }, nil]
  case .sin: return [{ try g * x().cos() }]
  case .cos: return [{ -(g * (try x().sin())) }]
  case .tan: return [{ g * (1 + y() * y()) }]
  case .asin: return [{ try g / (1 - x().squared()).sqrt() }]
  case .acos: return [{ -(g / (1 - (try x().squared())).sqrt()) }]
  case .atan: return [{ try g / (1 + x().squared()) }]
  case .sinh: return [{ try g * x().cosh() }]
  case .cosh: return [{ try g * x().sinh() }]
  case .asinh: return [{ try g / (1 + x().squared()).sqrt() }]
  case .acosh: return [{ try g / ((x() - 1).sqrt() * (x() + 1).sqrt()) }]
  case .atanh: return [{ try g / (1 - x().squared()) }]
  case .erf: return [{ try g * ((-x().squared()).exp() * (2 / Double.pi.squareRoot())) }]
  case .mod: return modDerivatives(call, g)
  case .clip: return clipDerivatives(call, g)

  // Activations.
  case .hardSigmoid: return [{ hardSigmoidDerivative(y(), g, alpha: call.attributes.float("alpha")) }]
  case .hardSwish: return [{ try hardSwishDerivative(x(), g) }]
  case .softsign: return [{ try softsignDerivative(x(), g) }]
  case .mish: return [{ try mishDerivative(x(), g) }]
  case .gelu: return [{ try geluDerivative(x(), g, approximate: call.attributes.string("approximate")) }]
  case .elu: return [{ try exponentialUnitDerivative(x(), g, alpha: call.attributes.float("alpha")) }]
  case .selu:
    let (alpha, gamma) = (call.attributes.float("alpha"), call.attributes.float("gamma"))
    return [{ try exponentialUnitDerivative(x(), g, alpha: alpha, scale: gamma) }]
  case .celu:
    let alpha = call.attributes.float("alpha")
    return [{ try exponentialUnitDerivative(x(), g, alpha: alpha, rate: 1 / Double(alpha ?? 1)) }]
  case .thresholdedRelu:
    let alpha = Double(call.attributes.float("alpha") ?? 0)
    return [{ try (x() .> x().scalar(alpha)).select(g, g.scalar(0)) }]
  case .prelu: return preluDerivatives(call, g)
  case .identity: return [{ g }]
  case .cast: return [{ g.cast(to: call.dtype(0)) }]
  case .where:
    return [
      nil, { try fit(call.input(0).select(g, g.scalar(0)), 1) }, { try fit(call.input(0).select(g.scalar(0), g), 2) },
    ]

  // Matrix products.
  case .gemm: return gemmDerivatives(call, g)
  case .matMul: return matMulDerivatives(call, g)
  case .einsum: return try composedDerivatives(of: call)

  // Convolution.
  case .conv: return try convDerivatives(call, g)
  case .convTranspose: return try convTransposeDerivatives(call, g)
  case .convWeightGrad: return try convWeightGradDerivatives(call, g)

  // Pooling.
  case .maxPool: return [{ try maxPoolDerivative(call, g) }]
  case .averagePool, .globalAveragePool, .globalMaxPool: return try composedDerivatives(of: call)

  // Reductions.
  case .reduceSum: return [{ g.reshaped(to: try keptShape(call)).broadcast(to: try call.staticShape(0)) }, nil]
  case .reduceMean:
    return [
      {
        let shape = try call.staticShape(0)
        let count = Double(shape.elementCount) / Double(g.shape.elementCount)
        return (g / count).reshaped(to: try keptShape(call)).broadcast(to: shape)
      }, nil,
    ]
  case .reduceMax: return extremalDerivatives(call, g)
  case .reduceMin: return extremalDerivatives(call, g)
  case .reduceLogSumExp:
    return [
      {
        let (kept, x) = (try keptShape(call), try x())
        return g.reshaped(to: kept) * (x - y().reshaped(to: kept)).exp()
      }, nil,
    ]
  case .reduceL1, .reduceL2, .reduceLogSum, .reduceProd, .reduceSumSquare: return try composedDerivatives(of: call)

  // Along an axis.
  case .softmax:
    return [
      {
        let weighted = g * y()
        return weighted - y() * weighted.sum([call.attributes.int("axis") ?? -1], keepDims: true)
      }
    ]
  case .logSoftmax: return [{ g - y().exp() * g.sum([call.attributes.int("axis") ?? -1], keepDims: true) }]
  case .cumSum:
    return [
      {
        var attributes = call.node.attributes
        attributes["reverse"] = .int(call.attributes.flag("reverse") ? 0 : 1)
        return Tensor.call(.cumSum, [g, try call.input(1)], attributes)
      }, nil,
    ]

  // Movement.
  case .reshape: return [{ g.reshaped(to: call.shape(0)) }, nil]
  case .expand: return [{ fit(g, 0) }, nil]
  case .transpose: return [{ g.transposed(axes: inverse(call.attributes.ints("perm"), rank: g.shape.rank)) }]
  case .concat: return concatDerivatives(call, g)
  case .slice: return [{ try sliceDerivative(call, g) }, nil, nil, nil, nil]
  case .pad: return padDerivatives(call, g)

  // Shapes.
  case .squeeze, .unsqueeze: return [{ g.reshaped(to: call.shape(0)) }, nil]
  case .flatten: return [{ g.reshaped(to: call.shape(0)) }]
  case .split: return [{ splitDerivative(call) }, nil]
  case .tile: return [{ try tileDerivative(call, g) }, nil]
  case .shape, .size: return [nil]

  case .depthToSpace: return [{ depthToSpaceDerivative(call, g) }]
  case .spaceToDepth: return [{ Tensor.call(.depthToSpace, [g], call.node.attributes) }]
  case .oneHot: return try composedDerivatives(of: call)
  case .resize: return try composedDerivatives(of: call)
  case .upsample: return try composedDerivatives(of: call)
  case .range: return [nil, nil, nil]
  case .trilu: return [{ Tensor.call(.trilu, [g] + (try triluDiagonal(call)), call.node.attributes) }, nil]
  case .eyeLike, .constantOfShape: return [nil]
  case .constant: return []

  // Reading and writing at indices.
  case .gather: return [{ try gatherDerivative(call, g) }, nil]
  case .gatherElements: return [{ try gatherElementsDerivative(call, g) }, nil]
  case .topK: return [{ try topKDerivative(call, g) }, nil]
  case .gatherND: return [{ try gatherNDDerivative(call, g) }, nil]
  case .scatterElements, .scatterND: return try scatterDerivatives(call, g)

  // Composites.
  case .batchNormalization: return try batchNormalizationDerivatives(call)
  case .groupNormalization, .instanceNormalization, .layerNormalization, .rmsNormalization:
    return try composedDerivatives(of: call)
  case .gru, .lstm, .rnn: return try composedDerivatives(of: call)

  // The derivative is zero almost everywhere, or nothing carries a gradient.
  case .sign: return [nil]
  case .stopGradient: return [nil]
  case .bernoulli, .multinomial: return [nil]
  case .dropout: return dropoutDerivatives(call)
  case .floor, .ceil, .round: return [nil]
  case .isNaN, .isInf, .nonZero: return [nil]
  case .argMax, .argMin, .hardmax: return [nil]
  case .and, .or, .xor, .equal, .greater, .greaterOrEqual, .less, .lessOrEqual: return [nil, nil]
  case .not: return [nil]
  case .randomNormal, .randomUniform: return []

  case .adamStep:
    throw AutogradError(
      .notDifferentiable,
      "AdamStep has no derivative: call it inside noGrad {}, or write the update in tensor operators to differentiate "
        + "through it")
  }
}
