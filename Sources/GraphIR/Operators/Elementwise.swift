import Foundation

/// Elementwise operators of one input.
enum Elementwise {
  static let abs = unary(
    .function, since: 13, { Swift.abs($0) }, { Swift.abs($0) }, { $0.magnitude > Int64.max ? $0 : Swift.abs($0) })
  static let neg = unary(.function, since: 13, { -$0 }, { -$0 }, { 0 &- $0 })
  static let sign = unary(
    .function, "input", "output", since: 13, { $0.isNaN ? $0 : $0 > 0 ? 1 : $0 < 0 ? -1 : 0 },
    { $0.isNaN ? $0 : $0 > 0 ? 1 : $0 < 0 ? -1 : 0 },
    { $0.signum() })
  static let sqrt = unary(.function, since: 13, { $0.squareRoot() }, { $0.squareRoot() })
  static let reciprocal = unary(.function, since: 13, { 1 / $0 }, { 1 / $0 })
  static let exp = unary(.costlyFunction, "input", "output", since: 13, { Foundation.expf($0) }, { Foundation.exp($0) })
  static let log = unary(.costlyFunction, "input", "output", since: 13, { Foundation.logf($0) }, { Foundation.log($0) })
  static let tanh = unary(
    .costlyFunction, "input", "output", since: 13, { Foundation.tanhf($0) }, { Foundation.tanh($0) })
  static let sigmoid = unary(
    .costlyFunction, since: 13, { 1 / (1 + Foundation.expf(-$0)) }, { 1 / (1 + Foundation.exp(-$0)) })
  static let relu = unary(.function, since: 14, { $0 > 0 || $0.isNaN ? $0 : 0 }, { $0 > 0 || $0.isNaN ? $0 : 0 })
  /// max(x, 0) + log1p(exp(-|x|)): log(1 + exp(x)) without overflow.
  static let softplus = unary(
    .costlyFunction, since: 1, { Swift.max($0, 0) + Foundation.log1pf(Foundation.expf(-Swift.abs($0))) },
    { Swift.max($0, 0) + Foundation.log1p(Foundation.exp(-Swift.abs($0))) })

  static let identity = OpDefinition(
    Signature(since: 21, [Formal("input", .any, "V")], to: [Formal("output", .any, "V")]),
    traits: .init(.alias, .exact),
    infer: { [$0.input(0)] }, evaluate: { [$0.input(0)] })

  static let leakyRelu = OpDefinition(
    Signature(
      since: 16, [Formal("X", .floating, "T")], to: [Formal("Y", .floating, "T")],
      attributes: [.defaulted("alpha", .float(0.01))]),
    traits: .function,
    infer: { [$0.input(0)] },
    evaluate: { context in
      let alpha = context.attributes.float("alpha") ?? 0
      let wide = Double(alpha)
      return [
        map(context.input(0), { $0 < 0 ? $0 * alpha : $0 }, { $0 < 0 ? $0 * wide : $0 }, nil)
      ]
    })

  static let cast = OpDefinition(
    Signature(since: 21, [Formal("input", .any)], to: [Formal("output", .any)], attributes: [.required("to", .int)]),
    traits: .function,
    infer: { context in
      guard let type = context.attributes.dataType("to") else {
        throw context.error(
          .dataType, "'to' is ONNX's type \(context.attributes.int("to") ?? 0), which is not supported")
      }
      return [TensorType(type, context.input(0).shape)]
    },
    evaluate: { [convert($0.input(0), to: $0.outputs[0].dtype)] })

  static func unary(
    _ traits: OpTraits, _ input: String = "X", _ output: String = "Y", since version: Int,
    _ float32: @escaping @Sendable (Float) -> Float,
    _ float64: @escaping @Sendable (Double) -> Double, _ int64: (@Sendable (Int64) -> Int64)? = nil
  ) -> OpDefinition {
    let types: Set<DataType> = int64 == nil ? .floating : .numeric
    return OpDefinition(
      Signature(since: version, [Formal(input, types, "T")], to: [Formal(output, types, "T")]),
      traits: traits,
      infer: { [$0.input(0)] },
      evaluate: { [map($0.input(0), float32, float64, int64)] })
  }

  private static func map(
    _ value: TensorValue, _ float32: (Float) -> Float, _ float64: (Double) -> Double, _ int64: ((Int64) -> Int64)?
  ) -> TensorValue {
    switch (value.dtype, int64) {
    case (.float32, _): TensorValue(value.elements(as: Float.self).map(float32), shape: value.shape)
    case (.float64, _): TensorValue(value.elements(as: Double.self).map(float64), shape: value.shape)
    case (.int64, let int64?): TensorValue(value.elements(as: Int64.self).map(int64), shape: value.shape)
    default: preconditionFailure("\(value.dtype.rawValue) was not checked")
    }
  }

  /// Converts as C does, but values beyond int64's range become its nearest limit, and NaN becomes 0.
  static func convert(_ value: TensorValue, to type: DataType) -> TensorValue {
    if value.dtype == type { return value }
    if value.dtype == .int64, type == .float32 {
      return TensorValue(value.elements(as: Int64.self).map { Float($0) }, shape: value.shape)
    }
    let numbers = value.doubles
    switch type {
    case .float32: return TensorValue(numbers.map { Float($0) }, shape: value.shape)
    case .float64: return TensorValue(numbers, shape: value.shape)
    case .int64: return TensorValue(numbers.map(saturate), shape: value.shape)
    case .bool: return TensorValue(numbers.map { $0 != 0 }, shape: value.shape)
    }
  }

  private static func saturate(_ number: Double) -> Int64 {
    if number.isNaN { return 0 }
    if number >= 0x1p63 { return .max }
    return number <= -0x1p63 ? .min : Int64(number)
  }
}
