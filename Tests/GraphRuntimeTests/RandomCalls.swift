import GraphIR
import TestSupport

/// One call of an operator.
struct Call: Sendable {
  var op: Op
  var inputs: [TensorValue?]
  var attributes: Attributes = [:]
  var outputCount = 1

  /// The call with its outputs' types.
  func context() throws -> EvaluationContext {
    let types = try op.definition.infer(
      InferenceContext(
        op, inputs: inputs.map { $0?.type }, constants: inputs, attributes: attributes, outputCount: outputCount))
    return EvaluationContext(op, inputs: inputs, attributes: attributes, outputs: types)
  }

  func run(on backend: some Backend) throws -> [TensorValue] {
    try backend.run(op, inputs: inputs, attributes: attributes, outputs: context().outputs)
  }
}

extension SplitMix64 {
  /// A random valid call of `op` on values of `dtype`, which its first input must take.
  mutating func call(_ op: Op, _ dtype: DataType) -> Call {
    switch op {
    case .abs, .exp, .identity, .log, .neg, .not, .reciprocal, .relu, .sigmoid, .sign, .softplus, .sqrt, .tanh:
      return Call(op: op, inputs: [value(dtype, shape(), scale: chance(0.5) ? 3 : 60)])
    case .stopGradient: return Call(op: op, inputs: [value(dtype, shape())])
    case .acos, .asin, .atanh:
      return Call(op: op, inputs: [value(dtype, shape(), scale: 0.6)])
    case .acosh, .asinh, .atan, .ceil, .cos, .cosh, .erf, .floor, .isNaN, .round, .sin, .sinh, .tan:
      return Call(op: op, inputs: [value(dtype, shape(), scale: chance(0.5) ? 3 : 60)])
    case .clip, .isInf, .mod: return bounded(op, dtype)
    case .celu, .elu, .gelu, .hardSigmoid, .hardSwish, .mish, .prelu, .selu, .softsign, .thresholdedRelu:
      return activation(op, dtype)
    case .leakyRelu:
      return Call(op: op, inputs: [value(dtype, shape())], attributes: ["alpha": .float(0.2)])
    case .add, .and, .div, .equal, .greater, .greaterOrEqual, .less, .lessOrEqual, .mul, .or, .pow, .sub, .xor:
      let wide = shape(rank: 0...5)
      let (a, b) = (narrowed(wide), narrowed(wide))
      let exponent: TensorValue? = op == .pow && dtype.isFloatingPoint && chance(0.3) ? two(dtype) : nil
      let other = op == .pow && chance(0.3) ? pick([.float32, .float64, .int64]) : dtype
      return Call(op: op, inputs: [value(dtype, a), exponent ?? value(other, b)])
    case .max, .min:
      let wide = shape()
      return Call(op: op, inputs: (0...Int.random(in: 0...3, using: &self)).map { _ in value(dtype, narrowed(wide)) })
    case .where:
      let wide = shape()
      let branch = pick(DataType.allCases)
      return Call(
        op: op,
        inputs: [value(.bool, narrowed(wide)), value(branch, narrowed(wide)), value(branch, narrowed(wide))])
    case .cast:
      let target = pick(DataType.allCases)
      return Call(op: op, inputs: [value(dtype, shape())], attributes: ["to": .int(target.onnxCode)])
    case .concat, .expand, .pad, .reshape, .slice, .transpose: return movement(op, dtype)
    case .squeeze, .unsqueeze, .flatten, .split, .tile, .shape, .size: return shaping(op, dtype)
    case .depthToSpace, .spaceToDepth, .trilu, .eyeLike, .constant, .constantOfShape: return rearranging(op, dtype)
    case .resize: return resizing(dtype)
    case .upsample: return upsampling(dtype)
    case .range: return range(dtype)
    case .oneHot: return classes(dtype)
    case .topK: return topK(dtype)
    case .gather, .gatherElements, .gatherND, .scatterElements, .scatterND: return indexing(op, dtype)
    case .gemm, .matMul: return product(op, dtype)
    case .einsum: return einsum(dtype)
    case .nonZero: return Call(op: op, inputs: [value(dtype, shape())])
    case .conv, .convTranspose, .convWeightGrad: return convolution(op, dtype)
    case .averagePool, .globalAveragePool, .globalMaxPool, .maxPool: return pooling(op, dtype)
    case .reduceMax, .reduceMean, .reduceSum: return reduction(op, dtype)
    case .reduceL1, .reduceL2, .reduceLogSum, .reduceLogSumExp, .reduceMin, .reduceProd, .reduceSumSquare:
      return functionReduction(op, dtype)
    case .argMax, .argMin, .cumSum, .hardmax, .logSoftmax, .softmax: return alongAxis(op, dtype)
    case .batchNormalization, .adamStep, .leakyReluGrad: return training(op, dtype)
    case .gru, .lstm, .rnn: return recurrence(op, dtype)
    case .bernoulli, .dropout, .multinomial: return choice(op, dtype)
    case .layerNormalization, .rmsNormalization: return normalizationOfAxes(op, dtype)
    case .groupNormalization, .instanceNormalization: return normalizationOfChannels(op, dtype)
    case .randomNormal, .randomUniform:
      return Call(
        op: op, inputs: [],
        attributes: [
          "dtype": .int(dtype.onnxCode), "seed": .float(Float(Int.random(in: 0..<99, using: &self))),
          "shape": .ints(shape().dimensions),
        ])
    case _ where op.isPlainFunction: return Call(op: op, inputs: [value(dtype, shape(), scale: chance(0.5) ? 0.6 : 60)])
    default: preconditionFailure("\(op.rawValue) has no random calls; add some here")
    }
  }

