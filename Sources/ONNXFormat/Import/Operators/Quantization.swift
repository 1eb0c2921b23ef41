import GraphIR

extension ImportedOperators {
  /// Integers of few bits are int64 here. Source: ONNX DequantizeLinear-25, QuantizeLinear-25, QLinearMatMul-21.
  static let quantization: [String: Composition] = [
    // (x - zero point) · scale, where both belong to the tensor, to a position along an axis, or to a block of those.
    "DequantizeLinear": { graph, call in
      let x = try call.input(0)
      let scale = try graph.spread(call.input(1), call)
      var value = try graph.cast(x, like: scale)
      if let zero = try call.tensor(2) {
        value = try graph.call(.sub, value, graph.cast(graph.spread(zero, call), like: scale))
      }
      return [try graph.call(.mul, value, scale)]
    },
    // x / scale, rounded to even, plus the zero point, in the range of the zero point's type.
    "QuantizeLinear": { graph, call in
      let ratio = try graph.call(.div, call.input(0), graph.spread(call.input(1), call))
      let zeroType = try call.tensor(2).flatMap(graph.narrowType)
      if let format = try (zeroType ?? call.int("output_dtype").flatMap(ElementType.init)).flatMap(SmallFloat.init) {
        return [try graph.rounded(ratio, to: format, call)]
      }
      let type = try call.tensor(2).map { try graph.quantized($0, call) } ?? graph.attributeType(call) ?? .uint8
      let zero = try call.tensor(2).map { try graph.spread($0, call) }
      return [try graph.rounded(ratio, plus: zero, to: type, call)]
    },
    "DynamicQuantizeLinear": { graph, call in
      let x = try call.input(0)
      func number(_ value: Double) throws -> CompositionValue { try graph.constant(value, like: x) }
      let zero = try number(0)
      let high = try graph.call(.max, graph.call(.reduceMax, x, attributes: ["keepdims": .int(0)]), zero)
      let low = try graph.call(.min, graph.call(.reduceMin, x, attributes: ["keepdims": .int(0)]), zero)
      let span = try graph.call(.sub, high, low)
      let isFlat = try graph.call(.equal, span, zero)
      let scale = try graph.call(.div, graph.call(.where, isFlat, number(1), span), number(255))
      let start = try graph.call(.clip, graph.call(.div, graph.call(.neg, low), scale), zero, number(255))
      let origin = try graph.call(.cast, graph.call(.round, start), attributes: ["to": .int(DataType.int64.onnxCode)])
      return [try graph.rounded(graph.call(.div, x, scale), plus: origin, to: .uint8, call), scale, origin]
    },
    "MatMulInteger": { graph, call in
      let (a, b) = try (graph.centred(0, zero: 2, axis: -2, call), graph.centred(1, zero: 3, axis: -1, call))
      return [try graph.call(.cast, graph.call(.matMul, a, b), attributes: ["to": .int(DataType.int64.onnxCode)])]
    },
    "ConvInteger": { graph, call in
      let (x, weight) = try (graph.centred(0, zero: 2, axis: 1, call), graph.centred(1, zero: 3, axis: 0, call))
      let result = try graph.call(.conv, x, weight, attributes: call.attributes)
      return [try graph.call(.cast, result, attributes: ["to": .int(DataType.int64.onnxCode)])]
    },
    "QLinearMatMul": { graph, call in
      let (a, b) = try (graph.centred(0, zero: 2, axis: -2, call), graph.centred(3, zero: 5, axis: -1, call))
      let scale = try graph.call(
        .mul, graph.aligned(call.input(1), to: a, axis: -2, call), graph.aligned(call.input(4), to: b, axis: -1, call))
      return [try graph.requantized(graph.call(.matMul, a, b), scale, outputScale: 6, zero: 7, call)]
    },
    "QLinearConv": { graph, call in
      let (x, weight) = try (graph.centred(0, zero: 2, axis: 1, call), graph.centred(3, zero: 5, axis: 0, call))
      let bias = try call.tensor(8).map { try graph.cast($0, like: x) }
      let result = try graph.call(.conv, x, weight, bias, attributes: call.attributes)
      let scale = try graph.call(.mul, call.input(1), graph.aligned(call.input(4), to: result, axis: 1, call))
      return [try graph.requantized(result, scale, outputScale: 6, zero: 7, call)]
    },
  ]
}

