import GraphIR

/// Recurrent networks of the smallest sizes: gradcheck covers all of their steps.
extension OpExamples {
  private struct Sizes {
    var steps = 2
    var batch = 1
    var input = 1
    var hidden = 1
    var directions = 1
  }

  /// X, W and R, and as requested B, sequence_lens, initial_h and, for LSTM, initial_c and P.
  private static func arguments(
    _ data: inout ExampleData, gates: Int, _ sizes: Sizes, isBatchFirst: Bool = false, bias: Bool = false,
    lengths: [Int]? = nil, states: Bool = false, peepholes: Bool = false
  ) -> [TensorValue?] {
    let (d, n, h) = (sizes.directions, sizes.batch, sizes.hidden)
    let rows = gates * h
    let state: Shape = isBatchFirst ? [n, d, h] : [d, n, h]
    var inputs: [TensorValue?] = [
      data.signed(isBatchFirst ? [n, sizes.steps, sizes.input] : [sizes.steps, n, sizes.input]),
      data.signed([d, rows, sizes.input]), data.signed([d, rows, h]), bias ? data.signed([d, 2 * rows]) : nil,
      lengths.map { TensorValue(integers: $0) }, states ? data.signed(state) : nil,
    ]
    if gates == 4 { inputs += [states ? data.signed(state) : nil, peepholes ? data.signed([d, 3 * h]) : nil] }
    while inputs.last == .some(nil) { inputs.removeLast() }
    return inputs
  }

  static func rnn(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.rnn, "plain", arguments(&data, gates: 1, Sizes(batch: 2, hidden: 2)), ["hidden_size": .int(2)]),
      OpExample(
        .rnn, "all inputs, backwards",
        arguments(&data, gates: 1, Sizes(batch: 2), bias: true, lengths: [1, 2], states: true),
        ["direction": .string("reverse"), "activations": .strings(["Sigmoid"])], outputCount: 2,
        differentiableOutputs: [0, 1]),
      OpExample(
        .rnn, "both directions, batch first",
        arguments(&data, gates: 1, Sizes(batch: 2, directions: 2), isBatchFirst: true, states: true),
        [
          "direction": .string("bidirectional"), "layout": .int(1),
          "activations": .strings(["ScaledTanh", "Softplus"]),
          "activation_alpha": .floats([1.5]), "activation_beta": .floats([0.5]),
        ], outputCount: 2, differentiableOutputs: [0, 1]),
      OpExample(.rnn, "clipped", arguments(&data, gates: 1, Sizes(hidden: 2)), ["clip": .float(9)]),
    ]
  }

  static func gru(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.gru, "plain", arguments(&data, gates: 3, Sizes(input: 2)), ["hidden_size": .int(1)]),
      OpExample(
        .gru, "all inputs, backwards",
        arguments(&data, gates: 3, Sizes(batch: 2), bias: true, lengths: [2, 1], states: true),
        ["direction": .string("reverse"), "clip": .float(9)], outputCount: 2, differentiableOutputs: [0, 1]),
      OpExample(
        .gru, "linear before reset, batch first",
        arguments(&data, gates: 3, Sizes(), isBatchFirst: true, bias: true, states: true),
        ["linear_before_reset": .int(1), "layout": .int(1)]),
      OpExample(
        .gru, "both directions", arguments(&data, gates: 3, Sizes(directions: 2)),
        [
          "direction": .string("bidirectional"), "activations": .strings(["Sigmoid", "Elu", "HardSigmoid", "Affine"]),
          "activation_alpha": .floats([0.5, 0.125, 0.75]), "activation_beta": .floats([0.5, 0.25]),
        ], outputCount: 2, differentiableOutputs: [0, 1]),
    ]
  }

  static func lstm(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.lstm, "plain", arguments(&data, gates: 4, Sizes()), ["hidden_size": .int(1)]),
      OpExample(
        .lstm, "all inputs, backwards",
        arguments(&data, gates: 4, Sizes(batch: 2), bias: true, lengths: [1, 2], states: true, peepholes: true),
        ["direction": .string("reverse"), "clip": .float(9)], outputCount: 3, differentiableOutputs: [0, 1, 2]),
      OpExample(
        .lstm, "coupled gates, batch first",
        arguments(&data, gates: 4, Sizes(), isBatchFirst: true, states: true),
        ["input_forget": .int(1), "layout": .int(1)], outputCount: 2, differentiableOutputs: [0, 1]),
      OpExample(
        .lstm, "both directions", arguments(&data, gates: 4, Sizes(directions: 2)),
        [
          "direction": .string("bidirectional"),
          "activations": .strings(["Sigmoid", "Softsign", "Tanh", "HardSigmoid", "Tanh", "LeakyRelu"]),
          "activation_alpha": .floats([0.125, 0.25]), "activation_beta": .floats([0.5]),
        ], outputCount: 3, differentiableOutputs: [0, 1, 2]),
    ]
  }
}
