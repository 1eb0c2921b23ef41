/// Comparisons, connectives and selection.
enum Logic {
  static let equal = comparison(.commutative, .any, since: 19, { $0 == $1 }, { $0 == $1 }, { $0 == $1 }, { $0 == $1 })
  static let greater = comparison(.broadcast, .numeric, since: 13, { $0 > $1 }, { $0 > $1 }, { $0 > $1 })
  static let greaterOrEqual = comparison(.broadcast, .numeric, since: 16, { $0 >= $1 }, { $0 >= $1 }, { $0 >= $1 })
  static let less = comparison(.broadcast, .numeric, since: 13, { $0 < $1 }, { $0 < $1 }, { $0 < $1 })
  static let lessOrEqual = comparison(.broadcast, .numeric, since: 16, { $0 <= $1 }, { $0 <= $1 }, { $0 <= $1 })
  static let and = connective { $0 && $1 }
  static let or = connective { $0 || $1 }
  static let xor = connective { $0 != $1 }

  static let not = OpDefinition(
    Signature(since: 1, [Formal("X", .boolean, "T")], to: [Formal("Y", .boolean, "T")]),
    traits: .function,
    infer: { [$0.input(0)] },
    evaluate: { [TensorValue($0.input(0).elements(as: Bool.self).map { !$0 }, shape: $0.input(0).shape)] })

  static let `where` = OpDefinition(
    Signature(
      since: 16, [Formal("condition", .boolean), Formal("X", .any, "T"), Formal("Y", .any, "T")],
      to: [Formal("output", .any, "T")]),
    traits: .broadcast,
    infer: { [TensorType($0.input(1).dtype, try $0.broadcastShape())] },
    evaluate: { context in
      let type = context.outputs[0]
      let condition = Movement.broadcast(context.input(0), to: type.shape).elements(as: Bool.self)
      func select<Element: TensorElement>(_: Element.Type) -> TensorValue {
        let chosen = Movement.broadcast(context.input(1), to: type.shape).elements(as: Element.self)
        let otherwise = Movement.broadcast(context.input(2), to: type.shape).elements(as: Element.self)
        return TensorValue(condition.indices.map { condition[$0] ? chosen[$0] : otherwise[$0] }, shape: type.shape)
      }
      switch type.dtype {
      case .float32: return [select(Float.self)]
      case .float64: return [select(Double.self)]
      case .int64: return [select(Int64.self)]
      case .bool: return [select(Bool.self)]
      }
    })

  private static func comparison(
    _ traits: OpTraits, _ types: Set<DataType>, since version: Int,
    _ float32: @escaping @Sendable (Float, Float) -> Bool,
    _ float64: @escaping @Sendable (Double, Double) -> Bool, _ int64: @escaping @Sendable (Int64, Int64) -> Bool,
    _ bool: @escaping @Sendable (Bool, Bool) -> Bool = { _, _ in false }
  ) -> OpDefinition {
    OpDefinition(
      Signature(since: version, [Formal("A", types, "T"), Formal("B", types, "T")], to: [Formal("C", .boolean)]),
      traits: traits,
      infer: { [TensorType(.bool, try $0.broadcastShape())] },
      evaluate: { context in
        let (first, second, type) = (context.input(0), context.input(1), context.outputs[0])
        switch first.dtype {
        case .float32: return [zipBroadcast(first, second, to: type, float32)]
        case .float64: return [zipBroadcast(first, second, to: type, float64)]
        case .int64: return [zipBroadcast(first, second, to: type, int64)]
        case .bool: return [zipBroadcast(first, second, to: type, bool)]
        }
      })
  }

  private static func connective(_ body: @escaping @Sendable (Bool, Bool) -> Bool) -> OpDefinition {
    OpDefinition(
      Signature(since: 7, [Formal("A", .boolean, "T"), Formal("B", .boolean, "T")], to: [Formal("C", .boolean)]),
      traits: .commutative,
      infer: { [TensorType(.bool, try $0.broadcastShape())] },
      evaluate: { [zipBroadcast($0.input(0), $0.input(1), to: $0.outputs[0], body)] })
  }
}
