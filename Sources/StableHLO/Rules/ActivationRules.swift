import GraphIR

/// Activation functions.
enum ActivationRules {
  /// max(x, 0) + log1p(exp(-|x|)): log(1 + exp(x)) without overflow.
  static func softplus(_ emitter: Emitter, _ x: Value) -> Value {
    let power = emitter.unary("exponential", emitter.unary("negate", emitter.unary("abs", x)))
    return emitter.add(emitter.binary("maximum", x, 0), emitter.unary("log_plus_one", power))
  }

  static func mish(_ emitter: Emitter, _ call: Call) -> Value {
    let x = call.input(0)
    return emitter.multiply(x, emitter.unary("tanh", softplus(emitter, x)))
  }

  /// x if it is positive, otherwise alpha · (eˣ - 1).
  static func elu(_ emitter: Emitter, _ x: Value, alpha: Double) -> Value {
    let curve = emitter.multiply(emitter.unary("exponential_minus_one", x), alpha)
    return emitter.select(emitter.compare(x, .greater, 0), x, curve)
  }

  static func selu(_ emitter: Emitter, _ call: Call) -> Value {
    emitter.multiply(elu(emitter, call.input(0), alpha: call.number("alpha")), call.number("gamma"))
  }

  /// alpha · x + beta between 0 and 1.
  static func hardSigmoid(_ emitter: Emitter, _ x: Value, _ alpha: Double, _ beta: Double) -> Value {
    let line = emitter.add(emitter.multiply(x, alpha), beta)
    return emitter.binary("minimum", emitter.binary("maximum", line, 0), 1)
  }

  static func hardSwish(_ emitter: Emitter, _ call: Call) -> Value {
    let x = call.input(0)
    let line = emitter.add(emitter.divide(x, emitter.constant(6, like: x)), 0.5)
    return emitter.multiply(x, emitter.binary("minimum", emitter.binary("maximum", line, 0), 1))
  }

  /// x · Φ(x), with the standard normal Φ or its approximation by a hyperbolic tangent.
  static func gelu(_ emitter: Emitter, _ call: Call) -> Value {
    let x = call.input(0)
    let curve: Value
    if call.attributes.string("approximate") == "tanh" {
      let cube = emitter.multiply(emitter.multiply(x, x), x)
      let line = emitter.multiply(emitter.add(x, emitter.multiply(cube, 0.044715)), (2 / Double.pi).squareRoot())
      curve = emitter.unary("tanh", line)
    } else {
      curve = emitter.unary("chlo.erf", emitter.divide(x, emitter.constant(2.0.squareRoot(), like: x)))
    }
    return emitter.multiply(emitter.multiply(x, 0.5), emitter.add(curve, 1))
  }

  /// x if it is not negative, otherwise slope · x; the slope is an attribute or an input.
  static func leakyRelu(_ emitter: Emitter, _ call: Call) -> Value {
    let x = call.input(0)
    let negative =
      call.op == .prelu ? emitter.multiply(x, call.input(1)) : emitter.multiply(x, call.number("alpha"))
    return emitter.select(emitter.compare(x, .less, 0), negative, x)
  }
}
