import GraphIR

extension ImportedOperators {
  static let pooling: [String: Composition] = [
    "GlobalLpPool": { graph, call in
      let x = try call.input(0)
      let p = try graph.constant(Double(call.int("p", default: 2)), like: x)
      let axes = graph.integers(Array(2..<max(try graph.shape(x).rank, 2)))
      let total = try graph.call(.reduceSum, graph.call(.pow, graph.call(.abs, x), p), axes)
      return [try graph.call(.pow, total, graph.call(.reciprocal, p))]
    },
    // (Σ |x|^p)^(1/p) over each window; padding is 0. Source: ONNX LpPool-22.
    "LpPool": { graph, call in
      let x = try call.input(0)
      guard let kernel = try call.ints("kernel_shape") else { throw call.error(.graph, "'kernel_shape' is missing") }
      var attributes = call.attributes
      attributes["p"] = nil
      attributes["count_include_pad"] = .int(1)
      let p = try graph.constant(Double(call.int("p", default: 2)), like: x)
      let mean = try graph.call(.averagePool, graph.call(.pow, graph.call(.abs, x), p), attributes: attributes)
      let total = try graph.call(.mul, mean, graph.constant(Double(kernel.reduce(1, *)), like: x))
      return [try graph.call(.pow, total, graph.call(.reciprocal, p))]
    },
    // Each maximum goes back to its position in the flat result. Source: ONNX MaxUnpool-22.
    "MaxUnpool": { graph, call in
      let shape = try graph.knownShape(0, call)
      guard let kernel = try call.ints("kernel_shape") else { throw call.error(.graph, "'kernel_shape' is missing") }
      let axes = kernel.count
      let strides = try call.ints("strides") ?? [Int](repeating: 1, count: axes)
      let pads = try call.ints("pads") ?? [Int](repeating: 0, count: 2 * axes)
      guard shape.rank == axes + 2, strides.count == axes, pads.count == 2 * axes else {
        throw call.error(.graph, "'kernel_shape', 'strides' and 'pads' do not fit \(shape)")
      }
      for number in kernel + strides + pads { _ = try graph.bounded([number], call) }
      let inferred = (0..<axes).map { axis in
        (shape[axis + 2] - 1) * strides[axis] - pads[axis] - pads[axis + axes] + kernel[axis]
      }
      // Positions count in the result that the attributes imply; a given shape is larger.
      let implied = Shape(shape.prefix(2) + inferred)
      _ = try graph.bounded(implied.dimensions, call)
      let zeros = graph.constant(
        TensorValue(repeating: 0, type: TensorType(try graph.type(call.input(0)).dtype, [implied.elementCount])))
      let flat = try graph.call(
        .scatterElements, zeros, graph.reshape(call.input(1), to: [shape.elementCount]),
        graph.reshape(call.input(0), to: [shape.elementCount]))
      let result = try graph.reshape(flat, to: implied)
      guard call.has(2) else { return [result] }
      let wanted = try graph.knownIntegers(2, call)
      let missing = zip(wanted, implied).map { max($0 - $1, 0) }
      return [try graph.call(.pad, result, graph.integers(missing.map { _ in 0 } + missing))]
    },
  ]
}
