/// Operators of the private domain: some that only training needs, and one that is fused because measurements justify
/// it.
enum Training {
  /// dY · (X > 0 ? 1 : alpha). It is linear in dY, so it is its own derivative. The derivative with respect to X is
  /// zero almost everywhere. As in PyTorch, X = 0 takes the slope of the negative side.
  static let leakyReluGrad = OpDefinition(
    Signature(
      domain: Signature.privateDomain, since: 1, [Formal("dY", .floating, "T"), Formal("X", .floating, "T")],
      to: [Formal("dX", .floating, "T")], attributes: [.defaulted("alpha", .float(0.01))]),
    traits: .function,
    infer: { context in
      guard context.input(0).shape == context.input(1).shape else {
        throw context.error(
          .shape, "dY is \(context.input(0).shape), X is \(context.input(1).shape), expected equal shapes")
      }
      return [context.input(0)]
    },
    evaluate: { context in
      let alpha = context.attributes.float("alpha") ?? 0
      let kernel = NumericKernel(
        float32: { $1 > 0 ? $0 : $0 * alpha }, float64: { $1 > 0 ? $0 : $0 * Double(alpha) }, int64: { dy, _ in dy })
      return [kernel.apply(context.input(0), context.input(1), to: context.outputs[0])]
    },
    composition: { composer in
      let (dy, x) = (composer.input(0), composer.input(1))
      let alpha = try composer.constant(Double(composer.attributes.float("alpha") ?? 0), like: dy)
      let isPositive = try composer.call(.greater, x, composer.constant(0, like: x))
      return [try composer.call(.where, isPositive, dy, composer.call(.mul, dy, alpha))]
    })

  /// The unchanged input, with a derivative of zero by definition. It is PyTorch's `detach` for stored graphs, which
  /// are differentiated later.
  static let stopGradient = OpDefinition(
    Signature(
      domain: Signature.privateDomain, since: 1, [Formal("X", .floating, "T")], to: [Formal("Y", .floating, "T")]),
    traits: .init(.alias, .exact),
    infer: { [$0.input(0)] }, evaluate: { [$0.input(0)] },
    composition: { [try $0.call(.identity, $0.input(0))] })

  /// One step of Adam (arXiv:1412.6980, algorithm 1) for one parameter, as PyTorch computes it:
  /// V' = alpha·V + (1 - alpha)·G, H' = beta·H + (1 - beta)·G², and
  /// X' = X - R / (1 - alpha^T) · V' / (√H' / √(1 - beta^T) + epsilon). T counts steps from 1.
  ///
  /// ONNX's Adam (ai.onnx.preview.training) adds epsilon to √H' before the bias correction, which is a different step.
  static let adamStep = OpDefinition(
    Signature(
      domain: Signature.privateDomain, since: 1,
      [
        Formal("R", .floating, "T"), Formal("T", .integer), Formal("X", .floating, "T"), Formal("G", .floating, "T"),
        Formal("V", .floating, "T"), Formal("H", .floating, "T"),
      ],
      to: [Formal("X_new", .floating, "T"), Formal("V_new", .floating, "T"), Formal("H_new", .floating, "T")],
      attributes: [
        .defaulted("alpha", .float(0.9)), .defaulted("beta", .float(0.999)), .defaulted("epsilon", .float(1e-8)),
      ]),
    traits: .init(.other, .rounded),
    infer: { context in
      for index in 0...1 where context.input(index).shape != [] {
        throw context.error(.shape, "input \(index) is \(context.input(index).shape), expected a scalar")
      }
      let x = context.input(2)
      for index in 3...5 where context.input(index).shape != x.shape {
        throw context.error(.shape, "input \(index) is \(context.input(index).shape), expected \(x.shape) as X is")
      }
      guard context.outputCount == 3 else {
        throw context.error(.arity, "expected 3 outputs, found \(context.outputCount)")
      }
      return [x, x, x]
    },
    evaluate: { context in
      let coefficients = AdamCoefficients(context)
      let (x, g) = (context.input(2).doubles, context.input(3).doubles)
      var (v, h) = (context.input(4).doubles, context.input(5).doubles)
      var result = x
      for index in x.indices {
        v[index] = coefficients.alpha * v[index] + (1 - coefficients.alpha) * g[index]
        h[index] = coefficients.beta * h[index] + (1 - coefficients.beta) * g[index] * g[index]
        result[index] -=
          coefficients.rate * v[index] / (h[index].squareRoot() * coefficients.correction + coefficients.epsilon)
      }
      return zip([result, v, h], context.outputs).map { numbers, type in
        Elementwise.convert(TensorValue(numbers, shape: type.shape), to: type.dtype)
      }
    },
    composition: { composer in
      let (rate, x, g, v, h) = (
        composer.input(0), composer.input(2), composer.input(3), composer.input(4), composer.input(5)
      )
      let type = try composer.type(x).dtype
      func call(_ op: Op, _ a: CompositionValue, _ b: CompositionValue) throws -> CompositionValue {
        try composer.call(op, a, b)
      }
      func constant(_ number: Double) throws -> CompositionValue { try composer.constant(number, like: x) }
      func cast(_ value: CompositionValue, to type: DataType) throws -> CompositionValue {
        try composer.call(.cast, value, attributes: ["to": .int(type.onnxCode)])
      }
      let (alpha, beta, epsilon) = AdamCoefficients.decays(composer.attributes)
      // In float32, 1 - beta^T would lose most of its digits in the first steps.
      let step = try cast(composer.input(1), to: .float64)
      func unbiased(_ decay: Double) throws -> CompositionValue {
        try call(.sub, composer.constant(1, like: step), call(.pow, composer.constant(decay, like: step), step))
      }
      let firstCorrection = try cast(unbiased(alpha), to: type)
      let secondCorrection = try cast(composer.call(.sqrt, unbiased(beta)), to: type)
      let newV = try call(.add, call(.mul, constant(alpha), v), call(.mul, constant(1 - alpha), g))
      let newH = try call(.add, call(.mul, constant(beta), h), call(.mul, constant(1 - beta), call(.mul, g, g)))
      let denominator = try call(.add, call(.div, composer.call(.sqrt, newH), secondCorrection), constant(epsilon))
      let change = try call(.div, call(.mul, call(.div, rate, firstCorrection), newV), denominator)
      return [try call(.sub, x, change), newV, newH]
    })
}

/// The coefficients of one step of Adam.
public struct AdamCoefficients: Sendable {
  /// The decay rates of the two moments (β₁ and β₂ in the paper).
  public let alpha, beta: Double
  /// The term that keeps the denominator above zero.
  public let epsilon: Double
  /// The learning rate divided by the bias correction of the first moment.
  public let rate: Double
  /// 1 / √(1 - beta^T).
  public let correction: Double

  /// Creates the coefficients of an `AdamStep` node.
  public init(_ context: EvaluationContext) {
    (alpha, beta, epsilon) = Self.decays(context.attributes)
    let step = context.input(1).integers[0]
    rate = context.input(0).doubles[0] / (1 - Self.power(alpha, step))
    correction = 1 / (1 - Self.power(beta, step)).squareRoot()
  }

  /// Returns alpha, beta and epsilon as decimals: 1 - 0.999 in float32 has a relative error of 1.3e-5.
  package static func decays(_ attributes: ResolvedAttributes) -> (alpha: Double, beta: Double, epsilon: Double) {
    func decimal(_ name: String) -> Double { attributes.float(name).flatMap { Double($0.description) } ?? 0 }
    return (decimal("alpha"), decimal("beta"), decimal("epsilon"))
  }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, Swift.max(exponent, 0))
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}
