import Foundation

/// Activation functions. Relu, LeakyRelu, Sigmoid, Softplus and Tanh are in ``Elementwise``.
enum Activations {
  static let hardSigmoid = activation(
    .roundedFunction, since: 6, attributes: [.defaulted("alpha", .float(0.2)), .defaulted("beta", .float(0.5))]
  ) { attributes in
    let (alpha, beta) = (parameter("alpha", attributes), parameter("beta", attributes))
    return { unit(alpha * $0 + beta) }
  }

  static let hardSwish = activation(.roundedFunction, since: 14) { _ in { $0 * unit($0 / 6 + 0.5) } }

  static let softsign = activation(.roundedFunction, "input", "output", since: 1) { _ in { $0 / (1 + abs($0)) } }

  static let mish = activation(.costlyFunction, since: 18) { _ in { $0 * tanh(max($0, 0) + log1p(exp(-abs($0)))) } }

  static let elu = activation(.costlyFunction, since: 6, attributes: [.defaulted("alpha", .float(1))]) { attributes in
    let alpha = parameter("alpha", attributes)
    return { $0 > 0 ? $0 : alpha * expm1($0) }
  }

  static let selu = activation(
    .costlyFunction, since: 6,
    attributes: [.defaulted("alpha", .float(1.6732632)), .defaulted("gamma", .float(1.050701))]
  ) { attributes in
    let (alpha, gamma) = (parameter("alpha", attributes), parameter("gamma", attributes))
    return { gamma * ($0 > 0 ? $0 : alpha * expm1($0)) }
  }

  /// ONNX defines it for float32 only; a float64 one is exported as its composition.
  static let celu = activation(.costlyFunction, since: 12, attributes: [.defaulted("alpha", .float(1))]) { attributes in
    let alpha = parameter("alpha", attributes)
    return { $0 > 0 ? $0 : alpha * expm1($0 / alpha) }
  } composition: { composer in
    let x = composer.input(0)
    let zero = try composer.constant(0, like: x)
    let alpha = try composer.constant(parameter("alpha", composer.attributes), like: x)
    // The exponential of the unselected branch must be finite.
    let negative = try composer.call(.min, x, zero)
    let power = try composer.call(.exp, composer.call(.div, negative, alpha))
    let curve = try composer.call(.mul, alpha, composer.call(.sub, power, composer.constant(1, like: x)))
    return [try composer.call(.where, composer.call(.greater, x, zero), x, curve)]
  }

  /// As in ONNX, a NaN is not above the threshold and becomes 0.
  static let thresholdedRelu = activation(.function, since: 10, attributes: [.defaulted("alpha", .float(1))]) {
    attributes in
    let alpha = parameter("alpha", attributes)
    return { $0 > alpha ? $0 : 0 }
  }

  /// x · Φ(x), arXiv:1606.08415, with the standard normal Φ or its approximation by a hyperbolic tangent.
  static let gelu = activation(.costlyFunction, since: 20, attributes: [.defaulted("approximate", .string("none"))]) {
    attributes in
    guard attributes.string("approximate") == "tanh" else { return { 0.5 * $0 * (1 + erf($0 / 2.0.squareRoot())) } }
    return { 0.5 * $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) }
  } check: { context in
    let name = context.attributes.string("approximate") ?? ""
    guard name == "none" || name == "tanh" else {
      throw context.error(.attribute, "approximate is '\(name)', expected 'none' or 'tanh'")
    }
  }

  /// x if x is not negative, otherwise slope · x; the slope broadcasts to X.
  static let prelu = OpDefinition(
    Signature(
      since: 16, [Formal("X", .numeric, "T"), Formal("slope", .numeric, "T")], to: [Formal("Y", .numeric, "T")]),
    traits: .init(.elementwise(.toFirst, .cheap), .exact),
    infer: { context in
      let (x, slope) = (context.input(0), context.input(1).shape)
      guard Shape.broadcast(x.shape, slope) == x.shape else {
        throw context.error(.shape, "slope is \(slope), which does not broadcast to X, which is \(x.shape)")
      }
      return [x]
    },
    evaluate: { context in
      let kernel = NumericKernel(
        float32: { $0 < 0 ? $0 * $1 : $0 }, float64: { $0 < 0 ? $0 * $1 : $0 }, int64: { $0 < 0 ? $0 &* $1 : $0 })
      return [kernel.apply(context.input(0), context.input(1), to: context.outputs[0])]
    })

  private static func unit(_ x: Double) -> Double { x < 0 ? 0 : x > 1 ? 1 : x }

  private static func parameter(_ name: String, _ attributes: ResolvedAttributes) -> Double {
    Double(attributes.float(name) ?? 0)
  }

  /// Defines an operator that applies one function to every element, in double precision.
  private static func activation(
    _ traits: OpTraits, _ input: String = "X", _ output: String = "Y", since version: Int,
    attributes: [AttributeSpecification] = [],
    _ function: @escaping @Sendable (ResolvedAttributes) -> (Double) -> Double,
    check: @escaping @Sendable (InferenceContext) throws -> Void = { _ in },
    composition: (@Sendable (Composer) throws -> [CompositionValue])? = nil
  ) -> OpDefinition {
    OpDefinition(
      Signature(
        since: version, [Formal(input, .floating, "T")], to: [Formal(output, .floating, "T")], attributes: attributes),
      traits: traits,
      infer: { context in
        try check(context)
        return [context.input(0)]
      },
      evaluate: { context in
        let results = context.input(0).doubles.map(function(context.attributes))
        let type = context.outputs[0]
        return [Elementwise.convert(TensorValue(results, shape: type.shape), to: type.dtype)]
      }, composition: composition)
  }
}
