import CKernels
import GraphIR

extension Kernels {
  static func gemm(_ call: EvaluationContext) -> [TensorValue]? {
    let (a, b, c, type) = (call.input(0), call.input(1), call.optional(2), call.outputs[0])
    var problem = ZKMatmul(gemm: a.shape, adding: c?.shape, to: type.shape, call.attributes)
    let out = TensorValue(uninitialized: type)
    if problem.accumulates, let c {
      guard var layout = ZKLayout(type.shape, c.shape, type.shape),
        zk_copy(type.dtype.byteCount, &layout, c.storage.pointer, out.storage.pointer)
      else { return nil }
    }
    return multiply(&problem, a, b, bias: c, to: out)
  }

  static func matMul(_ call: EvaluationContext) -> [TensorValue]? {
    let (type, size) = (call.outputs[0], call.outputs[0].dtype.byteCount)
    guard let shape = MatMulShape(call.input(0).shape, call.input(1).shape) else { return nil }
    var problem = ZKMatmul(matMul: shape)
    /// The operand with one matrix in total or one per product. Repetitions in between are written out.
    func operand(_ value: TensorValue, _ matrices: Shape) -> TensorValue? {
      let count = matrices.dropLast(2).reduce(1, *)
      if count == 1 || count == problem.batch { return value }
      let full = Shape(shape.batch + matrices.suffix(2))
      let out = TensorValue(uninitialized: TensorType(value.dtype, full))
      guard var layout = ZKLayout(full, matrices, full) else { return nil }
      return zk_copy(size, &layout, value.storage.pointer, out.storage.pointer) ? out : nil
    }
    guard let a = operand(call.input(0), shape.left), let b = operand(call.input(1), shape.right) else { return nil }
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

extension ZKMatmul {
  /// A matrix product, or a batch of them.
  init(m: Int, n: Int, k: Int, batch: Int = 1) {
    self.init()
    (self.m, self.n, self.k, self.batch, alpha) = (m, n, k, batch, 1)
  }

  /// A `Gemm` with a first operand of shape `a`. The third operand is an added row, or the initial value of `out`.
  init(gemm a: Shape, adding addend: Shape?, to output: Shape, _ attributes: ResolvedAttributes) {
    let isTransposed = attributes.flag("transA")
    self.init(m: output[0], n: output[1], k: a[isTransposed ? 0 : 1])
    (transposed_a, transposed_b) = (isTransposed, attributes.flag("transB"))
    alpha = attributes.float("alpha") ?? 1
    guard let addend else { return }
    let beta = attributes.float("beta") ?? 1
    if alpha == 1, beta == 1, addend.elementCount == n, addend.last ?? 1 == n {
      has_bias = true
    } else {
      (accumulates, self.beta) = (true, beta)
    }
  }

  /// A `MatMul` whose operands have one matrix in total or one per product.
  init(matMul shape: MatMulShape) {
    self.init(m: shape.m, n: shape.n, k: shape.k, batch: shape.batch.reduce(1, *))
    shared_a = batch != 1 && shape.left.dropLast(2).reduce(1, *) == 1
    shared_b = batch != 1 && shape.right.dropLast(2).reduce(1, *) == 1
  }
}
