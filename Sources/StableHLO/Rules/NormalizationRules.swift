import GraphIR

/// Batch normalisation.
enum NormalizationRules {
  /// (x - mean) / √(var + epsilon) · scale + B per channel, with the statistics of the batch in training mode; then
  /// also the next running statistics.
  static func batchNormalization(_ emitter: Emitter, _ call: Call) -> [Value] {
    let x = call.input(0)
    let axes = x.shape.indices.filter { $0 != 1 }
    func spread(_ value: Value) -> Value { emitter.broadcast(value, to: x.shape, axes: [1]) }
    let count = Double(axes.reduce(1) { $0 * x.shape[$1] })
    func mean(_ value: Value) -> Value {
      let sum = emitter.reduce(value, .add, axes: axes)
      return emitter.divide(sum, emitter.constant(count, like: sum))
    }
    let isTraining = call.attributes.flag("training_mode")
    let average = isTraining ? mean(x) : call.input(3)
    let centred = emitter.subtract(x, spread(average))
    let variance = isTraining ? mean(emitter.multiply(centred, centred)) : call.input(4)
    let deviation = emitter.unary("sqrt", emitter.add(variance, call.number("epsilon")))
    let scaled = emitter.multiply(centred, spread(emitter.divide(call.input(1), deviation)))
    let result = emitter.add(scaled, spread(call.input(2)))
    guard isTraining else { return [result] }
    let momentum = call.number("momentum")
    let next = [(call.input(3), average), (call.input(4), variance)].map { old, new in
      emitter.add(emitter.multiply(old, momentum), emitter.multiply(new, 1 - momentum))
    }
    return [result] + next
  }
}
