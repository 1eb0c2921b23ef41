/// Reductions over axes. Axes are an input, as in opset 18; without them every axis is reduced, or none with
/// `noop_with_empty_axes`.
enum Reduction {
  static let sum = reduction(.numeric, since: 13, Steps(start: 0, { $0 + $1 }, integerStart: 0, { $0 &+ $1 }))
  static let mean = reduction(
    .floating, since: 18, Steps(start: 0, { $0 + $1 }, integerStart: 0, { $0 &+ $1 }), isMean: true)
  static let max = reduction(
    .numeric, since: 20,
    Steps(start: -.infinity, { $0.isNaN || $0 > $1 ? $0 : $1 }, integerStart: .min, { Swift.max($0, $1) }))

  /// How a total grows. Reals are kept in double precision: the reference is what fast kernels are measured against.
  private struct Steps: Sendable {
    let start: Double
    let real: @Sendable (Double, Double) -> Double
    let integerStart: Int64
    let integer: @Sendable (Int64, Int64) -> Int64

    init(
      start: Double, _ real: @escaping @Sendable (Double, Double) -> Double, integerStart: Int64,
      _ integer: @escaping @Sendable (Int64, Int64) -> Int64
    ) {
      self.start = start
      self.real = real
      self.integerStart = integerStart
      self.integer = integer
    }
  }

  private static func reduction(
    _ types: Set<DataType>, since version: Int, _ steps: Steps, isMean: Bool = false
  ) -> OpDefinition {
    OpDefinition(
      Signature(
        since: version, [Formal("data", types, "T"), Formal("axes", .integer, nil, .optional)],
        to: [Formal("reduced", types, "T")],
        attributes: [.defaulted("keepdims", .int(1)), .defaulted("noop_with_empty_axes", .int(0))]),
      infer: { context in
        let data = context.input(0)
        let axes = try reducedAxes(context.integers(1), context.attributes, rank: data.shape.rank) {
          try context.normalize($0, of: data.shape)
        }
        return [TensorType(data.dtype, reducedShape(data.shape, axes, context.attributes.flag("keepdims")))]
      },
      evaluate: { context in
        let data = context.input(0)
        let axes = reducedAxes(context.optional(1)?.integers, context.attributes, rank: data.shape.rank) {
          $0.compactMap { data.shape.normalized(axis: $0) }
        }
        let kept = reducedShape(data.shape, axes, true)
        let shape = context.outputs[0].shape
        if data.dtype == .int64 {
          let totals = fold(data.elements(as: Int64.self), of: data.shape, to: kept, steps.integerStart, steps.integer)
          return [TensorValue(totals, shape: shape)]
        }
        let totals = fold(data.doubles, of: data.shape, to: kept, steps.start, steps.real)
        let count = isMean ? Double(data.count) / Double(kept.elementCount) : 1
        return [Elementwise.convert(TensorValue(totals.map { $0 / count }, shape: shape), to: data.dtype)]
      })
  }

  private static func fold<Number>(
    _ numbers: [Number], of shape: Shape, to kept: Shape, _ start: Number, _ step: (Number, Number) -> Number
  ) -> [Number] {
    var totals = [Number](repeating: start, count: kept.elementCount)
    forEachIndex(of: shape, kept.broadcastStrides(to: shape), shape.strides) { index, target, _ in
      totals[target] = step(totals[target], numbers[index])
    }
    return totals
  }

  private static func reducedAxes(
    _ axes: [Int]?, _ attributes: ResolvedAttributes, rank: Int, normalize: ([Int]) throws -> [Int]
  ) rethrows -> Set<Int> {
    if let axes, !axes.isEmpty { return Set(try normalize(axes)) }
    return attributes.flag("noop_with_empty_axes") ? [] : Set(0..<rank)
  }

  private static func reducedShape(_ shape: Shape, _ axes: Set<Int>, _ keepsDimensions: Bool) -> Shape {
    Shape(shape.indices.compactMap { axes.contains($0) ? (keepsDimensions ? 1 : nil) : shape[$0] })
  }
}
