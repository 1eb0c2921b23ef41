import GraphIR

// The formulas stay finite for large numbers at every order. The argument of an exponential in a branch that is not
// taken is replaced by 0 *first*: a selection that hides an infinity gives NaN in the next derivative.

/// scale · (x > 0 ? 1 : α · rate · exp(rate · x)), the derivative of scale · (x > 0 ? x : α · (exp(rate · x) - 1)).
///
/// Elu, Selu and Celu are such functions. As in PyTorch, x = 0 takes the derivative of the negative side. Higher
/// derivatives are 0 there.
func exponentialUnitDerivative(
  _ x: Tensor, _ g: Tensor, alpha: Float?, scale: Float? = 1, rate: Double = 1
) -> Tensor {
  let zero = x.scalar(0)
  let negative = (x .< zero).select(x, zero)
  let slope = (rate == 1 ? negative : negative * rate).exp() * (Double(alpha ?? 0) * rate)
  let derivative = g * (x .> zero).select(x.scalar(1), slope)
  return scale == 1 ? derivative : derivative * Double(scale ?? 0)
}

/// α where the function is strictly between 0 and 1.
func hardSigmoidDerivative(_ y: Tensor, _ g: Tensor, alpha: Float?) -> Tensor {
  let isInside = Tensor.call(.and, [y .> y.scalar(0), y .< y.scalar(1)])
  return isInside.select(g * Double(alpha ?? 0), g.scalar(0))
}

/// x / 3 + 1 / 2 strictly between -3 and 3, 0 below, 1 above.
func hardSwishDerivative(_ x: Tensor, _ g: Tensor) -> Tensor {
  let isInside = Tensor.call(.and, [x .> x.scalar(-3), x .< x.scalar(3)])
  let outside = (x .> x.scalar(0)).select(x.scalar(1), x.scalar(0))
  return g * isInside.select(x / 3 + 0.5, outside)
}

/// 1 / (1 + |x|)².
func softsignDerivative(_ x: Tensor, _ g: Tensor) -> Tensor {
  let factor = (1 + x.abs()).reciprocal()
  return g * factor * factor
}

/// t + x · (1 - t²) · σ(x) with t = tanh(softplus(x)).
func mishDerivative(_ x: Tensor, _ g: Tensor) -> Tensor {
  let t = x.softplus().tanh()
  return g * (t + x * (1 - t * t) * x.sigmoid())
}

/// Φ(x) + x · φ(x), or the derivative of the approximation by a hyperbolic tangent.
func geluDerivative(_ x: Tensor, _ g: Tensor, approximate: String?) -> Tensor {
  guard approximate == "tanh" else {
    let density = (x * x * -0.5).exp() * (1 / (2 * Double.pi).squareRoot())
    return g * (0.5 * (1 + (x / 2.0.squareRoot()).erf()) + x * density)
  }
  let factor = (2 / Double.pi).squareRoot()
  let t = (factor * (x + 0.044715 * (x * x * x))).tanh()
  return g * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * (factor * (1 + 3 * 0.044715 * (x * x))))
}

/// As in PyTorch, x = 0 counts as negative.
func preluDerivatives(_ call: TapedCall, _ g: Tensor) -> [Derivative?] {
  func isPositive() throws -> Tensor { try call.input(0) .> call.input(0).scalar(0) }
  return [
    { try isPositive().select(g, g * call.input(1)) },
    { try isPositive().select(g.scalar(0), g * call.input(0)).summed(to: call.shape(1)) },
  ]
}
