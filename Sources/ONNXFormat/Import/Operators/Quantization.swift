import GraphIR

extension ImportedOperators {
  static let quantization: [String: Composition] = [
    // (x - zero point) · scale, where both belong to the tensor, to a position along an axis, or to a block of those.
    // Source: ONNX DequantizeLinear-25.
    "DequantizeLinear": { graph, call in
      let x = try call.input(0)
      let scale = try graph.spread(call.input(1), call)
      let code = try graph.type(scale).dtype.onnxCode
      var value = try graph.call(.cast, x, attributes: ["to": .int(code)])
      if let zero = try call.tensor(2) {
        value = try graph.call(.sub, value, graph.call(.cast, graph.spread(zero, call), attributes: ["to": .int(code)]))
      }
      return [try graph.call(.mul, value, scale)]
    }
  ]
}

extension GraphImport {
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
