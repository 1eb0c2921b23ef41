/// Where elements are that are not zero.
enum NonZero {
  /// How many there are is part of the result's shape, so the elements must be known before the graph runs, as they are in
  /// a call on values.
  static let nonZero = OpDefinition(
    Signature(since: 13, [Formal("X", .any, "T", isKnown: true)], to: [Formal("Y", .integer)]),
    traits: .init(.other, .exact),
    infer: { context in
      guard let x = context.constants[0] else {
        throw context.error(
          .unsupported,
          """
          input X is computed by the graph, and how many of its elements are not 0 is part of a shape; expected a constant. \
          Where selects elements without knowing how many there are
          """)
      }
      return [TensorType(.int64, [x.shape.rank, places(x).count])]
    },
    evaluate: { context in
      let x = context.input(0)
      let places = places(x)
      let indices = zip(x.shape, x.shape.strides).flatMap { extent, stride in places.map { $0 / stride % extent } }
      return [TensorValue(integers: indices).reshaped(to: context.outputs[0].shape)]
    })

  /// The positions of the elements that are not zero, in row-major order. NaN is not zero.
  private static func places(_ x: TensorValue) -> [Int] {
    let isNonZero = Elementwise.convert(x, to: .bool).elements(as: Bool.self)
    return isNonZero.indices.filter { isNonZero[$0] }
  }
}
