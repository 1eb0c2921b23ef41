import GraphIR

/// The gradient of one input of a call; nil stands for zero.
typealias Derivative = () throws -> Tensor?

/// The derivative of every operator: one formula an input, in tensor operators, so that it can be differentiated again.
///
/// An input without a formula (`nil`) has no gradient: it holds axes, a condition or a step count, or its derivative is zero
/// almost everywhere.
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
  case .sqrt: return [{ g / (2 * y()) }]
  case .reciprocal: return [{ -(g * y() * y()) }]
  case .exp: return [{ g * y() }]
  case .log: return [{ try g / x() }]
  case .tanh: return [{ g * (1 - y() * y()) }]
  case .sigmoid: return [{ g * (y() * (1 - y())) }]
  case .softplus: return [{ try g * x().sigmoid() }]
  case .relu: return [{ Tensor.call(.leakyReluGrad, [g, try x()], ["alpha": .float(0)]) }]
  case .leakyRelu: return [{ Tensor.call(.leakyReluGrad, [g, try x()], call.node.attributes) }]
  case .leakyReluGrad: return [{ Tensor.call(.leakyReluGrad, [g, try call.input(1)], call.node.attributes) }, nil]
  case .identity: return [{ g }]
  case .cast: return [{ g.cast(to: call.dtype(0)) }]
  case .where:
    return [
      nil, { try fit(call.input(0).select(g, g.scalar(0)), 1) }, { try fit(call.input(0).select(g.scalar(0), g), 2) },
    ]

  // Matrix products.
  case .gemm: return gemmDerivatives(call, g)
  case .matMul: return matMulDerivatives(call, g)

  // Reductions.
  case .reduceSum: return [{ g.reshaped(to: try keptShape(call)).expanded(to: try call.staticShape(0)) }, nil]
  case .reduceMean:
    return [
      {
        let shape = try call.staticShape(0)
        let count = Double(shape.elementCount) / Double(g.shape.elementCount)
        return (g / count).reshaped(to: try keptShape(call)).expanded(to: shape)
      }, nil,
    ]
  case .reduceMax:
    return [
      {
        let kept = try keptShape(call)
        let isMaximal = (try x() .== y().reshaped(to: kept)).cast(to: g.dtype)
        return isMaximal * (g.reshaped(to: kept) / isMaximal.sum(try reducedAxes(call), keepDims: true))
      }, nil,
    ]

  // Movement.
  case .reshape: return [{ g.reshaped(to: call.shape(0)) }, nil]
  case .expand: return [{ fit(g, 0) }, nil]
  case .transpose: return [{ g.transposed(inverse(call.attributes.ints("perm"), rank: g.shape.rank)) }]
  case .concat: return concatDerivatives(call, g)
  case .slice: return [{ try sliceDerivative(call, g) }, nil, nil, nil, nil]
  case .pad: return padDerivatives(call, g)

  // Composites.
  case .batchNormalization: return try batchNormalizationDerivatives(call)

  // Zero almost everywhere, or nothing that could carry a gradient.
  case .sign: return [nil]
  case .and, .or, .xor, .equal, .greater, .greaterOrEqual, .less, .lessOrEqual: return [nil, nil]
  case .not: return [nil]
  case .randomNormal, .randomUniform: return []

  case .adamStep:
    throw AutogradError(
      .notDifferentiable,
      "AdamStep has no derivative: call it inside noGrad {}, or write the update in tensor operators to differentiate through it"
    )
  }
}

/// xʸ: y·xʸ⁻¹ and xʸ·log x. Where base and exponent are 0 the first is 0, and where the base is 0 the second is.
///
/// There the base is replaced *before* the power is taken: what a selection hides must be finite, or it comes back as NaN in the
/// next derivative.
private func powDerivatives(_ call: TapedCall, _ g: Tensor) -> [Derivative?] {
  func operands() throws -> (base: Tensor, exponent: Tensor, isZero: Tensor, one: Tensor) {
    let base = try call.input(0)
    return (base, try call.input(1), base .== base.scalar(0), base.scalar(1))
  }
  return [
    {
      let (base, exponent, isZero, one) = try operands()
      let isConstant = Tensor.call(.and, [isZero, exponent .== exponent.scalar(0)])
      return (g * (exponent * isConstant.select(one, base).pow(exponent - 1))).summed(to: call.shape(0))
    },
    {
      let (base, exponent, isZero, one) = try operands()
      let positive = isZero.select(one, base)
      return (g * isZero.select(base.scalar(0), positive.pow(exponent) * positive.log())).summed(to: call.shape(1))
    },
  ]
}

