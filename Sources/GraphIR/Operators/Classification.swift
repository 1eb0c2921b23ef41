/// Tests for infinities and NaN.
enum Classification {
  static let isNaN = OpDefinition(
    Signature(since: 20, [Formal("X", .floating, "T1")], to: [Formal("Y", .boolean, "T2")]),
    traits: .function,
    infer: { [TensorType(.bool, $0.input(0).shape)] },
    evaluate: { [TensorValue($0.input(0).doubles.map(\.isNaN), shape: $0.input(0).shape)] })

  static let isInf = OpDefinition(
    Signature(
      since: 20, [Formal("X", .floating, "T1")], to: [Formal("Y", .boolean, "T2")],
      attributes: [.defaulted("detect_negative", .int(1)), .defaulted("detect_positive", .int(1))]),
    traits: .function,
    infer: { [TensorType(.bool, $0.input(0).shape)] },
    evaluate: { context in
      let negative = context.attributes.flag("detect_negative")
      let positive = context.attributes.flag("detect_positive")
      let isInfinite = context.input(0).doubles.map { $0.isInfinite && ($0 < 0 ? negative : positive) }
      return [TensorValue(isInfinite, shape: context.input(0).shape)]
    })
}
