import GraphIR

/// xʸ: y·xʸ⁻¹ and xʸ·log x. Where base and exponent are 0 the first is 0, and where the base is 0 the second is.
///
/// There the base is replaced *before* the power is taken: what a selection hides must be finite, or it comes back as NaN in the
/// next derivative.
func powDerivatives(_ call: TapedCall, _ g: Tensor) -> [Derivative?] {
  func operands() throws -> (base: Tensor, exponent: Tensor, isZero: Tensor, one: Tensor) {
    let base = try call.input(0)
    return (base, try call.input(1), base .== base.scalar(0), base.scalar(1))
  }
  return [
    {
      let (base, exponent, isZero, one) = try operands()
      let isConstant = Tensor.call(.and, [isZero, exponent .== exponent.scalar(0)])
      return (g * (exponent.cast(to: base.dtype) * isConstant.select(one, base).pow(exponent - 1))).summed(
        to: call.shape(0))
    },
    {
      let (base, exponent, isZero, one) = try operands()
      let positive = isZero.select(one, base)
      return (g * isZero.select(base.scalar(0), positive.pow(exponent) * positive.log()))
        .summed(to: call.shape(1)).cast(to: exponent.dtype)
    },
  ]
}

/// Inputs that tie share the gradient evenly.
func extremumDerivatives(_ call: TapedCall, _ g: Tensor) -> [Derivative?] {
  func isChosen(_ index: Int) throws -> Tensor { (try call.input(index) .== call.output()).cast(to: g.dtype) }
  return call.node.inputs.indices.map { index in
    {
      let ties = try call.node.inputs.indices.dropFirst().reduce(isChosen(0)) { try $0 + isChosen($1) }
      return try (g * isChosen(index) / ties).summed(to: call.shape(index))
    }
  }
}
