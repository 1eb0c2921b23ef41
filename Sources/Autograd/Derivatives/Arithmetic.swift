import GraphIR

/// 1 / (2√x); 0 at 0 by convention.
///
/// The true derivative at 0 is infinite, and the derivative of a preceding square would be 0 · ∞. With the convention,
/// the root of a sum of squares has finite derivatives of every order at zero, in every notation. The divisor is
/// infinite where the root is 0. This quotient and all of its derivatives are then 0. Elsewhere no bit changes.
func sqrtDerivative(_ g: Tensor, _ root: Tensor) -> Tensor {
  g / (2 * (root .== root.scalar(0)).select(root.scalar(.infinity), root))
}

/// xʸ: y·xʸ⁻¹ and xʸ·log x. At base 0, the first is 0 for 0 ≤ y < 1 (as of a square root), and the second is 0.
///
/// A base of 0 is replaced *before* the power is taken. A selection that hides an infinity gives NaN in the next
/// derivative.
func powDerivatives(_ call: TapedCall, _ g: Tensor) -> [Derivative?] {
  func operands() throws -> (base: Tensor, exponent: Tensor, isZero: Tensor, one: Tensor) {
    let base = try call.input(0)
    return (base, try call.input(1), base .== base.scalar(0), base.scalar(1))
  }
  return [
    {
      if let exponent = call.constantExponent {
        return try (g * powSlope(call.input(0), exponent)).summed(to: call.shape(0))
      }
      let (base, exponent, isZero, one) = try operands()
      let isRoot = Tensor.call(.and, [exponent .> exponent.scalar(0), exponent .< exponent.scalar(1)])
      let isSingular = Tensor.call(.and, [isZero, Tensor.call(.or, [isRoot, exponent .== exponent.scalar(0)])])
      let slope = exponent.cast(to: base.dtype) * isSingular.select(one, base).pow(exponent - 1)
      let isSteep = Tensor.call(.and, [isZero, isRoot])
      return (g * isSteep.select(base.scalar(0), slope)).summed(to: call.shape(0))
    },
    {
      let (base, exponent, isZero, one) = try operands()
      let positive = isZero.select(one, base)
      return (g * isZero.select(base.scalar(0), positive.pow(exponent) * positive.log()))
        .summed(to: call.shape(1)).cast(to: exponent.dtype)
    },
  ]
}

/// y·xʸ⁻¹ for a constant y, which needs no comparisons of the exponent.
private func powSlope(_ base: Tensor, _ exponent: Double) -> Tensor {
  guard 0..<1 ~= exponent else { return base.pow(exponent - 1) * exponent }
  let isZero = base .== base.scalar(0)
  return isZero.select(base.scalar(0), isZero.select(base.scalar(1), base).pow(exponent - 1) * exponent)
}

extension TapedCall {
  /// The exponent of a power if it is a single number, requires no gradient and has not changed.
  fileprivate var constantExponent: Double? {
    guard let exponent = node.inputs[1]?.tensor, !exponent.requiresGrad, let value = try? input(1).knownValue,
      value.count == 1
    else { return nil }
    return value.doubles[0]
  }
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
