/// Classes as one-hot vectors.
enum Classes {
  static let oneHot = OpDefinition(
    Signature(
      since: 11,
      [
        Formal("indices", .numeric, "T1"), Formal("depth", .numeric, "T2", isKnown: true), Formal("values", .any, "T3"),
      ], to: [Formal("output", .any, "T3")], attributes: [.defaulted("axis", .int(-1))]),
    traits: .init(.other, .exact),
    infer: { context in
      let indices = context.input(0).shape
      guard indices.rank >= 1 else { throw context.error(.shape, "indices are a scalar, expected at least a vector") }
      let depth = try scalar(context, 1).doubles[0]
      guard depth >= 1, let count = Int(exactly: depth.rounded(.towardZero)) else {
        throw context.error(.shape, "depth is \(depth), expected at least 1")
      }
      guard context.input(2).shape == [2] else {
        throw context.error(.shape, "values are \(context.input(2).shape), expected [2]: off and on")
      }
      let result = Shape(indices.dimensions + [1])
      let axis = try context.axis(of: result)
      return [TensorType(context.input(2).dtype, Shape(indices.prefix(axis) + [count] + indices.dropFirst(axis)))]
    },
    evaluate: { context in
      let (indices, values, type) = (context.input(0), context.input(2), context.outputs[0])
      let axis = context.axis(of: type.shape)
      let (depth, inner) = (Int64(type.shape[axis]), type.shape.dropFirst(axis + 1).reduce(1, *))
      let numbers = Elementwise.convert(indices, to: .int64).elements(as: Int64.self)
      let places = (0..<type.shape.elementCount).map { position in
        let (outer, column) = (position / inner / Int(depth), position % inner)
        let (number, place) = (numbers[outer * inner + column], Int64(position / inner % Int(depth)))
        return number == place || number == place - depth ? 1 : 0
      }
      return [Indexing.take(places, along: 0, of: values).reshaped(to: type.shape)]
    },
    composition: { composer in
      let (indices, values) = (composer.input(0), composer.input(2))
      let shape = try composer.shape(indices)
      guard let depth = composer.constant(composer.input(1)).map({ Int($0.doubles[0]) }) else {
        throw GraphError(.unsupported, "OneHot: depth is not known before the graph runs, expected a constant")
      }
      let wide = Shape(shape.dimensions + [1])
      let axis = wide.normalized(axis: composer.attributes.int("axis") ?? -1) ?? 0
      let numbers = try composer.call(.cast, indices, attributes: ["to": .int(DataType.int64.onnxCode)])
      let column = try composer.call(.unsqueeze, numbers, composer.integers([axis]))
      let form: Shape = Shape([depth] + [Int](repeating: 1, count: shape.rank - axis))
      func isAt(_ places: Range<Int>) throws -> CompositionValue {
        let places = composer.constant(TensorValue(integers: places).reshaped(to: form))
        return try composer.call(.equal, column, places)
      }
      let isOn = try composer.call(.or, isAt(0..<depth), isAt(-depth..<0))
      func value(_ place: Int64) throws -> CompositionValue {
        try composer.call(.gather, values, composer.constant(TensorValue(scalar: place)))
      }
      return [try composer.call(.where, isOn, value(1), value(0))]
    })

  /// Returns the value of a scalar input that is known before the graph runs.
  private static func scalar(_ context: InferenceContext, _ index: Int) throws -> TensorValue {
    let name = context.op.definition.signature.inputs[index].name
    guard let value = context.constants[index] else {
      throw context.error(.unsupported, "input \(name) is not known before the graph runs; expected a constant")
    }
    guard value.count == 1, value.shape.rank <= 1 else {
      throw context.error(.shape, "input \(name) is \(value.type), expected a scalar")
    }
    return value
  }
}
