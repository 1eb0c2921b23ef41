import GraphIR

extension ImportedOperators {
  static let elementwise: [String: Composition] = [
    // The type may be one that the graph has widened.
    "CastLike": { graph, call in
      let other = try call.input(1)
      var cast = call
      cast.opType = "Cast"
      let code = try graph.type(other).dtype.onnxCode
      cast.attributes["to"] = .int(graph.narrowType(of: other)?.rawValue ?? code)
      if let composed = try ImportedOperators.composition(of: cast, graph) { return try composed(graph, cast) }
      return [try graph.cast(call.input(0), like: other)]
    },
    "Mean": { graph, call in
      let total = try graph.sum(of: call)
      return [try graph.call(.div, total, graph.constant(Double(call.inputs.count), like: total))]
    },
    "Shrink": { graph, call in
      let x = try call.input(0)
      let bias = try graph.constant(Double(call.float("bias", default: 0)), like: x)
      let bound = try graph.constant(Double(call.float("lambd", default: 0.5)), like: x)
      let zero = try graph.constant(0, like: x)
      let isHigh = try graph.call(.greater, x, bound)
      let isLow = try graph.call(.less, x, graph.call(.neg, bound))
      let low = try graph.call(.where, isLow, graph.call(.add, x, bias), zero)
      return [try graph.call(.where, isHigh, graph.call(.sub, x, bias), low)]
    },
    "Sum": { graph, call in [try graph.sum(of: call)] },
    "SwiGLU": { graph, call in
      let (gate, value) = (try call.input(0), try call.input(1))
      let alpha = try graph.constant(Double(call.float("alpha", default: 1)), like: gate)
      let weight = try graph.call(.sigmoid, graph.call(.mul, alpha, gate))
      return [try graph.call(.mul, graph.call(.mul, gate, weight), value)]
    },
    "Swish": { graph, call in
      let x = try call.input(0)
      let alpha = try graph.constant(Double(call.float("alpha", default: 1)), like: x)
      return [try graph.call(.mul, x, graph.call(.sigmoid, graph.call(.mul, alpha, x)))]
    },
  ]
}

extension GraphImport {
  /// A value with the element type of another.
  func cast(_ value: CompositionValue, like other: CompositionValue) throws -> CompositionValue {
    try call(.cast, value, attributes: ["to": .int(type(other).dtype.onnxCode)])
  }

  /// The sum of all inputs.
  fileprivate func sum(of call: OperatorCall) throws -> CompositionValue {
    let inputs = try call.inputs.indices.map(call.input)
    guard let first = inputs.first else { throw call.error(.graph, "expected at least one input") }
    if inputs.count == 1 { return try self.call(.identity, first) }
    return try inputs.dropFirst().reduce(first) { try self.call(.add, $0, $1) }
  }
}
