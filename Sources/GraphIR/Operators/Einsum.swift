/// Sums of products of elements in Einstein notation.
enum Einsum {
  static let einsum = OpDefinition(
    Signature(
      since: 12, [Formal("Inputs", .numeric, "T", .variadic)], to: [Formal("Output", .numeric, "T")],
      attributes: [.required("equation", .string)]),
    traits: .init(.contraction, .rounded),
    infer: { context in
      let shapes = context.inputs.indices.map { context.input($0).shape }
      let equation = try EinsumEquation(
        context.attributes.string("equation") ?? "", of: shapes, error: context.error)
      return [TensorType(context.input(0).dtype, equation.shape(equation.output))]
    },
    evaluate: { context in
      let operands = context.inputs.indices.map(context.input)
      let equation = try EinsumEquation(
        context.attributes.string("equation") ?? "", of: operands.map(\.shape)
      ) { GraphError($0, $1) }
      let type = context.outputs[0]
      if type.dtype == .int64 {
        let numbers = operands.map { $0.elements(as: Int64.self) }
        let sums = sums(equation, operands.map(\.shape), zero: 0, one: 1) { sum, product in
          sum &+ product
        } product: { product, operand, offset in
          product &* numbers[operand][offset]
        }
        return [TensorValue(sums, shape: type.shape)]
      }
      let numbers = operands.map(\.doubles)
      let sums = sums(equation, operands.map(\.shape), zero: 0.0, one: 1.0) { sum, product in
        sum + product
      } product: { product, operand, offset in
        product * numbers[operand][offset]
      }
      return [Elementwise.convert(TensorValue(sums, shape: type.shape), to: type.dtype)]
    },
    composition: { composer in [try EinsumComposition(composer).result()] })

  /// Returns the elements of the result: for every index, the sum of the products of the operands.
  private static func sums<Number>(
    _ equation: EinsumEquation, _ shapes: [Shape], zero: Number, one: Number,
    sum: (Number, Number) -> Number, product: (Number, _ operand: Int, _ offset: Int) -> Number
  ) -> [Number] {
    let labels = equation.output + equation.summed
    let all = equation.shape(labels)
    let terms = equation.shape(equation.summed).elementCount
    // The stride of an index: the sum of both strides on a diagonal, 0 along a broadcast axis.
    let strides = zip(equation.operands, shapes).map { operand, shape in
      labels.map { label in
        operand.indices.filter { operand[$0] == label && shape[$0] != 1 }.reduce(0) { $0 + shape.strides[$1] }
      }
    }
    var sums = [Number](repeating: zero, count: equation.shape(equation.output).elementCount)
    for position in 0..<all.elementCount {
      let index = zip(all, all.strides).map { position / $1 % $0 }
      let factors = strides.indices.reduce(one) { factors, operand in
        product(factors, operand, zip(index, strides[operand]).reduce(0) { $0 + $1.0 * $1.1 })
      }
      sums[position / terms] = sum(sums[position / terms], factors)
    }
    return sums
  }
}
