import GraphIR

/// Random choices. Their seeds are attributes, so the draws are constants; the probabilities may be computed.
enum RandomRules {
  /// 1 with the probability in each element.
  static func bernoulli(_ emitter: Emitter, _ call: Call) -> Value {
    let x = call.input(0)
    let draws = draws(emitter, call, x.shape, x.dtype)
    return emitter.convert(emitter.compare(draws, .less, x), to: call.outputs[0].dtype)
  }

  /// The class whose cumulative probability is the first to exceed the draw.
  static func multinomial(_ emitter: Emitter, _ call: Call) -> Value {
    let logits = emitter.convert(call.input(0), to: .float64)
    let (rows, classes, samples) = (logits.shape[0], logits.shape[1], call.outputs[0].shape[1])
    let maximum = emitter.reduce(logits, .maximum, axes: [1], keepsAxes: true)
    let weights = emitter.unary("exponential", emitter.subtract(logits, maximum))
    let cumulative = emitter.cumulativeSum(weights, axis: 1)
    let total = emitter.slice(cumulative, axis: 1, from: classes - 1, to: classes)
    let bounds = emitter.multiply(draws(emitter, call, [rows, samples], .float64), total)
    let isPassed = emitter.compare(
      emitter.reshape(cumulative, to: [rows, 1, classes]), .lessOrEqual,
      emitter.reshape(bounds, to: [rows, samples, 1]))
    let passed = emitter.reduce(emitter.convert(isPassed, to: .int64), .add, axes: [2])
    return emitter.binary("minimum", passed, Double(classes - 1))
  }

  /// In training mode, each element is 0 with the probability `ratio`, and the others are divided by 1 - `ratio`.
  static func dropout(_ emitter: Emitter, _ call: Call) -> [Value] {
    let x = call.input(0)
    let all = emitter.constant(1, TensorType(.bool, x.shape))
    guard let mode = call.optional(2), call.constant(2)?.doubles != [0] else {
      return Array([x, all].prefix(call.outputs.count))
    }
    let ratio =
      call.optional(1).map { emitter.convert($0, to: .float64) } ?? emitter.constant(0.5, TensorType(.float64, []))
    let isKept = emitter.compare(draws(emitter, call, x.shape, .float64), .greaterOrEqual, ratio)
    let mask = emitter.select(mode, isKept, all)
    let rest = emitter.convert(emitter.subtract(emitter.constant(1, like: ratio), ratio), to: x.dtype)
    let result = emitter.select(mode, emitter.select(isKept, emitter.divide(x, rest), 0), x)
    return Array([result, mask].prefix(call.outputs.count))
  }

  private static func draws(_ emitter: Emitter, _ call: Call, _ shape: Shape, _ dtype: DataType) -> Value {
    var stream = RandomStream(of: call.op, call.attributes)
    return emitter.convert(emitter.constant(stream.uniform(shape)), to: dtype)
  }
}
