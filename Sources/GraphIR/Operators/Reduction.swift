import Foundation

/// Reductions over axes. The axes are an input, as in opset 18. Without them every axis is reduced. With
/// `noop_with_empty_axes`, none is, and only the elementwise part of a reduction is applied.
enum Reduction {
  static let sum = reduction(.rounded, .numeric, since: 13, Fold(start: 0, { $0 + $1 }, integerStart: 0, { $0 &+ $1 }))
  static let mean = reduction(
    .rounded, .floating, since: 18, Fold(start: 0, { $0 + $1 }, integerStart: 0, { $0 &+ $1 }, isMean: true))
  static let max = reduction(
    .exact, .any, since: 20,
    Fold(start: -.infinity, { $0.isNaN || $0 > $1 ? $0 : $1 }, integerStart: .min, { Swift.max($0, $1) }))
  static let min = reduction(
    .exact, .any, since: 20,
    Fold(start: .infinity, { $0.isNaN || $0 < $1 ? $0 : $1 }, integerStart: .max, { Swift.min($0, $1) }))
  static let prod = reduction(
    .rounded, .numeric, since: 18, Fold(start: 1, { $0 * $1 }, integerStart: 1, { $0 &* $1 }), composition: product)
  static let sumSquare = reduction(
    .rounded, .numeric, since: 18, Fold(start: 0, { $0 + $1 * $1 }, integerStart: 0, { $0 &+ $1 &* $1 }),
    composition: { [try total($0, of: square($0))] })
  static let l1 = reduction(
    .rounded, .numeric, since: 18,
    Fold(start: 0, { $0 + Swift.abs($1) }, integerStart: 0, { $0 &+ Int64(truncatingIfNeeded: $1.magnitude) }),
    composition: { [try total($0, of: $0.call(.abs, $0.input(0)))] })
  static let l2 = reduction(
    .rounded, .numeric, since: 18,
    Fold(start: 0, { $0 + $1 * $1 }, integerStart: 0, { $0 &+ $1 &* $1 }, finish: { $0.squareRoot() }),
    composition: { composer in [try real(composer, total(composer, of: square(composer))) { try root(composer, $0) }] })
  static let logSum = reduction(
    .rounded, .numeric, since: 18,
    Fold(start: 0, { $0 + $1 }, integerStart: 0, { $0 &+ $1 }, finish: { Foundation.log($0) }),
    composition: { composer in
      [try real(composer, total(composer, of: composer.input(0))) { try composer.call(.log, $0) }]
    })

  /// log Σ eˣ as m + log Σ eˣ⁻ᵐ with the maximum m, so that large values do not overflow.
  static let logSumExp = reduction(.rounded, .numeric, since: 18) { data, kept in
    let numbers = data.doubles
    let maxima = fold(numbers, of: data.shape, to: kept, -Double.infinity) { $0.isNaN || $0 > $1 ? $0 : $1 }
    // An infinite maximum is the result, but e^(∞ - ∞) would be NaN.
    let shifts = maxima.map { $0.isFinite ? $0 : 0 }
    var sums = [Double](repeating: 0, count: kept.elementCount)
    forEachIndex(of: data.shape, kept.broadcastStrides(to: data.shape), data.shape.strides) { index, target, _ in
      sums[target] += Foundation.exp(numbers[index] - shifts[target])
    }
    let logarithms = zip(shifts, sums).map { $0 + Foundation.log($1) }
    return Elementwise.convert(TensorValue(logarithms, shape: kept), to: data.dtype)
  }

  /// The accumulation and the final function of a reduction. Reals are kept in double precision: the reference is the
  /// standard for fast kernels.
  private struct Fold: Sendable {
    let start: Double
    let real: @Sendable (Double, Double) -> Double
    let integerStart: Int64
    let integer: @Sendable (Int64, Int64) -> Int64
    let isMean: Bool
    let finish: (@Sendable (Double) -> Double)?

    init(
      start: Double, _ real: @escaping @Sendable (Double, Double) -> Double, integerStart: Int64,
      _ integer: @escaping @Sendable (Int64, Int64) -> Int64, isMean: Bool = false,
      finish: (@Sendable (Double) -> Double)? = nil
    ) {
      self.start = start
      self.real = real
      self.integerStart = integerStart
      self.integer = integer
      self.isMean = isMean
      self.finish = finish
    }

    func totals(_ data: TensorValue, _ kept: Shape) -> TensorValue {
      var totals: TensorValue
      if data.dtype == .int64 {
        let elements = data.elements(as: Int64.self)
        totals = TensorValue(Reduction.fold(elements, of: data.shape, to: kept, integerStart, integer), shape: kept)
      } else {
        let count = isMean ? Double(data.count) / Double(kept.elementCount) : 1
        let numbers = Reduction.fold(data.doubles, of: data.shape, to: kept, start, real)
        totals = TensorValue(numbers.map { $0 / count }, shape: kept)
      }
      if let finish { totals = TensorValue(totals.doubles.map(finish), shape: kept) }
      // For no elements, the maximum is false and the minimum is true.
      if data.dtype == .bool { return TensorValue(totals.doubles.map { $0 > 0 }, shape: kept) }
      return Elementwise.convert(totals, to: data.dtype)
    }
  }

  private static func reduction(
    _ results: OpTraits.Results, _ types: Set<DataType>, since version: Int, _ fold: Fold,
    composition: (@Sendable (Composer) throws -> [CompositionValue])? = nil
  ) -> OpDefinition {
    reduction(results, types, since: version, composition: composition) { fold.totals($0, $1) }
  }

  /// `totals` receives the data and the shape of its result, in which reduced axes are 1.
  private static func reduction(
    _ results: OpTraits.Results, _ types: Set<DataType>, since version: Int,
    composition: (@Sendable (Composer) throws -> [CompositionValue])? = nil,
    totals: @escaping @Sendable (TensorValue, Shape) -> TensorValue
  ) -> OpDefinition {
    OpDefinition(
      Signature(
        since: version, [Formal("data", types, "T"), Formal("axes", .integer, nil, .optional)],
        to: [Formal("reduced", types, "T")],
        attributes: [.defaulted("keepdims", .int(1)), .defaulted("noop_with_empty_axes", .int(0))]),
      traits: .init(.reduction, results),
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
        return [totals(data, reducedShape(data.shape, axes, true)).reshaped(to: context.outputs[0].shape)]
      }, composition: composition)
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

  static func reducedAxes(
    _ axes: [Int]?, _ attributes: ResolvedAttributes, rank: Int, normalize: ([Int]) throws -> [Int]
  ) rethrows -> [Int] {
    if let axes, !axes.isEmpty { return try normalize(axes) }
    return attributes.flag("noop_with_empty_axes") ? [] : Array(0..<rank)
  }

  static func reducedShape(_ shape: Shape, _ axes: [Int], _ keepsDimensions: Bool) -> Shape {
    Shape(shape.indices.compactMap { axes.contains($0) ? (keepsDimensions ? 1 : nil) : shape[$0] })
  }
}
