/// Matrix products.
enum Matrix {
  /// alpha · A' · B' + beta · C, where A' and B' may be transposed and C broadcasts to [M, N].
  static let gemm = OpDefinition(
    Signature(
      since: 13,
      [Formal("A", .floating, "T"), Formal("B", .floating, "T"), Formal("C", .floating, "T", .optional)],
      to: [Formal("Y", .floating, "T")],
      attributes: [
        .defaulted("alpha", .float(1)), .defaulted("beta", .float(1)), .defaulted("transA", .int(0)),
        .defaulted("transB", .int(0)),
      ]),
    traits: .init(.product, .rounded),
    infer: { context in
      let (a, b) = (context.input(0), context.input(1))
      guard a.shape.rank == 2, b.shape.rank == 2 else {
        throw context.error(.shape, "expected two matrices, found \(a.shape) and \(b.shape)")
      }
      let (m, inner) = context.attributes.flag("transA") ? (a.shape[1], a.shape[0]) : (a.shape[0], a.shape[1])
      let (other, n) = context.attributes.flag("transB") ? (b.shape[1], b.shape[0]) : (b.shape[0], b.shape[1])
      guard inner == other else {
        throw context.error(
          .shape, "A is \(a.shape), B is \(b.shape), expected equal inner extents, found \(inner) and \(other)")
      }
      if context.has(2), Shape.broadcast(context.input(2).shape, [m, n]) != [m, n] {
        throw context.error(.shape, "C is \(context.input(2).shape), which does not broadcast to \(Shape([m, n]))")
      }
      return [TensorType(a.dtype, [m, n])]
    },
    evaluate: { context in
      context.outputs[0].dtype == .float32 ? [gemm(context, Float.self)] : [gemm(context, Double.self)]
    })

  private static func gemm<Element: TensorElement & BinaryFloatingPoint>(
    _ context: EvaluationContext, _: Element.Type
  ) -> TensorValue {
    let type = context.outputs[0]
    let (transA, transB) = (context.attributes.flag("transA"), context.attributes.flag("transB"))
    let alpha = Element(context.attributes.float("alpha") ?? 1)
    let beta = Element(context.attributes.float("beta") ?? 1)
    let a = context.input(0).elements(as: Element.self)
    let b = context.input(1).elements(as: Element.self)
    let c = context.optional(2).map { Movement.broadcast($0, to: type.shape).elements(as: Element.self) }
    let (m, n) = (type.shape[0], type.shape[1])
    let k = context.input(0).shape[transA ? 0 : 1]
    let result = TensorValue(uninitialized: type)
    result.withMutableElements(of: Element.self) { output in
      for row in 0..<m {
        for column in 0..<n {
          var sum: Element = 0
          for inner in 0..<k {
            sum += a[transA ? inner * m + row : row * k + inner] * b[transB ? column * k + inner : inner * n + column]
          }
          output[row * n + column] = alpha * sum + (c.map { beta * $0[row * n + column] } ?? 0)
        }
      }
    }
    return result
  }

  /// NumPy's `matmul`: batches broadcast. A vector is a row on the left and a column on the right.
  static let matMul = OpDefinition(
    Signature(
      since: 13, [Formal("A", .floating, "T"), Formal("B", .floating, "T")], to: [Formal("Y", .floating, "T")]),
    traits: .init(.product, .rounded),
    infer: { context in
      let (a, b) = (context.input(0).shape, context.input(1).shape)
      guard let product = MatMulShape(a, b) else {
        throw context.error(.shape, "\(a) and \(b) can't be multiplied")
      }
      return [TensorType(context.input(0).dtype, product.output)]
    },
    evaluate: { context in
      context.outputs[0].dtype == .float32 ? [matMul(context, Float.self)] : [matMul(context, Double.self)]
    })

  private static func matMul<Element: TensorElement & BinaryFloatingPoint>(
    _ context: EvaluationContext, _: Element.Type
  ) -> TensorValue {
    guard let product = MatMulShape(context.input(0).shape, context.input(1).shape) else {
      preconditionFailure("the shapes were not checked")
    }
    let (m, k, n) = (product.m, product.k, product.n)
    let a = Movement.broadcast(context.input(0).reshaped(to: product.left), to: Shape(product.batch + [m, k]))
    let b = Movement.broadcast(context.input(1).reshaped(to: product.right), to: Shape(product.batch + [k, n]))
    let result = TensorValue(uninitialized: context.outputs[0])
    let (left, right) = (a.elements(as: Element.self), b.elements(as: Element.self))
    result.withMutableElements(of: Element.self) { output in
      for batch in 0..<product.batch.reduce(1, *) {
        for row in 0..<m {
          for column in 0..<n {
            var sum: Element = 0
            for inner in 0..<k { sum += left[(batch * m + row) * k + inner] * right[(batch * k + inner) * n + column] }
            output[(batch * m + row) * n + column] = sum
          }
        }
      }
    }
    return result
  }
}

/// The shapes of NumPy's `matmul`.
public struct MatMulShape: Sendable {
  /// The operands, with vectors as matrices.
  public let left, right: Shape
  /// The batch dimensions that both operands broadcast to.
  public let batch: [Int]
  /// The number of rows, the inner extent and the number of columns of each product.
  public let m, k, n: Int
  /// The shape of the result.
  public let output: Shape

  /// Nil if the shapes can't be multiplied.
  public init?(_ a: Shape, _ b: Shape) {
    guard a.rank > 0, b.rank > 0 else { return nil }
    left = a.rank == 1 ? [1, a[0]] : a
    right = b.rank == 1 ? [b[0], 1] : b
    guard left[left.rank - 1] == right[right.rank - 2],
      let batch = Shape.broadcast(Shape(left.dropLast(2)), Shape(right.dropLast(2)))
    else { return nil }
    self.batch = batch.dimensions
    m = left[left.rank - 2]
    k = left[left.rank - 1]
    n = right[right.rank - 1]
    output = Shape(batch.dimensions + (a.rank == 1 ? [] : [m]) + (b.rank == 1 ? [] : [n]))
  }
}
