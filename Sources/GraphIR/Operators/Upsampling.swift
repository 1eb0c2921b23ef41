/// Upsample: the Resize of operator sets before 10. It equals a Resize that reads at `index / scale`, rounded down.
enum Upsampling {
  static let upsample = OpDefinition(
    Signature(
      since: 9, until: 9, [Formal("X", .any, "T"), Formal("scales", [.float32], isKnown: true)],
      to: [Formal("Y", .any, "T")], attributes: [.defaulted("mode", .string("nearest"))]),
    traits: .init(.other, .rounded),
    infer: { context in
      let attributes = try resizeAttributes(context.attributes) { context.error(.attribute, $0) }
      guard let scales = context.constants[1] else {
        throw context.error(.unsupported, "input scales is not known before the graph runs; expected a constant")
      }
      guard scales.shape.rank == 1, scales.doubles.allSatisfy({ $0 >= 1 }) else {
        throw context.error(.shape, "scales are \(scales.doubles) of \(scales.type), expected a vector of 1 or more")
      }
      // A scalar needs no scaling, and Resize would take empty scales for omitted ones.
      if context.input(0).shape.rank == 0, scales.count == 0 { return [context.input(0)] }
      let resize = InferenceContext(
        .resize, node: context.nodeName, inputs: [context.input(0), nil, scales.type],
        constants: [context.constants[0], nil, scales], attributes: attributes)
      return try Op.resize.definition.infer(resize)
    },
    evaluate: { context in
      let x = context.input(0)
      guard x.shape.rank > 0 else { return [x] }
      let attributes = try resizeAttributes(context.attributes) { GraphError(.attribute, $0) }
      let resize = EvaluationContext(
        .resize, inputs: [x, nil, context.input(1)], attributes: attributes, outputs: context.outputs)
      return try Op.resize.definition.evaluate(resize)
    },
    composition: { composer in
      let x = composer.input(0)
      guard try composer.shape(x).rank > 0 else { return [x] }
      let attributes = try resizeAttributes(composer.attributes) { GraphError(.attribute, "Upsample: \($0)") }
      return [try composer.call(.resize, x, nil, composer.input(1), attributes: attributes)]
    })

  private static func resizeAttributes(
    _ attributes: ResolvedAttributes, error: (String) -> GraphError
  ) throws -> Attributes {
    let mode = attributes.string("mode") ?? ""
    guard ["nearest", "linear"].contains(mode) else { throw error("mode is '\(mode)', expected nearest, linear") }
    return [
      "mode": .string(mode), "coordinate_transformation_mode": .string("asymmetric"), "nearest_mode": .string("floor"),
    ]
  }
}
