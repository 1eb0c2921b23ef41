import GraphIR

extension ImportedOperators {
  static let elementwise: [String: Composition] = [
    // Integers without sign: a power of two is looked up, since there are no shifts. Source: ONNX BitShift-11.
    "BitShift": { graph, call in
      guard call.opset < 28 else {
        throw call.error(
          .unsupported, "since operator set 28 it shifts integers with a sign, too; expected an older one")
      }
      let powers = graph.constant(TensorValue((0..<63).map { Int64(1) << Int64($0) }))
      let factor = try graph.call(.gather, powers, call.input(1))
      switch try call.string("direction", default: "") {
      case "LEFT": return [try graph.call(.mul, call.input(0), factor)]
      case "RIGHT": return [try graph.call(.div, call.input(0), factor)]
      case let other: throw call.error(.graph, "'direction' is '\(other)', expected LEFT or RIGHT")
      }
    },
    "CastLike": { graph, call in
      let code = try graph.type(call.input(1)).dtype.onnxCode
      return [try graph.call(.cast, call.input(0), attributes: ["to": .int(code)])]
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
  /// The sum of all inputs.
  fileprivate func sum(of call: OperatorCall) throws -> CompositionValue {
    let inputs = try call.inputs.indices.map(call.input)
    guard let first = inputs.first else { throw call.error(.graph, "expected at least one input") }
    if inputs.count == 1 { return try self.call(.identity, first) }
    return try inputs.dropFirst().reduce(first) { try self.call(.add, $0, $1) }
  }
}