  private func two(_ dtype: DataType) -> TensorValue { TensorValue(repeating: 2, type: TensorType(dtype, [])) }

  private mutating func movement(_ op: Op, _ dtype: DataType) -> Call {
    let shape = shape(rank: op == .concat ? 1...4 : 0...5)
    let data = value(dtype, shape)
    switch op {
    case .transpose:
      let order = Array(shape.indices).shuffled(using: &self)
      return Call(op: op, inputs: [data], attributes: chance(0.2) ? [:] : ["perm": .ints(order)])
    case .reshape:
      return Call(op: op, inputs: [data, TensorValue(integers: shape.elementCount == 0 ? shape.dimensions : [-1, 1])])
    case .expand:
      return Call(op: op, inputs: [value(dtype, narrowed(shape)), TensorValue(integers: shape)])
    case .concat:
      let axis = Int.random(in: 0..<shape.rank, using: &self)
      let parts = (0...Int.random(in: 0...2, using: &self)).map { _ -> TensorValue in
        var part = shape.dimensions
        part[axis] = Int.random(in: 0...5, using: &self)
        return value(dtype, Shape(part))
      }
      return Call(op: op, inputs: [data] + parts, attributes: ["axis": .int(chance(0.5) ? axis : axis - shape.rank)])
    case .slice:
      let axes = Array(shape.indices).filter { _ in chance(0.7) }
      func bounds(_ generator: inout Self) -> [Int] { axes.map { _ in Int.random(in: -20...20, using: &generator) } }
      let steps = axes.map { _ in pick([1, 1, 2, 3, -1, -2]) }
      return Call(
        op: op,
        inputs: [data] + [bounds(&self), bounds(&self), axes, steps].map { TensorValue(integers: $0) })
    default:
      let pads = (0..<2 * shape.rank).map { _ in Int.random(in: 0...3, using: &self) }
      let cuts = (0..<2 * shape.rank).map { shape[$0 % Swift.max(shape.rank, 1)] > 1 && chance(0.2) ? -1 : pads[$0] }
      if chance(0.4), !shape.contains(0) {
        let mode: AttributeValue = .string(pick(["reflect", "edge", "wrap"]))
        return Call(op: op, inputs: [data, TensorValue(integers: pads)], attributes: ["mode": mode])
      }
      let isCutTwice = shape.indices.contains { shape[$0] + cuts[$0] + cuts[$0 + shape.rank] < 0 }
      return Call(
        op: op, inputs: [data, TensorValue(integers: isCutTwice ? pads : cuts), chance(0.5) ? value(dtype, []) : nil])
    }
  }

