/// Recurrent layers, in one direction or both.
///
/// The equations are those of ONNX's documentation. As in ONNX Runtime, `clip` bounds the inputs of the gates'
/// activations but not the cell as the input of LSTM's last activation. The number of steps must be known; the batch
/// may be symbolic. `sequence_lens` is int64 here, as all integers of the vocabulary, and int32 in ONNX.
enum Recurrent {
  private static let rnnKind = RecurrentCall.Kind(gates: 1, activations: ["Tanh"])
  private static let gruKind = RecurrentCall.Kind(gates: 3, activations: ["Sigmoid", "Tanh"])
  private static let lstmKind = RecurrentCall.Kind(gates: 4, activations: ["Sigmoid", "Tanh", "Tanh"], hasCell: true)

  /// H = f(X·Wᵀ + H·Rᵀ + Wb + Rb).
  ///
  /// Source: ONNX RNN-14; Elman, "Finding Structure in Time", 1990.
  static let rnn = recurrent(
    rnnKind, attributes: [.defaulted("activations", .strings(["Tanh", "Tanh"]))],
    evaluate: { _, kernel in
      kernel.run { at in
        let sum = zip(kernel.input(0, at), kernel.recurrence(0, at, at.hidden)).map(+)
        return (kernel.activate(0, at, sum), [])
      }
    },
    compose: { _, steps in
      try steps.run { direction, input, state in
        let recurrence = try state.hidden.map { try steps.composer.call(.matMul, $0, direction.r) }
        let sum = try steps.sum(steps.sum(steps.sum(input, direction.wb), direction.rb), recurrence)
        return .init(hidden: try steps.activate(direction.activations[0], sum))
      }
    })

  /// Gates z (update), r (reset) and h (hidden). The reset gate is applied to H, or with `linear_before_reset` to its
  /// matrix product with R plus Rb, as in PyTorch's GRU.
  ///
  /// Source: ONNX GRU-14; arXiv:1406.1078, and arXiv:1412.3555 for the other form.
  static let gru = recurrent(
    gruKind, attributes: [.optional("activations", .strings), .defaulted("linear_before_reset", .int(0))],
    evaluate: { attributes, kernel in
      let isLinearFirst = attributes.flag("linear_before_reset")
      return kernel.run { at in
        let (z, r) = (
          kernel.activate(0, at, zip(kernel.input(0, at), kernel.recurrence(0, at, at.hidden)).map(+)),
          kernel.activate(0, at, zip(kernel.input(1, at), kernel.recurrence(1, at, at.hidden)).map(+))
        )
        let recurrence =
          isLinearFirst
          ? zip(r, kernel.recurrence(2, at, at.hidden)).map(*)
          : kernel.recurrence(2, at, zip(r, at.hidden).map(*))
        let h = kernel.activate(1, at, zip(kernel.input(2, at), recurrence).map(+))
        return (at.hidden.indices.map { (1 - z[$0]) * h[$0] + z[$0] * at.hidden[$0] }, [])
      }
    },
    compose: { attributes, steps in
      let isLinearFirst = attributes.flag("linear_before_reset")
      return try steps.run { direction, products, state in
        let input = try steps.sum(products, direction.wb)
        let rows = steps.call.hiddenSize
        let r = try [(0, 2 * rows), (2 * rows, 3 * rows)].map { try steps.slice(direction.r, axis: 2, $0, $1) }
        let rb = try direction.rb.map { bias in
          try [(0, 2 * rows), (2 * rows, 3 * rows)].map { try steps.slice(bias, axis: 1, $0, $1) }
        }
        func times(_ hidden: CompositionValue?, _ matrix: Int) throws -> CompositionValue? {
          try hidden.map { try steps.composer.call(.matMul, $0, r[matrix]) }
        }
        let gates = try steps.sum(
          steps.sum(steps.slice(input, axis: 2, 0, 2 * rows), rb?[0]), times(state.hidden, 0))
        let z = try steps.activate(direction.activations[0], steps.gate(gates, 0))
        let reset = try steps.activate(direction.activations[0], steps.gate(gates, 1))
        let recurrence: CompositionValue?
        if isLinearFirst {
          let linear = try times(state.hidden, 1).map { try steps.sum($0, rb?[1]) } ?? rb?[1]
          recurrence = try steps.product(reset, linear)
        } else {
          recurrence = try times(steps.product(reset, state.hidden), 1).map { try steps.sum($0, rb?[1]) } ?? rb?[1]
        }
        let h = try steps.activate(direction.activations[1], steps.sum(steps.gate(input, 2), recurrence))
        let new = try steps.composer.call(.mul, steps.complement(z), h)
        return .init(hidden: try steps.sum(new, steps.product(z, state.hidden)))
      }
    })

