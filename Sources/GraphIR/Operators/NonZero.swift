/// The indices of non-zero elements.
enum NonZero {
  /// The result's shape depends on the elements. So they must be known before the graph runs, as in eager execution.
  static let nonZero = OpDefinition(
    Signature(since: 13, [Formal("X", .any, "T", isKnown: true)], to: [Formal("Y", .integer)]),
    traits: .init(.other, .exact),
    infer: { context in
      guard let x = context.constants[0] else {
        throw context.error(
          .unsupported,
          """
          input X is not known before the graph runs, but its number of non-zero elements determines a shape; \
          expected a constant. Where selects elements without this number
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

  /// Returns the row-major indices of non-zero elements. NaN is not zero.
  private static func places(_ x: TensorValue) -> [Int] {
    let isNonZero = Elementwise.convert(x, to: .bool).elements(as: Bool.self)
    return isNonZero.indices.filter { isNonZero[$0] }
  }
}
