/// Normalisation of each sample by itself: no sample's result depends on another's.
///
/// Each computes (x - mean) / √(var + epsilon) · scale + bias over some elements of a sample, with the biased variance.
extension Normalization {
  /// Normalises over the axes from `axis` on. Scale and B broadcast to X.
  ///
  /// Mean and InvStdDev are always float32; the statistics are computed in X's type. Source: ONNX
  /// LayerNormalization-17; arXiv:1607.06450.
  static let layerNormalization = OpDefinition(
    Signature(
      since: 17,
      [Formal("X", .floating, "T"), Formal("Scale", .floating, "T"), Formal("B", .floating, "T", .optional)],
      to: [
        Formal("Y", .floating, "T"), Formal("Mean", .floating, "U", .optional),
        Formal("InvStdDev", .floating, "U", .optional),
      ],
      attributes: [
        .defaulted("axis", .int(-1)), .defaulted("epsilon", .float(1e-5)), .defaulted("stash_type", .int(1)),
      ]),
    traits: .init(.normalization(.trailingAxes), .rounded),
    infer: { context in
      let x = context.input(0)
      guard context.attributes.dataType("stash_type") == .float32 else {
        throw context.error(
          .attribute, "'stash_type' is \(context.attributes.int("stash_type") ?? 0), expected 1 (float32)")
      }
      let axis = try normalizedAxes(context).lowerBound
      let statistics = TensorType(.float32, Shape(x.shape.enumerated().map { $0 < axis ? $1 : 1 }))
      return Array([x, statistics, statistics].prefix(context.outputCount))
    },
    evaluate: { context in
      let x = context.input(0)
      let axis = x.shape.normalized(axis: context.attributes.int("axis") ?? -1) ?? 0
      let rows = NormalizedRows(x, rows: x.shape.prefix(axis).reduce(1, *), context)
      let y = affine(rows.values, context, shape: x.shape) { Movement.broadcast($0, to: x.shape).doubles }
      return zip([y, rows.mean, rows.inverseDeviation], context.outputs).map { numbers, type in
        Elementwise.convert(TensorValue(numbers, shape: type.shape), to: type.dtype)
      }
    },
    composition: { composer in
      let x = composer.input(0)
      let shape = try composer.shape(x)
      let axis = shape.normalized(axis: composer.attributes.int("axis") ?? -1) ?? 0
      let (values, mean, inverse) = try normalized(x, over: axis..<shape.rank, composer)
      let scaled = try composer.call(.mul, values, composer.input(1))
      let y = try composer.optional(2).map { try composer.call(.add, scaled, $0) } ?? scaled
      let statistics = try [mean, inverse].map { try cast($0, to: .float32, composer) }
      return Array(([y] + statistics).prefix(composer.outputCount))
    })

  /// x / √(mean(x²) + epsilon) · scale over the axes from `axis` on: layer normalisation without the mean.
  ///
  /// Source: ONNX RMSNormalization-23; arXiv:1910.07467.
  static let rmsNormalization = OpDefinition(
    Signature(
      since: 23, [Formal("X", .floating, "T"), Formal("scale", .floating, "V")], to: [Formal("Y", .floating, "V")],
      attributes: [
        .defaulted("axis", .int(-1)), .defaulted("epsilon", .float(1e-5)), .defaulted("stash_type", .int(1)),
      ]),
    traits: .init(.normalization(.trailingAxes), .rounded),
    infer: { context in
      try checkStashType(context)
      _ = try normalizedAxes(context)
      return [TensorType(context.input(1).dtype, context.input(0).shape)]
    },
    evaluate: { context in
      let x = context.input(0)
      let axis = x.shape.normalized(axis: context.attributes.int("axis") ?? -1) ?? 0
      let rows = NormalizedRows(x, rows: x.shape.prefix(axis).reduce(1, *), isCentred: false, context)
      let y = affine(rows.values, context, shape: x.shape) { Movement.broadcast($0, to: x.shape).doubles }
      return [Elementwise.convert(TensorValue(y, shape: x.shape), to: context.outputs[0].dtype)]
    },
    composition: { composer in
      let (x, scale) = (composer.input(0), composer.input(1))
      let shape = try composer.shape(x)
      let axis = shape.normalized(axis: composer.attributes.int("axis") ?? -1) ?? 0
      let wide = try widened(x, composer)
      let (values, _, _) = try normalized(wide, over: axis..<shape.rank, isCentred: false, composer)
      return [try composer.call(.mul, cast(values, to: composer.type(scale).dtype, composer), scale)]
    })

