import GraphIR

/// Matrix products.
enum MatrixRules {
  /// alpha · A' · B' + beta · C.
  static func gemm(_ emitter: Emitter, _ call: Call) -> Value {
    let (a, b) = (call.input(0), call.input(1))
    var result = emitter.dot(
      a, b, contracting: call.attributes.flag("transA") ? 0 : 1, call.attributes.flag("transB") ? 1 : 0)
    if call.number("alpha") != 1 { result = emitter.multiply(result, call.number("alpha")) }
    guard var addend = call.optional(2) else { return result }
    if call.number("beta") != 1 { addend = emitter.multiply(addend, call.number("beta")) }
    return emitter.add(result, addend)
  }

  /// NumPy's `matmul`: batches broadcast; a vector is a row on the left and a column on the right.
  static func matMul(_ emitter: Emitter, _ call: Call) -> Value {
    var (a, b) = (call.input(0), call.input(1))
    if a.shape.rank == 1 { a = emitter.reshape(a, to: Shape([1] + a.shape)) }
    if b.shape.rank == 1 { b = emitter.reshape(b, to: Shape(b.shape + [1])) }
    guard let batch = Shape.broadcast(Shape(a.shape.dropLast(2)), Shape(b.shape.dropLast(2))) else {
      preconditionFailure("MatMul: the shapes were not checked")
    }
    let count = batch.rank
    let product = emitter.dot(
      emitter.broadcast(a, to: Shape(batch + a.shape.suffix(2))),
      emitter.broadcast(b, to: Shape(batch + b.shape.suffix(2))), contracting: count + 1, count, batch: count)
    return emitter.reshape(product, to: call.outputs[0].shape)
  }
}