/// Inputs that tie share the gradient evenly.
private func extremumDerivatives(_ call: TapedCall, _ g: Tensor) -> [Derivative?] {
  func isChosen(_ index: Int) throws -> Tensor { (try call.input(index) .== call.output()).cast(to: g.dtype) }
  return call.node.inputs.indices.map { index in
    {
      let ties = try call.node.inputs.indices.dropFirst().reduce(isChosen(0)) { try $0 + isChosen($1) }
      return try (g * isChosen(index) / ties).summed(to: call.shape(index))
    }
  }
}

/// The three products of a matrix product and its gradients form a closed set, so a second order needs nothing new.
private func gemmDerivatives(_ call: TapedCall, _ g: Tensor) -> [Derivative?] {
  let (transA, transB) = (call.attributes.flag("transA"), call.attributes.flag("transB"))
  let (alpha, beta) = (call.attributes.float("alpha") ?? 1, call.attributes.float("beta") ?? 1)
  return [
    {
      let b = try call.input(1)
      return transA
        ? .gemm(b, g, transA: transB, transB: true, alpha: alpha) : .gemm(g, b, transB: !transB, alpha: alpha)
    },
    {
      let a = try call.input(0)
      return transB
        ? .gemm(g, a, transA: true, transB: transA, alpha: alpha) : .gemm(a, g, transA: !transA, alpha: alpha)
    },
    { (beta == 1 ? g : g * Double(beta)).summed(to: call.shape(2)) },
  ]
}

private func matMulDerivatives(_ call: TapedCall, _ g: Tensor) -> [Derivative?] {
  guard let product = MatMulShape(call.shape(0), call.shape(1)) else {
    preconditionFailure("MatMul of \(call.shape(0)) and \(call.shape(1)) was not checked")
  }
  let matrix = g.reshaped(to: Shape(product.batch + [product.m, product.n]))
  func transposed(_ index: Int, as shape: Shape) throws -> Tensor {
    let axes = Array(shape.indices)
    return try call.input(index).reshaped(to: shape).transposed(axes.dropLast(2) + axes.suffix(2).reversed())
  }
  return [
    { matrix.matmul(try transposed(1, as: product.right)).summed(to: product.left).reshaped(to: call.shape(0)) },
    { try transposed(0, as: product.left).matmul(matrix).summed(to: product.right).reshaped(to: call.shape(1)) },
  ]
}

private func concatDerivatives(_ call: TapedCall, _ g: Tensor) -> [Derivative?] {
  let axis = g.shape.normalized(axis: call.attributes.int("axis") ?? 0) ?? 0
  var start = 0
  return call.node.inputs.indices.map { index in
    let (from, to) = (start, start + call.shape(index)[axis])
    start = to
    return { g.sliced(axis: axis, from: from, to: to) }
  }
}

/// Puts the gradient back where the slice took its elements: turned round, spread by the step, and padded.
private func sliceDerivative(_ call: TapedCall, _ g: Tensor) throws -> Tensor {
  let shape = call.shape(0)
  let slices = try SliceRange.ranges(
    of: shape, starts: call.integers(1) ?? [], ends: call.integers(2) ?? [], axes: call.integers(3),
    steps: call.integers(4)
  ) { GraphError(.shape, $0) }
  guard !g.shape.contains(0) else { return .zeros(shape, dtype: g.dtype) }
  var spread = g
  for (axis, slice) in slices.enumerated() where slice.step != 1 {
    if slice.step < 0 { spread = spread.sliced(axis: axis, from: -1, to: .min, step: -1) }
    guard slice.count > 1 else { continue }
    let gap = abs(slice.step) - 1
    let extents = spread.shape.dimensions
    let rank = extents.count
    var after = [Int](repeating: 0, count: rank + 1)
    after[axis + 1] = gap
    spread = spread.reshaped(extents[...axis] + [1] + extents[(axis + 1)...])
      .padded(before: [Int](repeating: 0, count: rank + 1), after: after)
      .reshaped(extents[..<axis] + [extents[axis] * (gap + 1)] + extents[(axis + 1)...])
  }
  let first = slices.map { $0.step > 0 || $0.count == 0 ? $0.start : $0.start + ($0.count - 1) * $0.step }
  return spread.padded(before: first, after: shape.indices.map { shape[$0] - first[$0] - spread.shape[$0] })
}