  /// Normalises over the channels of one of `num_groups` groups and the later axes. Scale and bias are per channel.
  ///
  /// Source: ONNX GroupNormalization-21; arXiv:1803.08494.
  static let groupNormalization = OpDefinition(
    Signature(
      since: 21, [Formal("X", .floating, "T"), Formal("scale", .floating, "T"), Formal("bias", .floating, "T")],
      to: [Formal("Y", .floating, "T")],
      attributes: [
        .defaulted("epsilon", .float(1e-5)), .required("num_groups", .int), .defaulted("stash_type", .int(1)),
      ]),
    traits: .init(.normalization(.groups), .rounded),
    infer: { context in
      try checkStashType(context)
      let channels = try channels(context, leastRank: 2)
      let groups = context.attributes.int("num_groups") ?? 0
      guard channels >= 0 else {
        throw context.error(.shape, "X is \(context.input(0).shape), expected a known number of channels")
      }
      guard groups > 0, channels.isMultiple(of: groups) else {
        throw context.error(.attribute, "\(channels) channels can't be divided into \(groups) groups")
      }
      return [context.input(0)]
    },
    evaluate: { context in
      let x = context.input(0)
      return perChannel(context, rows: x.shape[0] * (context.attributes.int("num_groups") ?? 1))
    },
    composition: { composer in
      let x = composer.input(0)
      let type = try composer.type(x)
      let groups = composer.attributes.int("num_groups") ?? 1
      let grouped = try reshaped(widened(x, composer), groupedExtents(type.shape, groups), of: type.shape, composer)
      let (values, _, _) = try normalized(grouped, over: 2..<3, composer)
      // At most one symbolic extent can be written as -1; the batch is copied by 0.
      let extents = type.shape.enumerated().map { $1 >= 0 ? $1 : $0 == 0 ? 0 : -1 }
      let y = try reshaped(cast(values, to: type.dtype, composer), extents, of: type.shape, composer)
      return [try perChannel(y, composer)]
    })

  /// Normalises over the axes from 2 on. Scale and B are per channel.
  ///
  /// Source: ONNX InstanceNormalization-6; arXiv:1607.08022.
  static let instanceNormalization = OpDefinition(
    Signature(
      since: 6, [Formal("input", .floating, "T"), Formal("scale", .floating, "T"), Formal("B", .floating, "T")],
      to: [Formal("output", .floating, "T")], attributes: [.defaulted("epsilon", .float(1e-5))]),
    traits: .init(.normalization(.channel), .rounded),
    infer: { context in
      _ = try channels(context, leastRank: 3)
      return [context.input(0)]
    },
    evaluate: { context in
      let x = context.input(0)
      return perChannel(context, rows: x.shape[0] * x.shape[1])
    },
    composition: { composer in
      let x = composer.input(0)
      return [try perChannel(normalized(x, over: 2..<composer.shape(x).rank, composer).values, composer)]
    })
}

// MARK: Inference

extension Normalization {
  /// Returns the axes from `axis` on, for parameters that broadcast to X.
  private static func normalizedAxes(_ context: InferenceContext) throws -> Range<Int> {
    let shape = context.input(0).shape
    let axis = try context.normalize([context.attributes.int("axis") ?? -1], of: shape)[0]
    for index in 1..<context.inputs.count where context.has(index) {
      guard Shape.broadcast(shape, context.input(index).shape) == shape else {
        let name = context.op.definition.signature.inputs[index].name
        throw context.error(.shape, "\(name) is \(context.input(index).shape), which does not broadcast to X, \(shape)")
      }
    }
    return axis..<shape.rank
  }

  /// Returns the number of channels of [N, C, …], for parameters per channel.
  private static func channels(_ context: InferenceContext, leastRank: Int) throws -> Int {
    let shape = context.input(0).shape
    let formals = context.op.definition.signature.inputs
    guard shape.rank >= leastRank else {
      let expected = leastRank == 2 ? "[N, C, …]" : "[N, C, D1, …]"
      throw context.error(.shape, "\(formals[0].name) is \(shape), expected \(expected)")
    }
    for index in 1...2 where context.input(index).shape != [shape[1]] {
      throw context.error(
        .shape,
        "\(formals[index].name) is \(context.input(index).shape), "
          + "expected [\(shape[1])] as \(formals[0].name) is \(shape)")
    }
    return shape[1]
  }

  private static func checkStashType(_ context: InferenceContext) throws {
    guard context.attributes.dataType("stash_type")?.isFloatingPoint == true else {
      throw context.error(
        .attribute,
        "'stash_type' is \(context.attributes.int("stash_type") ?? 0), expected 1 (float32) or 11 (float64)")
    }
  }
}

// MARK: Reference

/// Rows of equal length, normalised to mean 0 and variance 1.
private struct NormalizedRows {
  var values: [Double]
  var mean, inverseDeviation: [Double]

