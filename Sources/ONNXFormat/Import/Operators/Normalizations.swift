import GraphIR

extension ImportedOperators {
  static let normalizations: [String: Composition] = [
    // x / (bias + α · mean of squares over neighbouring channels)^β. Source: ONNX LRN-13.
    "LRN": { graph, call in
      let x = try call.input(0)
      let shape = try graph.shape(x)
      guard let size = try call.int("size"), size > 0, shape.rank >= 3 else {
        throw call.error(.graph, "expected 'size' above 0 and an input of rank 3 or more, found \(shape)")
      }
      let squares = try graph.reshape(
        graph.call(.mul, x, x), to: [shape[0], 1, shape[1], graph.merged(shape, from: 2, call)])
      let before = (size - 1) / 2
      let mean = try graph.call(
        .averagePool, squares,
        attributes: [
          "kernel_shape": .ints([size, 1]), "pads": .ints([before, 0, size - 1 - before, 0]),
          "count_include_pad": .int(1),
        ])
      func number(_ name: String, _ value: Float) throws -> CompositionValue {
        try graph.constant(Double(call.float(name, default: value)), like: x)
      }
      let scaled = try graph.call(.mul, number("alpha", 1e-4), graph.reshape(mean, to: shape))
      let base = try graph.call(.add, number("bias", 1), scaled)
      return [try graph.call(.div, x, graph.call(.pow, base, number("beta", 0.75)))]
    },
    // The result is 0 for a norm of 0. Source: ONNX LpNormalization-22.
    "LpNormalization": { graph, call in
      let x = try call.input(0)
      let p = try call.int("p", default: 2)
      guard p == 1 || p == 2 else { throw call.error(.graph, "'p' is \(p), expected 1 or 2") }
      let axes = graph.integers([try call.int("axis", default: -1)])
      let norm = try graph.call(p == 1 ? .reduceL1 : .reduceL2, x, axes)
      let zero = try graph.constant(0, like: x)
      let isZero = try graph.call(.equal, norm, zero)
      let divisor = try graph.call(.where, isZero, graph.constant(1, like: x), norm)
      return [try graph.call(.where, isZero, zero, graph.call(.div, x, divisor))]
    },
    // (x - mean) / √variance, with ε beside the deviation. Source: ONNX MeanVarianceNormalization-13.
    "MeanVarianceNormalization": { graph, call in
      let x = try call.input(0)
      let axes = graph.integers(try call.ints("axes") ?? [0, 2, 3])
      let centred = try graph.call(.sub, x, graph.call(.reduceMean, x, axes))
      let variance = try graph.call(.reduceMean, graph.call(.mul, centred, centred), axes)
      let deviation = try graph.call(.add, graph.call(.sqrt, variance), graph.constant(1e-9, like: x))
      return [try graph.call(.div, centred, deviation)]
    },
  ]
}

extension GraphImport {
  /// The product of the extents from `axis` on.
  func merged(_ shape: Shape, from axis: Int, _ call: OperatorCall) throws -> Int {
    guard shape.dropFirst(axis).allSatisfy({ $0 >= 0 }) else {
      throw call.error(
        .unsupported, "\(shape) has unknown extents from axis \(axis) on; fix them, as with --dim NAME=EXTENT")
    }
    return shape.dropFirst(axis).reduce(1, *)
  }

  /// The shape of an input, all of whose extents have to be known.
  func knownShape(_ index: Int, _ call: OperatorCall) throws -> Shape {
    let shape = try self.shape(call.input(index))
    _ = try merged(shape, from: 0, call)
    return shape
  }

  /// The product of extents that a file names. Memory and nodes for so many elements are taken at import.
  ///
  /// - throws: ``ONNXError`` with code `limit` if it is above `limit`, or an extent is negative.
  func bounded(_ extents: [Int], _ call: OperatorCall, limit: Int = 1 << 24) throws -> Int {
    var product = 1
    for extent in extents {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      guard extent >= 0, extent <= limit, !overflow, next <= limit else {
        throw call.error(.limit, "\(extents) asks for more than \(limit) elements, or for a negative number of them")
      }
      product = next
    }
    return product
  }

  /// The integers of an input that have to be known before the graph runs.
  func knownIntegers(_ index: Int, _ call: OperatorCall) throws -> [Int] {
    guard let value = try wholeNumbers(call.input(index), call) else {
      throw call.error(.unsupported, "input \(index) is not known before the graph runs, expected known integers")
    }
    return value.integers
  }

  /// Integers that are known before the graph runs; nil for computed ones.
  func wholeNumbers(_ value: CompositionValue, _ call: OperatorCall) throws -> TensorValue? {
    guard let known = constant(value) else { return nil }
    guard known.dtype == .int64 else { throw call.error(.graph, "an input is \(known.type), expected integers") }
    return known
  }
}