extension GraphImport {
  /// The type of a result that the zero point has.
  private func quantizedInteger(_ type: ElementType, _ call: OperatorCall) throws -> ElementType {
    guard type.widened == .int64, type.bitCount ?? 64 <= 16 else {
      throw call.error(.unsupported, "it quantizes to \(type), expected integers of up to 16 bits or floats of 4 or 8")
    }
    return type
  }

  fileprivate func quantized(_ zero: CompositionValue, _ call: OperatorCall) throws -> ElementType {
    let found = elementType(of: zero)
    return try quantizedInteger(found == .int64 ? attributeType(call) ?? found : found, call)
  }

  fileprivate func attributeType(_ call: OperatorCall) throws -> ElementType? {
    guard let code = try call.int("output_dtype"), code != 0 else { return nil }
    return try quantizedInteger(ElementType(code: code, of: "\(call.label), attribute 'output_dtype'"), call)
  }

  /// The nearest integer plus the zero point, within the range of an integer type.
  fileprivate func rounded(
    _ value: CompositionValue, plus zero: CompositionValue?, to type: ElementType, _ call: OperatorCall
  ) throws -> CompositionValue {
    let bits = type.bitCount ?? 8
    let low = type.isSigned ? -Double(1 << (bits - 1)) : 0
    let high = low + Double(1 << bits) - 1
    let whole = try self.call(.round, value)
    let moved = try zero.map { try self.call(.add, whole, cast($0, like: value)) } ?? whole
    let result = try self.call(.clip, moved, constant(low, like: value), constant(high, like: value))
    return try self.call(.cast, result, attributes: ["to": .int(DataType.int64.onnxCode)])
  }

  /// An input of integers minus its zero point, in float64, which holds sums of their products exactly.
  fileprivate func centred(_ index: Int, zero: Int, axis: Int, _ call: OperatorCall) throws -> CompositionValue {
    let double = ["to": AttributeValue.int(DataType.float64.onnxCode)] as Attributes
    let value = try self.call(.cast, call.input(index), attributes: double)
    guard let zero = try call.tensor(zero) else { return value }
    return try self.call(.sub, value, self.call(.cast, aligned(zero, to: value, axis: axis, call), attributes: double))
  }

  /// A vector along an axis of `other`, in a shape that broadcasts to it.
  fileprivate func aligned(
    _ vector: CompositionValue, to other: CompositionValue, axis: Int, _ call: OperatorCall
  ) throws -> CompositionValue {
    let (own, shape) = (try shape(vector), try shape(other))
    guard own.rank == 1, own != [1] else { return vector }
    guard let axis = shape.normalized(axis: axis) else { throw call.error(.graph, "an input is \(shape)") }
    return try reshape(vector, to: Shape(shape.indices.map { $0 == axis ? own[0] : 1 }))
  }

  /// Exact sums times their scale, in the integers of the result.
  fileprivate func requantized(
    _ sums: CompositionValue, _ scale: CompositionValue, outputScale: Int, zero: Int, _ call: OperatorCall
  ) throws -> CompositionValue {
    let origin = try call.input(zero)
    let ratio = try self.call(.div, scale, call.input(outputScale))
    return try rounded(self.call(.mul, sums, cast(ratio, like: sums)), plus: origin, to: quantized(origin, call), call)
  }

  /// A scale or zero point in a shape that broadcasts to the input.
  fileprivate func spread(_ value: CompositionValue, _ call: OperatorCall) throws -> CompositionValue {
    let (shape, own) = (try self.shape(call.input(0)), try self.shape(value))
    guard own.rank > 0, own != [1] else { return value }
    let given = try call.int("axis", default: 1)
    guard let axis = shape.normalized(axis: given) else { throw call.error(.graph, "axis \(given) is out of range") }
    let block = try call.int("block_size", default: 0)
    guard block > 0 else {
      guard own.rank == 1 else { throw call.error(.graph, "scale and zero point are \(own), expected vectors") }
      return try reshape(value, to: Shape(shape.indices.map { $0 == axis ? own[0] : 1 }))
    }
    guard own.rank == shape.rank, own[axis] >= 0, shape[axis] >= 0 else {
      throw call.error(.graph, "scale and zero point are \(own), expected blocks of \(shape)")
    }
    let places = try integers((0..<bounded([shape[axis]], call)).map { $0 / block })
    return try self.call(.gather, value, places, attributes: ["axis": .int(axis)])
  }
}