private func padDerivatives(_ call: TapedCall, _ g: Tensor) -> [Derivative?] {
  func interior() throws -> Tensor {
    let shape = call.shape(0)
    let pads = try call.integers(1) ?? []
    let axes = try call.integers(3)?.map { shape.normalized(axis: $0) ?? 0 } ?? Array(shape.indices)
    var (before, after) = ([Int](repeating: 0, count: shape.rank), [Int](repeating: 0, count: shape.rank))
    for (index, axis) in axes.enumerated() {
      before[axis] = -pads[index]
      after[axis] = -pads[axes.count + index]
    }
    return g.padded(before: before, after: after)
  }
  return [{ try interior() }, nil, { (g.sum() - (try interior()).sum()).reshaped(to: call.shape(2)) }, nil]
}

/// y = (x - mean) / √(var + ε) · scale + bias per channel, with the batch's statistics in training mode.
private func batchNormalizationDerivatives(_ call: TapedCall) throws -> [Derivative?] {
  let shape = try call.staticShape(0)
  let channels = shape[1]
  let axes = shape.indices.filter { $0 != 1 }
  let count = Double(shape.elementCount / max(channels, 1))
  let epsilon = Double(call.attributes.float("epsilon") ?? 0)
  let momentum = Double(call.attributes.float("momentum") ?? 0)
  let isTraining = call.attributes.flag("training_mode")
  func perChannel(_ tensor: Tensor) -> Tensor {
    tensor.reshaped([1, channels] + [Int](repeating: 1, count: shape.rank - 2))
  }
  func total(_ tensor: Tensor) -> Tensor { tensor.sum(axes) }
  let x = try call.input(0)
  let centred = x - (isTraining ? x.mean(axes, keepDims: true) : perChannel(try call.input(3)))
  let variance = isTraining ? centred.squared().mean(axes, keepDims: true) : perChannel(try call.input(4))
  let inverse = (variance + epsilon).sqrt().reciprocal()
  let g = call.gradOutputs[0]
  let runningMean = call.gradOutputs.count > 1 ? call.gradOutputs[1] : nil
  let runningVariance = call.gradOutputs.count > 2 ? call.gradOutputs[2] : nil

  func inputDerivative() throws -> Tensor? {
    var result: Tensor?
    func accumulate(_ term: Tensor) { result = result.map { $0 + term } ?? term }
    if let g {
      let factor = perChannel(try call.input(1)) * inverse
      if isTraining {
        let unit = centred * inverse
        accumulate(factor * (g - g.mean(axes, keepDims: true) - unit * (g * unit).mean(axes, keepDims: true)))
      } else {
        accumulate(factor * g)
      }
    }
    if let runningMean { accumulate(perChannel(runningMean * ((1 - momentum) / count)).expanded(to: shape)) }
    if let runningVariance { accumulate(perChannel(runningVariance * (2 * (1 - momentum) / count)) * centred) }
    return result
  }
  func scaleDerivative() -> Tensor? { g.map { total($0 * (centred * inverse)) } }
  func meanDerivative() throws -> Tensor? {
    if isTraining { return runningMean.map { $0 * momentum } }
    let factor = perChannel(try call.input(1)) * inverse
    return g.map { -total($0 * factor) }
  }
  func varianceDerivative() throws -> Tensor? {
    if isTraining { return runningVariance.map { $0 * momentum } }
    let factor = perChannel(try call.input(1)) * (inverse * inverse * inverse) * -0.5
    return g.map { total($0 * centred * factor) }
  }
  return [inputDerivative, scaleDerivative, { g.map(total) }, meanDerivative, varianceDerivative]
}

private func reducedAxes(_ call: TapedCall) throws -> [Int] {
  let rank = call.shape(0).rank
  if let axes = try call.integers(1), !axes.isEmpty { return axes.map { $0 < 0 ? $0 + rank : $0 } }
  return call.attributes.flag("noop_with_empty_axes") ? [] : Array(0..<rank)
}

/// The shape of a reduction with the reduced axes kept as 1.
private func keptShape(_ call: TapedCall) throws -> Shape {
  let axes = Set(try reducedAxes(call))
  return Shape(call.shape(0).enumerated().map { axes.contains($0.offset) ? 1 : $0.element })
}

private func inverse(_ order: [Int]?, rank: Int) -> [Int] {
  guard let order else { return Array((0..<rank).reversed()) }
  var inverse = order
  for (position, axis) in order.enumerated() { inverse[axis] = position }
  return inverse
}
