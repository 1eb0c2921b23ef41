/// Rounding, remainders and bounds.
enum Rounding {
  static let floor = Elementwise.unary(.function, since: 13, { $0.rounded(.down) }, { $0.rounded(.down) })
  static let ceil = Elementwise.unary(.function, since: 13, { $0.rounded(.up) }, { $0.rounded(.up) })
  /// Halves are rounded to even.
  static let round = Elementwise.unary(
    .function, since: 11, { $0.rounded(.toNearestOrEven) }, { $0.rounded(.toNearestOrEven) })

  /// The remainder of A / B. Integers have the sign of B as in Python, or with `fmod` the sign of A as in C. Floats
  /// support only the second. The remainder of a division by the integer 0 is 0.
  static let mod = OpDefinition(
    Signature(
      since: 13, [Formal("A", .numeric, "T"), Formal("B", .numeric, "T")], to: [Formal("C", .numeric, "T")],
      attributes: [.defaulted("fmod", .int(0))]),
    traits: .broadcast,
    infer: { context in
      let type = context.input(0).dtype
      guard !type.isFloatingPoint || context.attributes.flag("fmod") else {
        throw context.error(.attribute, "fmod is 0, expected 1 as A is \(type.rawValue)")
      }
      return [TensorType(type, try context.broadcastShape())]
    },
    evaluate: { context in
      let isC = context.attributes.flag("fmod")
      let kernel = NumericKernel(
        float32: { $0.truncatingRemainder(dividingBy: $1) }, float64: { $0.truncatingRemainder(dividingBy: $1) },
        int64: { isC ? remainder($0, $1) : modulo($0, $1) })
      return [kernel.apply(context.input(0), context.input(1), to: context.outputs[0])]
    })

  private static func remainder(_ a: Int64, _ b: Int64) -> Int64 {
    b == 0 ? 0 : a.remainderReportingOverflow(dividingBy: b).partialValue
  }

  private static func modulo(_ a: Int64, _ b: Int64) -> Int64 {
    let remainder = remainder(a, b)
    return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder
  }

  /// min(max(input, min), max): if `max` is smaller than `min`, it wins. NaN stays NaN.
  static let clip = OpDefinition(
    Signature(
      since: 13,
      [
        Formal("input", .numeric, "T"), Formal("min", .numeric, "T", .optional),
        Formal("max", .numeric, "T", .optional),
      ],
      to: [Formal("output", .numeric, "T")]),
    traits: .init(.elementwise(.toFirst, .cheap), .exact),
    infer: { context in
      for index in 1...2 where context.has(index) && context.input(index).shape != [] {
        let name = context.op.definition.signature.inputs[index].name
        throw context.error(.shape, "\(name) is \(context.input(index).shape), expected a scalar")
      }
      return [context.input(0)]
    },
    evaluate: { context in
      var result = context.input(0)
      if let low = context.optional(1) { result = try apply(.max, result, low) }
      if let high = context.optional(2) { result = try apply(.min, result, high) }
      return [result]
    })

  private static func apply(_ op: Op, _ value: TensorValue, _ bound: TensorValue) throws -> TensorValue {
    try op.definition.evaluate(
      EvaluationContext(op, inputs: [value, bound], attributes: [:], outputs: [value.type]))[0]
  }
}
