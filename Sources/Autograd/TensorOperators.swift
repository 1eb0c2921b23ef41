import GraphIR

// Operators of the vocabulary as methods, under PyTorch's names. Arguments that do not fit are programmer errors.

extension Tensor {
  /// Sum, with NumPy broadcasting.
  public static func + (a: Tensor, b: Tensor) -> Tensor { call(.add, [a, b]) }
  /// Difference, with NumPy broadcasting.
  public static func - (a: Tensor, b: Tensor) -> Tensor { call(.sub, [a, b]) }
  /// Product of elements, with NumPy broadcasting.
  public static func * (a: Tensor, b: Tensor) -> Tensor { call(.mul, [a, b]) }
  /// Quotient of elements, with NumPy broadcasting.
  public static func / (a: Tensor, b: Tensor) -> Tensor { call(.div, [a, b]) }
  /// The negative.
  public static prefix func - (a: Tensor) -> Tensor { call(.neg, [a]) }

  /// Sum with a number.
  public static func + (a: Tensor, b: Double) -> Tensor { a + a.scalar(b) }
  /// Sum with a number.
  public static func + (a: Double, b: Tensor) -> Tensor { b.scalar(a) + b }
  /// Difference with a number.
  public static func - (a: Tensor, b: Double) -> Tensor { a - a.scalar(b) }
  /// Difference with a number.
  public static func - (a: Double, b: Tensor) -> Tensor { b.scalar(a) - b }
  /// Product with a number.
  public static func * (a: Tensor, b: Double) -> Tensor { a * a.scalar(b) }
  /// Product with a number.
  public static func * (a: Double, b: Tensor) -> Tensor { b.scalar(a) * b }
  /// Quotient with a number.
  public static func / (a: Tensor, b: Double) -> Tensor { a / a.scalar(b) }
  /// Quotient with a number.
  public static func / (a: Double, b: Tensor) -> Tensor { b.scalar(a) / b }

  /// A number as a scalar of this tensor's element type.
  func scalar(_ number: Double) -> Tensor { Tensor(TensorValue(repeating: number, type: TensorType(dtype, []))) }

  /// |x|. The derivative at 0 is 0.
  public func abs() -> Tensor { Self.call(.abs, [self]) }
  /// -1, 0 or 1. The derivative is zero.
  public func sign() -> Tensor { Self.call(.sign, [self]) }
  /// √x.
  ///
  /// The derivative at 0 is infinite. By convention it is 0 here, at every order; PyTorch returns infinity. The root of
  /// a sum of squares then has finite derivatives at zero, and a gradient penalty does not end in NaN.
  public func sqrt() -> Tensor { Self.call(.sqrt, [self]) }
  /// 1 / x.
  public func reciprocal() -> Tensor { Self.call(.reciprocal, [self]) }
  /// eˣ.
  public func exp() -> Tensor { Self.call(.exp, [self]) }
  /// The natural logarithm.
  public func log() -> Tensor { Self.call(.log, [self]) }
  /// The hyperbolic tangent.
  public func tanh() -> Tensor { Self.call(.tanh, [self]) }
  /// 1 / (1 + e⁻ˣ).
  public func sigmoid() -> Tensor { Self.call(.sigmoid, [self]) }
  /// max(x, 0). The derivative at 0 is 0.
  public func relu() -> Tensor { Self.call(.relu, [self]) }
  /// x where x > 0, otherwise `alpha` · x. The derivative at 0 is `alpha`.
  public func leakyRelu(_ alpha: Float = 0.01) -> Tensor { Self.call(.leakyRelu, [self], ["alpha": .float(alpha)]) }
  /// log(1 + eˣ).
  public func softplus() -> Tensor { Self.call(.softplus, [self]) }
  /// xʸ, with broadcasting.
  public func pow(_ exponent: Tensor) -> Tensor { Self.call(.pow, [self, exponent]) }
  /// xʸ for a number y. For 0 < y < 1 the derivative at 0 is 0 by convention, as that of ``sqrt()``.
  public func pow(_ exponent: Double) -> Tensor { pow(scalar(exponent)) }
  /// x².
  public func squared() -> Tensor { self * self }
  /// The larger element of each pair; ties share the gradient.
  public func maximum(_ other: Tensor) -> Tensor { Self.call(.max, [self, other]) }
  /// The smaller element of each pair; ties share the gradient.
  public func minimum(_ other: Tensor) -> Tensor { Self.call(.min, [self, other]) }
  /// The elements as another type.
  public func cast(to type: DataType) -> Tensor {
    type == dtype ? self : Self.call(.cast, [self], ["to": .int(type.onnxCode)])
  }

