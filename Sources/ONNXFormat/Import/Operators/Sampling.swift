import GraphIR

extension ImportedOperators {
  static let sampling: [String: Composition] = [
    // Positions of a result under affine maps, from -1 to 1. Source: ONNX AffineGrid-20.
    "AffineGrid": { graph, call in
      let theta = try call.input(0)
      let size = try graph.knownIntegers(1, call)
      let isAligned = try call.int("align_corners", default: 0) == 1
      guard size.count == 4 || size.count == 5 else { throw call.error(.graph, "the size is \(size)") }
      _ = try graph.bounded(size, call)
      let extents = Array(size.dropFirst(2))
      let lines = extents.map { extent in
        (0..<extent).map { index -> Double in
          if isAligned { return extent == 1 ? 0 : -1 + 2 * Double(index) / Double(extent - 1) }
          return (2 * Double(index) + 1) / Double(extent) - 1
        }
      }
      // A position is (x, y, 1) or (x, y, z, 1): the last axis comes first.
      let shape = Shape(extents)
      let strides = shape.strides
      let points = (0..<shape.elementCount).flatMap { index -> [Double] in
        extents.indices.reversed().map { lines[$0][index / strides[$0] % extents[$0]] } + [1]
      }
      let dtype = try graph.type(theta).dtype
      let base = try graph.call(
        .cast, graph.constant(TensorValue(points, shape: [shape.elementCount, extents.count + 1])),
        attributes: ["to": .int(dtype.onnxCode)])
      let maps = try graph.call(.transpose, theta, attributes: ["perm": .ints([0, 2, 1])])
      let grid = try graph.call(.matMul, base, maps)
      return [try graph.reshape(grid, to: Shape([size[0]] + extents + [extents.count]))]
    },
    "GridSample": { graph, call in [try GridSample(graph, call).result()] },
    "RandomNormalLike": like(.randomNormal),
    "RandomUniformLike": like(.randomUniform),
  ]

  private static func like(_ op: Op) -> Composition {
    { graph, call in
      let type = try graph.type(call.input(0))
      _ = try graph.knownShape(0, call)
      guard call.attributes["seed"] != nil else {
        throw call.error(
          .unsupported,
          "it draws without a 'seed', so that no two runs would agree; set the attribute, or make the "
            + "draws an input of the model")
      }
      var attributes = call.attributes
      attributes["shape"] = .ints(type.shape.dimensions)
      let label = "\(call.label), attribute 'dtype'"
      let dtype = try call.int("dtype").map { try ElementType(code: $0, of: label).widened(for: label) } ?? type.dtype
      attributes["dtype"] = .int(dtype.onnxCode)
      return [try graph.call(op, [], attributes, outputCount: 1)[0]]
    }
  }
}
