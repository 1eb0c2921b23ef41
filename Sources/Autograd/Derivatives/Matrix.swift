import GraphIR

/// A matrix product and its two gradients are all matrix products. A second order needs no further operators.
func gemmDerivatives(_ call: TapedCall, _ g: Tensor) -> [Derivative?] {
  let (transA, transB) = (call.attributes.flag("transA"), call.attributes.flag("transB"))
  let (alpha, beta) = (call.attributes.float("alpha") ?? 1, call.attributes.float("beta") ?? 1)
  return [
    {
      let b = try call.input(1)
      return transA
        ? .gemm(b, g, transA: transB, transB: true, alpha: alpha) : .gemm(g, b, transB: !transB, alpha: alpha)
    },
    {
      let a = try call.input(0)
      return transB
        ? .gemm(g, a, transA: true, transB: transA, alpha: alpha) : .gemm(a, g, transA: !transA, alpha: alpha)
    },
    { (beta == 1 ? g : g * Double(beta)).summed(to: call.shape(2)) },
  ]
}

func matMulDerivatives(_ call: TapedCall, _ g: Tensor) -> [Derivative?] {
  guard let product = MatMulShape(call.shape(0), call.shape(1)) else {
    preconditionFailure("MatMul of \(call.shape(0)) and \(call.shape(1)) was not checked")
  }
  let matrix = g.reshaped(to: Shape(product.batch + [product.m, product.n]))
  func transposed(_ index: Int, as shape: Shape) throws -> Tensor {
    let axes = Array(shape.indices)
    return try call.input(index).reshaped(to: shape).transposed(axes: axes.dropLast(2) + axes.suffix(2).reversed())
  }
  return [
    { matrix.matmul(try transposed(1, as: product.right)).summed(to: product.left).reshaped(to: call.shape(0)) },
    { try transposed(0, as: product.left).matmul(matrix).summed(to: product.right).reshaped(to: call.shape(1)) },
  ]
}