  /// NumPy's matrix product, batches included.
  public func matmul(_ other: Tensor) -> Tensor { Self.call(.matMul, [self, other]) }

  /// `alpha` · A' · B' + `beta` · C for matrices.
  static func gemm(
    _ a: Tensor, _ b: Tensor, _ c: Tensor? = nil, transA: Bool = false, transB: Bool = false, alpha: Float = 1,
    beta: Float = 1
  ) -> Tensor {
    var attributes: Attributes = [:]
    if transA { attributes["transA"] = .int(1) }
    if transB { attributes["transB"] = .int(1) }
    if alpha != 1 { attributes["alpha"] = .float(alpha) }
    if beta != 1 { attributes["beta"] = .float(beta) }
    return call(.gemm, c.map { [a, b, $0] } ?? [a, b], attributes)
  }

  /// The sum over `axes`; over all of them by default.
  public func sum(_ axes: [Int]? = nil, keepDims: Bool = false) -> Tensor { reduce(.reduceSum, axes, keepDims) }
  /// The mean over `axes`; over all of them by default.
  public func mean(_ axes: [Int]? = nil, keepDims: Bool = false) -> Tensor { reduce(.reduceMean, axes, keepDims) }
  /// The maximum over `axes`; over all of them by default. Equal maxima share the gradient.
  public func amax(_ axes: [Int]? = nil, keepDims: Bool = false) -> Tensor { reduce(.reduceMax, axes, keepDims) }

  func reduce(_ op: Op, _ axes: [Int]?, _ keepDims: Bool) -> Tensor {
    let attributes = keepDims ? [:] : CommonArguments.dropDimensions
    guard let axes else { return Self.call(op, [self], attributes) }
    if axes.count == 1 { return Self.call(op, [self, CommonArguments.vector(axes[0])], attributes) }
    return axes.isEmpty ? self : Self.call(op, [self, Tensor(TensorValue(integers: axes))], attributes)
  }

  /// The same elements with another shape. An extent of 0 copies the old one, -1 is inferred.
  public func reshaped(_ extents: [Int]) -> Tensor {
    Self.call(.reshape, [self, Tensor(TensorValue(integers: extents))])
  }
  /// The same elements as exactly `shape`: no extent has a special meaning as in ``reshaped(_:)``.
  func reshaped(to shape: Shape) -> Tensor {
    guard shape != self.shape else { return self }
    let attributes: Attributes = shape.contains(0) ? ["allowzero": .int(1)] : [:]
    // -1 can stand for one symbolic extent only. Others stay in their place and are copied by 0.
    let extents = shape.indices.map { axis in
      shape[axis] >= 0 ? shape[axis] : axis < self.shape.rank && self.shape[axis] == shape[axis] ? 0 : -1
    }
    return Self.call(.reshape, [self, Tensor(TensorValue(integers: extents))], attributes)
  }
  /// The elements from `start` up to `end` along `axis`, every `step`-th.
  public func sliced(axis: Int, from start: Int, to end: Int, step: Int = 1) -> Tensor {
    let (first, last, axis) = (
      CommonArguments.vector(start), CommonArguments.vector(end), CommonArguments.vector(axis)
    )
    return Self.call(
      .slice, step == 1 ? [self, first, last, axis] : [self, first, last, axis, CommonArguments.vector(step)])
  }
  /// Zeros around the elements: `before` and `after` along each axis. Negative numbers remove elements.
  public func padded(before: [Int], after: [Int]) -> Tensor {
    Self.call(.pad, [self, Tensor(TensorValue(integers: before + after))])
  }

  /// The attributes of an operator along `axis`.
  static func attributes(axis: Int) -> Attributes { CommonArguments.axis(axis) }
}

/// Bounds, axes and attributes of operators. The most common ones are created once.
private enum CommonArguments {
  static let dropDimensions: Attributes = ["keepdims": .int(0)]

  private static let range = -8...64
  /// Tensors that are private here: threads that share them only read.
  nonisolated(unsafe) private static let vectors = range.map { Tensor(TensorValue(integers: [$0])) }
  private static let axes = range.map { Attributes(["axis": .int($0)]) }

  static func vector(_ number: Int) -> Tensor {
    range.contains(number) ? vectors[number - range.lowerBound] : Tensor(TensorValue(integers: [number]))
  }

  static func axis(_ number: Int) -> Attributes {
    range.contains(number) ? axes[number - range.lowerBound] : ["axis": .int(number)]
  }
}
