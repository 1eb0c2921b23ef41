import CKernels
import GraphIR

extension Kernels {
  static func gemm(_ call: EvaluationContext) -> [TensorValue]? {
    let (a, b, c, type) = (call.input(0), call.input(1), call.optional(2), call.outputs[0])
    var problem = ZKMatmul()
    problem.m = type.shape[0]
    problem.n = type.shape[1]
    problem.transposed_a = call.attributes.flag("transA")
    problem.transposed_b = call.attributes.flag("transB")
    problem.k = a.shape[problem.transposed_a ? 0 : 1]
    problem.batch = 1
    problem.alpha = call.attributes.float("alpha") ?? 1
    let beta = call.attributes.float("beta") ?? 1
    let out = TensorValue(uninitialized: type)
    if let c {
      if problem.alpha == 1, beta == 1, c.count == problem.n, c.shape.last ?? 1 == problem.n {
        problem.has_bias = true
      } else {
        problem.accumulates = true
        problem.beta = beta
        guard var layout = ZKLayout(type.shape, c.shape, type.shape),
          zk_copy(type.dtype.byteCount, &layout, c.storage.pointer, out.storage.pointer)
        else { return nil }
      }
    }
    return multiply(&problem, a, b, bias: c, to: out)
  }

  static func matMul(_ call: EvaluationContext) -> [TensorValue]? {
    let (type, size) = (call.outputs[0], call.outputs[0].dtype.byteCount)
    guard let shape = MatMulShape(call.input(0).shape, call.input(1).shape) else { return nil }
    var problem = ZKMatmul()
    problem.m = shape.m
    problem.k = shape.k
    problem.n = shape.n
    let products = shape.batch.reduce(1, *)
    problem.batch = products
    problem.alpha = 1
    /// The operand with one matrix, or one for each product: what lies between is repeated.
    func operand(_ value: TensorValue, _ matrices: Shape, isShared: inout Bool) -> TensorValue? {
      let count = matrices.dropLast(2).reduce(1, *)
      isShared = count == 1
      if isShared || count == products { return value }
      let full = Shape(shape.batch + matrices.suffix(2))
      let out = TensorValue(uninitialized: TensorType(value.dtype, full))
      guard var layout = ZKLayout(full, matrices, full) else { return nil }
      return zk_copy(size, &layout, value.storage.pointer, out.storage.pointer) ? out : nil
    }
    guard let a = operand(call.input(0), shape.left, isShared: &problem.shared_a),
      let b = operand(call.input(1), shape.right, isShared: &problem.shared_b)
    else { return nil }
    return multiply(&problem, a, b, to: TensorValue(uninitialized: type))
  }

  private static func multiply(
    _ problem: inout ZKMatmul, _ a: TensorValue, _ b: TensorValue, bias: TensorValue? = nil, to out: TensorValue
  ) -> [TensorValue]? {
    withExtendedLifetime((a, b, bias)) {
      zk_matmul(
        out.dtype.kernelType, &problem, a.storage.pointer, b.storage.pointer, bias?.storage.pointer,
        out.storage.pointer) ? [out] : nil
    }
  }
}
