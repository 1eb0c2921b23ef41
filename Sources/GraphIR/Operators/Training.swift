/// Operators of our own domain: one that only gradients need, and one that is fused because a measured kernel justifies
/// it.
enum Training {
  /// dY · (X > 0 ? 1 : alpha): linear in dY, so that it is its own derivative; the derivative with respect to X is zero
  /// almost everywhere. As in PyTorch, X = 0 takes the slope of the negative side.
  static let leakyReluGrad = OpDefinition(
    Signature(
      domain: Signature.privateDomain, since: 1, [Formal("dY", .floating, "T"), Formal("X", .floating, "T")],
      to: [Formal("dX", .floating, "T")], attributes: [.defaulted("alpha", .float(0.01))]),
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
    lowering: { builder, node in
      let type = try builder.type(of: node.inputs[0]).dtype
      let zero = builder.constant(TensorValue(repeating: 0, type: TensorType(type, [])))
      let attributes = ResolvedAttributes(node.op, node.attributes)
      let alpha = builder.constant(
        TensorValue(repeating: Double(attributes.float("alpha") ?? 0), type: TensorType(type, [])))
      let isPositive = try builder.add(.greater, [node.inputs[1], zero])
      let scaled = try builder.add(.mul, [node.inputs[0], alpha])
      return [try builder.add(.where, [isPositive, node.inputs[0], scaled])]
    })

  /// One step of Adam (arXiv:1412.6980, algorithm 1) for one parameter, as PyTorch computes it:
  /// V' = alpha·V + (1 - alpha)·G, H' = beta·H + (1 - beta)·G², and
  /// X' = X - R / (1 - alpha^T) · V' / (√H' / √(1 - beta^T) + epsilon). T counts steps from 1.
  ///
  /// ONNX's own Adam (ai.onnx.preview.training) adds epsilon to √H' before the bias correction, which is another step.
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
    lowering: { builder, node in
      let attributes = ResolvedAttributes(node.op, node.attributes)
      let type = try builder.type(of: node.inputs[2]).dtype
      func constant(_ number: Double, _ type: DataType) -> String {
        builder.constant(TensorValue(repeating: number, type: TensorType(type, [])))
      }
      func constant(_ number: Double) -> String { constant(number, type) }
      func add(_ op: Op, _ inputs: String...) throws -> String { try builder.add(op, inputs) }
      func cast(_ input: String, to type: DataType) throws -> String {
        try builder.add(.cast, [input], ["to": .int(type.onnxCode)])
      }
      let (rate, x, g, v, h) = (node.inputs[0], node.inputs[2], node.inputs[3], node.inputs[4], node.inputs[5])
      let (alpha, beta, epsilon) = AdamCoefficients.decays(attributes)
      // In float32, 1 - beta^T would lose most of its digits in the first steps.
      let step = try cast(node.inputs[1], to: .float64)
      func unbiased(_ decay: Double) throws -> String {
        try add(.sub, constant(1, .float64), add(.pow, constant(decay, .float64), step))
      }
      let firstCorrection = try cast(unbiased(alpha), to: type)
      let secondCorrection = try cast(add(.sqrt, unbiased(beta)), to: type)
      let newV = try add(.add, add(.mul, constant(alpha), v), add(.mul, constant(1 - alpha), g))
      let newH = try add(.add, add(.mul, constant(beta), h), add(.mul, constant(1 - beta), add(.mul, g, g)))
      let denominator = try add(.add, add(.div, add(.sqrt, newH), secondCorrection), constant(epsilon))
      let change = try add(.div, add(.mul, add(.div, rate, firstCorrection), newV), denominator)
      return [try add(.sub, x, change), newV, newH]
    })
}

/// The numbers that one step of Adam needs besides its tensors.
public struct AdamCoefficients: Sendable {
  /// The decay rates of the two moments (β₁ and β₂ in the paper).
  public let alpha, beta: Double
  /// What keeps the denominator from zero.
  public let epsilon: Double
  /// The learning rate over the bias correction of the first moment.
  public let rate: Double
  /// 1 / √(1 - beta^T).
  public let correction: Double

  /// The numbers of an `AdamStep` call.
  public init(_ context: EvaluationContext) {
    (alpha, beta, epsilon) = Self.decays(context.attributes)
    let step = context.input(1).integers[0]
    rate = context.input(0).doubles[0] / (1 - Self.power(alpha, step))
    correction = 1 / (1 - Self.power(beta, step)).squareRoot()
  }

  /// Alpha, beta and epsilon as the decimals that were meant: 1 - 0.999 in float32 is off by 1.3e-5 of itself.
  static func decays(_ attributes: ResolvedAttributes) -> (alpha: Double, beta: Double, epsilon: Double) {
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