  init(_ x: TensorValue, rows: Int, isCentred: Bool = true, _ context: EvaluationContext) {
    let epsilon = Double(context.attributes.float("epsilon") ?? 0)
    values = x.doubles
    mean = [Double](repeating: 0, count: rows)
    inverseDeviation = mean
    let length = values.count / Swift.max(rows, 1)
    for row in 0..<rows {
      let members = row * length..<(row + 1) * length
      if isCentred { mean[row] = members.reduce(0) { $0 + values[$1] } / Double(length) }
      for index in members { values[index] -= mean[row] }
      let variance = members.reduce(0) { $0 + values[$1] * values[$1] } / Double(length)
      inverseDeviation[row] = 1 / (variance + epsilon).squareRoot()
      for index in members { values[index] *= inverseDeviation[row] }
    }
  }
}

extension Normalization {
  /// Returns values times scale plus bias, if there is one; `spread` expands a parameter to the shape of X.
  private static func affine(
    _ values: [Double], _ context: EvaluationContext, shape: Shape, spread: (TensorValue) -> [Double]
  ) -> [Double] {
    let scaled = zip(values, spread(context.input(1))).map { $0 * $1 }
    guard let bias = context.optional(2) else { return scaled }
    return zip(scaled, spread(bias)).map { $0 + $1 }
  }

  private static func perChannel(_ context: EvaluationContext, rows: Int) -> [TensorValue] {
    let x = context.input(0)
    let rows = NormalizedRows(x, rows: rows, context)
    let inner = x.shape.dropFirst(2).reduce(1, *)
    let y = affine(rows.values, context, shape: x.shape) { parameter in
      let numbers = parameter.doubles
      return (0..<x.count).map { numbers[$0 / inner % numbers.count] }
    }
    return [Elementwise.convert(TensorValue(y, shape: x.shape), to: x.dtype)]
  }
}

// MARK: Composition

extension Normalization {
  /// Returns (x - mean) / √(var + epsilon), or x / √(mean(x²) + epsilon), with the mean and 1 / √(…).
  private static func normalized(
    _ x: CompositionValue, over axes: Range<Int>, isCentred: Bool = true, _ composer: Composer
  ) throws -> (values: CompositionValue, mean: CompositionValue, inverse: CompositionValue) {
    let axes = composer.integers(Array(axes))
    let epsilon = try composer.constant(Double(composer.attributes.float("epsilon") ?? 0), like: x)
    let mean = isCentred ? try composer.call(.reduceMean, x, axes) : x
    let centred = isCentred ? try composer.call(.sub, x, mean) : x
    let variance = try composer.call(.reduceMean, composer.call(.mul, centred, centred), axes)
    let deviation = try composer.call(.sqrt, composer.call(.add, variance, epsilon))
    let inverse = try composer.call(.reciprocal, deviation)
    return (try composer.call(.mul, centred, inverse), mean, inverse)
  }

  /// Returns values times scale plus bias, both per channel.
  private static func perChannel(_ values: CompositionValue, _ composer: Composer) throws -> CompositionValue {
    let ones = [Int](repeating: 1, count: try composer.shape(values).rank - 2)
    func column(_ index: Int) throws -> CompositionValue {
      try composer.call(.reshape, composer.input(index), composer.integers([-1] + ones))
    }
    return try composer.call(.add, composer.call(.mul, values, column(1)), column(2))
  }

  /// Returns the extents of [N, C, …] as [N, groups, elements of a group].
  private static func groupedExtents(_ shape: Shape, _ groups: Int) -> [Int] {
    shape.isStatic ? [shape[0], groups, shape[1] / groups * shape.dropFirst(2).reduce(1, *)] : [0, groups, -1]
  }

  private static func reshaped(
    _ value: CompositionValue, _ extents: [Int], of original: Shape, _ composer: Composer
  ) throws -> CompositionValue {
    // A static extent of 0 means an empty axis.
    let attributes: Attributes = original.isStatic ? ["allowzero": .int(1)] : [:]
    return try composer.call(.reshape, value, composer.integers(extents), attributes: attributes)
  }

  /// Returns `x` in the type of the statistics: `stash_type`, or its own if that is wider.
  private static func widened(_ x: CompositionValue, _ composer: Composer) throws -> CompositionValue {
    try cast(
      x, to: composer.attributes.dataType("stash_type") == .float64 ? .float64 : composer.type(x).dtype, composer)
  }

  private static func cast(_ value: CompositionValue, to type: DataType, _ composer: Composer) throws
    -> CompositionValue
  {
    try composer.type(value).dtype == type
      ? value : composer.call(.cast, value, attributes: ["to": .int(type.onnxCode)])
  }
}
