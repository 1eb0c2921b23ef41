import GraphIR

// Elementwise functions as methods, under PyTorch's names.

extension Tensor {
  /// The sine.
  public func sin() -> Tensor { Self.call(.sin, [self]) }
  /// The cosine.
  public func cos() -> Tensor { Self.call(.cos, [self]) }
  /// The tangent.
  public func tan() -> Tensor { Self.call(.tan, [self]) }
  /// The inverse of the sine, from -π/2 to π/2. The derivative at -1 and 1 is infinite.
  public func asin() -> Tensor { Self.call(.asin, [self]) }
  /// The inverse of the cosine, from 0 to π. The derivative at -1 and 1 is infinite.
  public func acos() -> Tensor { Self.call(.acos, [self]) }
  /// The inverse of the tangent, from -π/2 to π/2.
  public func atan() -> Tensor { Self.call(.atan, [self]) }
  /// The hyperbolic sine.
  public func sinh() -> Tensor { Self.call(.sinh, [self]) }
  /// The hyperbolic cosine.
  public func cosh() -> Tensor { Self.call(.cosh, [self]) }
  /// The inverse of the hyperbolic sine.
  public func asinh() -> Tensor { Self.call(.asinh, [self]) }
  /// The inverse of the hyperbolic cosine, at least 0; NaN below 1.
  public func acosh() -> Tensor { Self.call(.acosh, [self]) }
  /// The inverse of the hyperbolic tangent; NaN beyond ±1.
  public func atanh() -> Tensor { Self.call(.atanh, [self]) }
  /// The error function, 2/√π times the integral of e^(-t²) from 0 to x.
  public func erf() -> Tensor { Self.call(.erf, [self]) }

  /// The greatest integer that is not greater than x. The derivative is zero.
  public func floor() -> Tensor { Self.call(.floor, [self]) }
  /// The least integer that is not less than x. The derivative is zero.
  public func ceil() -> Tensor { Self.call(.ceil, [self]) }
  /// The nearest integer; halves round to even. The derivative is zero.
  public func round() -> Tensor { Self.call(.round, [self]) }

  /// The remainder of a division, with the sign of this tensor, with broadcasting.
  public func fmod(_ divisor: Tensor) -> Tensor { Self.call(.mod, [self, divisor], ["fmod": .int(1)]) }
  /// The remainder of a division, with the sign of the divisor as in Python, with broadcasting.
  public func remainder(_ divisor: Tensor) -> Tensor {
    guard dtype.isFloatingPoint else { return Self.call(.mod, [self, divisor]) }
    let remainder = fmod(divisor)
    let hasOtherSign = (remainder * divisor.sign()) .< scalar(0)
    return hasOtherSign.select(remainder + divisor, remainder)
  }

  /// The elements limited to `min` … `max`, which are scalars; `max` where `min` is greater.
  ///
  /// An element on a bound shares its gradient with the bound. If the bound is a constant, the element's gradient is 0.
  public func clamp(min: Tensor? = nil, max: Tensor? = nil) -> Tensor { Self.call(.clip, [self, min, max]) }
  /// The elements limited to `min` … `max`; `max` where `min` is greater.
  ///
  /// The derivative at a bound is 0.
  public func clamp(min: Double? = nil, max: Double? = nil) -> Tensor {
    clamp(min: min.map(scalar), max: max.map(scalar))
  }

  /// Whether elements are NaN.
  public func isNaN() -> Tensor { Self.call(.isNaN, [self]) }
  /// Whether elements are infinite, of either sign.
  public func isInf() -> Tensor { Self.call(.isInf, [self]) }

  /// x where x > 0, otherwise `alpha` · (eˣ - 1).
  public func elu(_ alpha: Float = 1) -> Tensor { Self.call(.elu, [self], ["alpha": .float(alpha)]) }
  /// The self-normalising unit, arXiv:1706.02515.
  public func selu() -> Tensor { Self.call(.selu, [self]) }
  /// x where x > 0, otherwise `alpha` · (exp(x / `alpha`) - 1).
  public func celu(_ alpha: Float = 1) -> Tensor { Self.call(.celu, [self], ["alpha": .float(alpha)]) }
  /// x · Φ(x) with the normal distribution's Φ, arXiv:1606.08415, or its approximation by a hyperbolic tangent.
  public func gelu(approximate: Bool = false) -> Tensor {
    Self.call(.gelu, [self], approximate ? ["approximate": .string("tanh")] : [:])
  }
  /// x · σ(x).
  public func silu() -> Tensor { self * sigmoid() }
  /// x · tanh(log(1 + eˣ)).
  public func mish() -> Tensor { Self.call(.mish, [self]) }
  /// x / (1 + |x|).
  public func softsign() -> Tensor { Self.call(.softsign, [self]) }
  /// x / 6 + 1/2, at least 0 and at most 1, as in PyTorch. The derivative at -3 and 3 is 0.
  public func hardSigmoid() -> Tensor { Self.call(.hardSigmoid, [self], ["alpha": .float(1 / 6)]) }
  /// x times the hard sigmoid of x.
  public func hardSwish() -> Tensor { Self.call(.hardSwish, [self]) }
  /// x where x > `threshold`, otherwise 0.
  public func thresholdedRelu(_ threshold: Float = 1) -> Tensor {
    Self.call(.thresholdedRelu, [self], ["alpha": .float(threshold)])
  }
  /// x where x >= 0, otherwise `slope` · x, where `slope` broadcasts to x.
  public func prelu(_ slope: Tensor) -> Tensor { Self.call(.prelu, [self, slope]) }
}
