import GraphIR
import TestSupport

extension SplitMix64 {
  /// A small recurrent network with any of the optional inputs, and any activations.
  mutating func recurrence(_ op: Op, _ dtype: DataType) -> Call {
    let (gates, functions) = op == .lstm ? (4, 3) : op == .gru ? (3, 2) : (1, 1)
    let (steps, batch, input, hidden) = (pick([1, 2, 4]), pick([0, 1, 3]), pick([1, 2, 7]), pick([1, 3, 5]))
    let direction = pick(["forward", "reverse", "bidirectional"])
    let d = direction == "bidirectional" ? 2 : 1
    let layout = pick([0, 1])
    let state: Shape = layout == 1 ? [batch, d, hidden] : [d, batch, hidden]
    let rows = gates * hidden
    let lengths = TensorValue(integers: (0..<batch).map { _ in Int.random(in: -1...steps + 1, using: &self) })
    func value(_ shape: Shape, _ generator: inout Self) -> TensorValue {
      generator.value(dtype, shape, special: false, scale: 1)
    }
    func optional(_ shape: Shape, _ generator: inout Self) -> TensorValue? {
      generator.chance(0.5) ? value(shape, &generator) : nil
    }
    var inputs: [TensorValue?] = [
      value(layout == 1 ? [batch, steps, input] : [steps, batch, input], &self), value([d, rows, input], &self),
      value([d, rows, hidden], &self), optional([d, 2 * rows], &self), chance(0.5) ? lengths : nil,
      optional(state, &self),
    ]
    var attributes: Attributes = [
      "direction": .string(direction), "layout": .int(layout), "hidden_size": .int(hidden),
      "activation_alpha": .floats([Float](repeating: 0.5, count: d * functions)),
      "activation_beta": .floats([Float](repeating: 0.25, count: d * functions)),
    ]
    if op == .lstm {
      inputs += [optional(state, &self), optional([d, 3 * hidden], &self)]
      attributes["input_forget"] = .int(pick([0, 1]))
    }
    if op == .gru { attributes["linear_before_reset"] = .int(pick([0, 1])) }
    if chance(0.3) { attributes["clip"] = .float(0.75) }
    if chance(0.5) {
      let names = [
        "Relu", "Tanh", "Sigmoid", "Affine", "LeakyRelu", "ScaledTanh", "HardSigmoid", "Elu", "Softsign", "Softplus",
      ]
      attributes["activations"] = .strings((0..<d * functions).map { _ in pick(names) })
    }
    return Call(
      op: op, inputs: inputs, attributes: attributes,
      outputCount: op == .lstm ? pick([1, 2, 3]) : pick([1, 2]))
  }
}