  /// Gates i (input), o (output), f (forget) and c (cell), with peepholes P and `input_forget` (f = 1 - i).
  ///
  /// Source: ONNX LSTM-14; Hochreiter and Schmidhuber, "Long Short-Term Memory", 1997; Gers and Schmidhuber, "Recurrent
  /// Nets that Time and Count", 2000, for the peepholes.
  static let lstm = recurrent(
    lstmKind, attributes: [.optional("activations", .strings), .defaulted("input_forget", .int(0))],
    evaluate: { attributes, kernel in
      let isCoupled = attributes.flag("input_forget")
      return kernel.run { at in
        func gate(_ index: Int, peephole: Int?, _ cell: [Double], activation: Int) -> [Double] {
          var sum = zip(kernel.input(index, at), kernel.recurrence(index, at, at.hidden)).map(+)
          if let peephole, let p = kernel.peepholes(peephole, at) { sum = zip(sum, zip(p, cell).map(*)).map(+) }
          return kernel.activate(activation, at, sum)
        }
        let i = gate(0, peephole: 0, at.cell, activation: 0)
        let f = isCoupled ? i.map { 1 - $0 } : gate(2, peephole: 2, at.cell, activation: 0)
        let c = gate(3, peephole: nil, at.cell, activation: 1)
        let cell = at.cell.indices.map { f[$0] * at.cell[$0] + i[$0] * c[$0] }
        let o = gate(1, peephole: 1, cell, activation: 0)
        return (zip(o, kernel.activateUnclipped(2, at, cell)).map(*), cell)
      }
    },
    compose: { attributes, steps in
      let isCoupled = attributes.flag("input_forget")
      return try steps.run { direction, products, state in
        let recurrence = try state.hidden.map { try steps.composer.call(.matMul, $0, direction.r) }
        let sums = try steps.sum(steps.sum(steps.sum(products, direction.wb), direction.rb), recurrence)
        func gate(_ index: Int, peephole: Int?, _ cell: CompositionValue?, activation: Int) throws -> CompositionValue {
          var sum = try steps.gate(sums, index)
          if let peephole, let p = direction.p {
            sum = try steps.sum(sum, steps.product(steps.gate(p, peephole), cell))
          }
          return try steps.activate(direction.activations[activation], sum)
        }
        let i = try gate(0, peephole: 0, state.cell, activation: 0)
        let c = try gate(3, peephole: nil, nil, activation: 1)
        var cell = try steps.composer.call(.mul, i, c)
        if let old = state.cell {
          let f = try isCoupled ? steps.complement(i) : gate(2, peephole: 2, old, activation: 0)
          cell = try steps.composer.call(.add, steps.composer.call(.mul, f, old), cell)
        }
        let o = try gate(1, peephole: 1, cell, activation: 0)
        let bounded = try direction.activations[2].compose(cell, steps.composer)
        return .init(hidden: try steps.composer.call(.mul, o, bounded), cell: cell)
      }
    })

  private static func recurrent(
    _ kind: RecurrentCall.Kind, attributes: [AttributeSpecification],
    evaluate: @escaping @Sendable (ResolvedAttributes, RecurrentReference) -> [TensorValue],
    compose: @escaping @Sendable (ResolvedAttributes, RecurrentComposition) throws -> [CompositionValue]
  ) -> OpDefinition {
    func optional(_ name: String) -> Formal { Formal(name, .floating, "T", .optional) }
    return OpDefinition(
      Signature(
        since: 14,
        [
          Formal("X", .floating, "T"), Formal("W", .floating, "T"), Formal("R", .floating, "T"), optional("B"),
          Formal("sequence_lens", .integer, nil, .optional), optional("initial_h"),
        ] + (kind.hasCell ? [optional("initial_c"), optional("P")] : []),
        to: [optional("Y"), optional("Y_h")] + (kind.hasCell ? [optional("Y_c")] : []),
        attributes: attributes + [
          .optional("activation_alpha", .floats), .optional("activation_beta", .floats), .optional("clip", .float),
          .defaulted("direction", .string("forward")), .optional("hidden_size", .int), .defaulted("layout", .int(0)),
        ]),
      traits: .init(.recurrence, .rounded),
      infer: { context in
        let x = context.input(0)
        let call = try RecurrentCall(
          kind, x: x.shape, r: context.input(2).shape, context.attributes, error: context.error)
        for (index, expected) in zip(1..., call.parameterShapes) where context.has(index) {
          guard context.input(index).shape == expected else {
            let name = context.op.definition.signature.inputs[index].name
            throw context.error(.shape, "\(name) is \(context.input(index).shape), expected \(expected)")
          }
        }
        let shapes = [call.outputShape, call.stateShape, call.stateShape]
        return shapes.prefix(context.outputCount).map { TensorType(x.dtype, $0) }
      },
      evaluate: { evaluate($0.attributes, RecurrentReference(try RecurrentCall(kind, $0), $0)) },
      composition: { try compose($0.attributes, RecurrentComposition(kind, $0)) })
  }
}
