import GraphIR

/// Reductions over axes, and what normalises along an axis.
enum ReductionRules {
  static func reduce(_ emitter: Emitter, _ call: Call, _ fold: Emitter.Fold) -> Value {
    emitter.reduce(call.input(0), fold, axes: axes(call), keepsAxes: call.attributes.flag("keepdims"))
  }

  static func mean(_ emitter: Emitter, _ call: Call) -> Value {
    let count = axes(call).reduce(1) { $0 * call.input(0).shape[$1] }
    let sum = reduce(emitter, call, .add)
    return emitter.divide(sum, emitter.constant(Double(count), like: sum))
  }

  /// m + log Σ eˣ⁻ᵐ with the maximum m. An infinite maximum is the result: e^(∞ - ∞) would be NaN.
  static func logSumExp(_ emitter: Emitter, _ call: Call) -> Value {
    let (axes, dtype) = (axes(call), call.input(0).dtype)
    let x = emitter.convert(call.input(0), to: dtype == .int64 ? .float64 : dtype)
    let maximum = emitter.reduce(x, .maximum, axes: axes, keepsAxes: true)
    let isFinite = emitter.compare(emitter.unary("abs", maximum), .less, .infinity)
    let shift = emitter.select(isFinite, maximum, 0)
    let powers = emitter.unary("exponential", emitter.subtract(x, shift))
    let sum = emitter.reduce(powers, .add, axes: axes, keepsAxes: true)
    let result = emitter.add(shift, emitter.unary("log", sum))
    return emitter.convert(emitter.reshape(result, to: call.outputs[0].shape), to: dtype)
  }

  static func softmax(_ emitter: Emitter, _ call: Call) -> Value {
    let axis = call.axis(of: call.input(0).shape)
    let powers = emitter.unary("exponential", shifted(emitter, call.input(0), axis))
    return emitter.divide(powers, emitter.reduce(powers, .add, axes: [axis], keepsAxes: true))
  }

  static func logSoftmax(_ emitter: Emitter, _ call: Call) -> Value {
    let axis = call.axis(of: call.input(0).shape)
    let shifted = shifted(emitter, call.input(0), axis)
    let sum = emitter.reduce(emitter.unary("exponential", shifted), .add, axes: [axis], keepsAxes: true)
    return emitter.subtract(shifted, emitter.unary("log", sum))
  }

  static func cumSum(_ emitter: Emitter, _ call: Call) -> Value {
    let x = call.input(0)
    guard let axis = call.known(1)?.integers.first.flatMap(x.shape.normalized(axis:)) else {
      preconditionFailure("CumSum: the axis was not checked")
    }
    return emitter.cumulativeSum(
      x, axis: axis, isExclusive: call.attributes.flag("exclusive"), isReversed: call.attributes.flag("reverse"))
  }

  private static func shifted(_ emitter: Emitter, _ x: Value, _ axis: Int) -> Value {
    emitter.subtract(x, emitter.reduce(x, .maximum, axes: [axis], keepsAxes: true))
  }

  /// Without axes, all are reduced, or none with `noop_with_empty_axes`.
  private static func axes(_ call: Call) -> [Int] {
    let shape = call.input(0).shape
    let named = call.known(1)?.integers ?? []
    if !named.isEmpty { return named.compactMap(shape.normalized(axis:)) }
    return call.attributes.flag("noop_with_empty_axes") ? [] : Array(shape.indices)
  }
}