  private mutating func product(_ op: Op, _ dtype: DataType) -> Call {
    let extents = [1, 2, 3, 5, 16, 17, 33, 64, 100]
    func extent(_ generator: inout Self) -> Int { generator.chance(0.03) ? 0 : generator.pick(extents) }
    let (m, n, k) = (extent(&self), extent(&self), extent(&self))
    guard op == .gemm else {
      let batch = shape(rank: 0...2).map { Swift.min($0, 5) }
      let (left, right) = (narrowed(Shape(batch)), narrowed(Shape(batch)))
      let a = chance(0.1) ? [k] : Shape(left + [m, k])
      let b = chance(0.1) ? [k] : Shape(right + [k, n])
      return Call(op: op, inputs: [value(dtype, a, special: false), value(dtype, b, special: false)])
    }
    let (transA, transB) = (chance(0.5), chance(0.5))
    let added: Shape? = pick([nil, [n], [n], [1, n], [m, 1], [m, n], [], [1]])
    let isPlain = chance(0.5)
    return Call(
      op: op,
      inputs: [
        value(dtype, transA ? [k, m] : [m, k], special: false),
        value(dtype, transB ? [n, k] : [k, n], special: false),
        added.map { value(dtype, $0, special: false) },
      ],
      attributes: [
        "transA": .int(transA ? 1 : 0), "transB": .int(transB ? 1 : 0), "alpha": .float(isPlain ? 1 : 0.5),
        "beta": .float(isPlain ? 1 : -2),
      ])
  }

  private mutating func reduction(_ op: Op, _ dtype: DataType) -> Call {
    let data = value(dtype, shape(rank: 0...5), special: op == .reduceMax)
    let axes = Array(data.shape.indices).filter { _ in chance(0.5) }.map { chance(0.5) ? $0 : $0 - data.shape.rank }
    return Call(
      op: op, inputs: [data, chance(0.2) ? nil : TensorValue(integers: axes)],
      attributes: ["keepdims": .int(chance(0.5) ? 1 : 0), "noop_with_empty_axes": .int(chance(0.5) ? 1 : 0)])
  }

  private mutating func training(_ op: Op, _ dtype: DataType) -> Call {
    switch op {
    case .leakyReluGrad:
      let shape = shape()
      return Call(op: op, inputs: [value(dtype, shape), value(dtype, shape)], attributes: ["alpha": .float(0.2)])
    case .batchNormalization:
      let (samples, channels) = (pick([1, 2, 7, 64]), pick([1, 3, 64, 130]))
      let x: Shape = pick([[samples, channels], [samples, channels, 5], [samples, channels, 4, 3]])
      let vectors = (0..<3).map { _ in value(dtype, [channels], special: false) }
      let variance = TensorValue(
        (0..<channels).map { _ in Double.random(in: 0.1...2, using: &self) }, shape: [channels])
      let isTraining = chance(0.6)
      let spread = dtype == .float64 ? variance : TensorValue(variance.doubles.map { Float($0) }, shape: [channels])
      return Call(
        op: op, inputs: [value(dtype, x, special: false)] + vectors + [spread],
        attributes: ["epsilon": .float(chance(0.5) ? 0.8 : 1e-3), "training_mode": .int(isTraining ? 1 : 0)],
        outputCount: isTraining ? 3 : 1)
    default:
      let shape = shape()
      let squares = value(dtype, shape, special: false).doubles.map { $0 * $0 }
      let second =
        dtype == .float64 ? TensorValue(squares, shape: shape) : TensorValue(squares.map { Float($0) }, shape: shape)
      let rate = dtype == .float64 ? TensorValue(scalar: 2e-4) : TensorValue(scalar: Float(2e-4))
      let step = TensorValue(scalar: Int64.random(in: 1...5000, using: &self))
      let tensors = (0..<3).map { _ in value(dtype, shape, special: false) }
      return Call(
        op: op, inputs: [rate, step] + tensors + [second],
        attributes: ["alpha": .float(0.5), "beta": .float(0.999)], outputCount: 3)
    }
  }
}
