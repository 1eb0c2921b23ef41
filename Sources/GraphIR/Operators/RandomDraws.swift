/// Random draws in a graph. Both need a `seed`: without one, each run of a graph would draw different values.
enum RandomDraws {
  static let normal = draw([.defaulted("mean", .float(0)), .defaulted("scale", .float(1))]) {
    stream, type, attributes in
    let (mean, scale) = (Double(attributes.float("mean") ?? 0), Double(attributes.float("scale") ?? 1))
    return stream.normal(type.shape.elementCount).map { mean + scale * Double($0) }
  }

  static let uniform = draw([.defaulted("low", .float(0)), .defaulted("high", .float(1))]) { stream, type, attributes in
    let (low, high) = (Double(attributes.float("low") ?? 0), Double(attributes.float("high") ?? 1))
    return stream.uniform(type.shape.elementCount).map { low + (high - low) * Double($0) }
  }

  private static func draw(
    _ parameters: [AttributeSpecification],
    _ numbers: @escaping @Sendable (inout RandomStream, TensorType, ResolvedAttributes) -> [Double]
  ) -> OpDefinition {
    OpDefinition(
      Signature(
        since: 1, [], to: [Formal("output", .floating)],
        attributes: parameters + [
          .defaulted("dtype", .int(1)), .required("seed", .float), .required("shape", .ints),
        ]),
      traits: .init(.random, .exact),
      infer: { context in
        guard let type = context.attributes.dataType("dtype"), type.isFloatingPoint else {
          throw context.error(
            .dataType, "'dtype' is \(context.attributes.int("dtype") ?? 0), expected 1 (float32) or 11 (float64)")
        }
        let shape = context.attributes.ints("shape") ?? []
        guard shape.allSatisfy({ $0 >= 0 }) else { throw context.error(.shape, "'shape' is \(shape)") }
        return [TensorType(type, Shape(shape))]
      },
      evaluate: { context in
        var stream = RandomStream(of: context.op, context.attributes)
        let type = context.outputs[0]
        let values = numbers(&stream, type, context.attributes)
        return [Elementwise.convert(TensorValue(values, shape: type.shape), to: type.dtype)]
      })
  }
}
