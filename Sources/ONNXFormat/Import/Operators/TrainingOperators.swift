import GraphIR

extension ImportedOperators {
  /// The domain of ONNX's optimisers.
  static let trainingDomain = "ai.onnx.preview.training"

  /// One step of an optimiser for each tensor. Inputs are the learning rate, the step, and then all tensors, all
  /// gradients, and all states. Source: ONNX `ai.onnx.preview.training`, version 1.
  static let training: [String: Composition] = [
    "Adagrad": { graph, call in
      let states = try graph.eachTensor(call, states: 1) { update, state in
        let gradient = try update.regularized()
        let squares = try graph.call(.add, state[0], graph.call(.mul, gradient, gradient))
        let scale = try graph.call(.add, graph.call(.sqrt, squares), update.number("epsilon", 1e-6))
        let decay = try graph.call(
          .add, update.number("", 1), graph.call(.mul, update.step(), update.number("decay_factor", 0)))
        let rate = try graph.call(.div, update.rate(), decay)
        let step = try graph.call(.mul, rate, graph.call(.div, gradient, scale))
        return [try graph.call(.sub, update.value, step), squares]
      }
      return states
    },
    "Adam": { graph, call in
      try graph.eachTensor(call, states: 2) { update, state in
        let gradient = try update.regularized()
        func mean(_ old: CompositionValue, _ new: CompositionValue, _ name: String, _ value: Float) throws
          -> CompositionValue
        {
          let factor = try call.float(name, default: value)
          return try graph.call(
            .add, graph.call(.mul, update.number(name, value), old),
            graph.call(.mul, graph.constant(Double(1 - factor), like: old), new))
        }
        let first = try mean(state[0], gradient, "alpha", 0.9)
        let second = try mean(state[1], graph.call(.mul, gradient, gradient), "beta", 0.999)
        let scale = try graph.call(.add, graph.call(.sqrt, second), update.number("epsilon", 1e-6))
        // From the second step on, the rate corrects for means that began at 0.
        let (one, count) = (try update.number("", 1), try update.step())
        func missing(_ name: String, _ value: Float) throws -> CompositionValue {
          try graph.call(.sub, one, graph.call(.pow, update.number(name, value), count))
        }
        let corrected = try graph.call(
          .div, graph.call(.mul, update.rate(), graph.call(.sqrt, missing("beta", 0.999))), missing("alpha", 0.9))
        let isLater = try graph.call(.greater, count, update.number("", 0))
        let rate = try graph.call(.where, isLater, corrected, update.rate())
        let step = try graph.call(.mul, rate, graph.call(.div, first, scale))
        let decay = try graph.call(.sub, one, update.number("norm_coefficient_post", 0))
        return [try graph.call(.mul, decay, graph.call(.sub, update.value, step)), first, second]
      }
    },
    "Momentum": { graph, call in
      let mode = try call.string("mode", default: "standard")
      guard mode == "standard" || mode == "nesterov" else { throw call.error(.graph, "'mode' is '\(mode)'") }
      return try graph.eachTensor(call, states: 1) { update, state in
        let gradient = try update.regularized()
        // At step 0 the first gradient enters whole.
        let isLater = try graph.call(.greater, update.step(), update.number("", 0))
        let share = try graph.call(.where, isLater, update.number("beta", 0), update.number("", 1))
        let alpha = try update.number("alpha", 0)
        let velocity = try graph.call(
          .add, graph.call(.mul, alpha, state[0]), graph.call(.mul, share, gradient))
        let direction =
          try mode == "standard" ? velocity : graph.call(.add, gradient, graph.call(.mul, alpha, velocity))
        return [try graph.call(.sub, update.value, graph.call(.mul, update.rate(), direction)), velocity]
      }
    },
  ]
}

/// One tensor in a step of an optimiser.
private struct TensorUpdate {
  let graph: GraphImport
  let call: OperatorCall
  let value: CompositionValue
  let gradient: CompositionValue

  func number(_ name: String, _ fallback: Float) throws -> CompositionValue {
    try graph.constant(Double(name.isEmpty ? fallback : call.float(name, default: fallback)), like: value)
  }

  func rate() throws -> CompositionValue { try converted(call.input(0)) }
  func step() throws -> CompositionValue { try converted(call.input(1)) }

  private func converted(_ scalar: CompositionValue) throws -> CompositionValue {
    let code = try graph.type(value).dtype.onnxCode
    return try graph.call(.cast, scalar, attributes: ["to": .int(code)])
  }

  /// The gradient with that of the norm's penalty.
  func regularized() throws -> CompositionValue {
    try graph.call(.add, graph.call(.mul, number("norm_coefficient", 0), value), gradient)
  }
}

extension GraphImport {
  /// Runs `update` for each tensor of an optimiser with that many states, and sorts its results by kind.
  fileprivate func eachTensor(
    _ call: OperatorCall, states: Int, _ update: (TensorUpdate, [CompositionValue]) throws -> [CompositionValue]
  ) throws -> [CompositionValue?] {
    let groups = states + 2
    let count = (call.inputs.count - 2) / groups
    guard count > 0, call.inputs.count == 2 + groups * count else {
      throw call.error(.graph, "\(call.inputs.count) inputs, expected 2 and \(groups) for each tensor")
    }
    let results = try (0..<count).map { index in
      let inputs = try (0..<groups).map { try call.input(2 + $0 * count + index) }
      let tensor = TensorUpdate(graph: self, call: call, value: inputs[0], gradient: inputs[1])
      return try update(tensor, Array(inputs.dropFirst(2)))
    }
    return (0...states).flatMap { kind in results.map { $0[kind] } }
  }
}
