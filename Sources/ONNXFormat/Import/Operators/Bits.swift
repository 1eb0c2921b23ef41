import GraphIR

extension ImportedOperators {
  /// Operators on the bits of integers. Source: ONNX BitCast-26, BitShift-28, BitwiseAnd-18 and its relatives.
  static let bits: [String: Composition] = [
    "BitCast": { graph, call in [try graph.bitCast(call)] },
    "BitShift": { graph, call in
      switch try call.string("direction", default: "") {
      case "LEFT": return [try graph.shiftedLeft(call)]
      case "RIGHT": return [try graph.shiftedRight(call)]
      case let other: throw call.error(.graph, "'direction' is '\(other)', expected LEFT or RIGHT")
      }
    },
    "BitwiseAnd": { graph, call in [try graph.conjunction(call)] },
    // Both have the bits of the conjunction twice.
    "BitwiseOr": { graph, call in
      let total = try graph.call(.add, call.input(0), call.input(1))
      return [try graph.call(.sub, total, graph.conjunction(call))]
    },
    "BitwiseXor": { graph, call in
      let total = try graph.call(.add, call.input(0), call.input(1))
      return [try graph.call(.sub, total, graph.call(.mul, graph.conjunction(call), graph.whole(2)))]
    },
    "BitwiseNot": { graph, call in
      let x = try call.input(0)
      let type = graph.elementType(of: x)
      let ones = type.isUnsigned && type != .uint64 ? (1 << (type.bitCount ?? 64)) - 1 : -1
      return [try graph.call(.sub, graph.whole(Int64(ones)), x)]
    },
  ]
}

extension GraphImport {
  /// A scalar integer.
  func whole(_ number: Int64) -> CompositionValue { constant(TensorValue(scalar: number)) }

  /// An integer modulo 2^bits, in the range of a type with or without a sign.
  func wrapped(_ value: CompositionValue, to type: ElementType) throws -> CompositionValue {
    guard let bits = type.bitCount, bits < 64 else { return value }
    let offset = whole(type.isSigned ? Int64(1) << Int64(bits - 1) : 0)
    return try call(.sub, call(.mod, call(.add, value, offset), whole(Int64(1) << Int64(bits))), offset)
  }

  /// 2^n for each shift n, and whether n is one of `range`. Outside of it the power is some number.
  private func power(_ call: OperatorCall, in range: Range<Int64>) throws -> (CompositionValue, CompositionValue) {
    let shift = try call.input(1)
    let isInside = try self.call(
      .and, self.call(.greaterOrEqual, shift, whole(range.lowerBound)), self.call(.less, shift, whole(range.upperBound))
    )
    let powers = constant(TensorValue((0..<64).map { Int64(1) << Int64($0) }))
    return (try self.call(.gather, powers, self.call(.where, isInside, shift, whole(0))), isInside)
  }

  fileprivate func shiftedLeft(_ call: OperatorCall) throws -> CompositionValue {
    let x = try call.input(0)
    let type = elementType(of: x)
    let (power, isInside) = try power(call, in: 0..<Int64(type.bitCount ?? 64))
    return try self.call(.where, isInside, wrapped(self.call(.mul, x, power), to: type), whole(0))
  }

  /// The quotient is rounded down. What is shifted out leaves the sign.
  fileprivate func shiftedRight(_ call: OperatorCall) throws -> CompositionValue {
    let x = try call.input(0)
    let (power, isInside) = try power(call, in: 0..<Int64(min(elementType(of: x).bitCount ?? 64, 63)))
    let sign = try self.call(.where, self.call(.less, x, whole(0)), whole(-1), whole(0))
    let quotient = try self.call(.div, self.call(.sub, x, self.call(.mod, x, power)), power)
    return try self.call(.where, isInside, quotient, sign)
  }

  /// The bits that two integers share: the products of their bits, along an axis of its own. Sign bits are apart.
  fileprivate func conjunction(_ call: OperatorCall) throws -> CompositionValue {
    let powers = constant(TensorValue((0..<63).map { Int64(1) << Int64($0) }))
    func bits(_ value: CompositionValue) throws -> CompositionValue {
      let apart = try self.call(.unsqueeze, value, integers([-1]))
      let quotient = try self.call(.div, self.call(.sub, apart, self.call(.mod, apart, powers)), powers)
      return try self.call(.mod, quotient, whole(2))
    }
    let (a, b) = (try call.input(0), try call.input(1))
    let terms = try self.call(.mul, self.call(.mul, bits(a), bits(b)), powers)
    let sum = try self.call(.reduceSum, terms, integers([-1]), attributes: ["keepdims": .int(0)])
    let areNegative = try self.call(.and, self.call(.less, a, whole(0)), self.call(.less, b, whole(0)))
    return try self.call(.add, sum, self.call(.where, areNegative, whole(.min), whole(0)))
  }
}
