import GraphIR

// Reductions and selections along an axis, under PyTorch's names. Axes out of range are programmer errors.

extension Tensor {
  /// The minimum over `axes`; over all of them by default. Equal minima share the gradient.
  public func amin(_ axes: [Int]? = nil, keepDims: Bool = false) -> Tensor { reduce(.reduceMin, axes, keepDims) }
  /// The product over `axes`; over all of them by default. Derivatives are exact where factors are 0, to any order.
  public func prod(_ axes: [Int]? = nil, keepDims: Bool = false) -> Tensor { reduce(.reduceProd, axes, keepDims) }
  /// log Σ eˣ over `axes`, over all of them by default, without overflow.
  public func logsumexp(_ axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    reduce(.reduceLogSumExp, axes, keepDims)
  }

  /// The variance over `axes`; over all of them by default. Divides by n - `correction` for n elements: 1, as in
  /// PyTorch, for the unbiased estimate, 0 for the mean square deviation.
  ///
  /// Requires a static shape.
  public func `var`(_ axes: [Int]? = nil, correction: Double = 1, keepDims: Bool = false) -> Tensor {
    precondition(shape.isStatic, "variance: expected a static shape, found \(shape)")
    let centred = self - mean(axes, keepDims: true)
    let total = centred.squared().sum(axes, keepDims: keepDims)
    let count = Double(self.shape.elementCount) / Double(Swift.max(total.shape.elementCount, 1))
    return total / Swift.max(count - correction, 0)
  }

  /// The standard deviation over `axes`: the root of ``var(_:correction:keepDims:)``. Its derivative is infinite where
  /// the variance is 0.
  public func std(_ axes: [Int]? = nil, correction: Double = 1, keepDims: Bool = false) -> Tensor {
    `var`(axes, correction: correction, keepDims: keepDims).sqrt()
  }

  /// eˣ / Σ eˣ along `axis`, without overflow.
  public func softmax(axis: Int) -> Tensor { Self.call(.softmax, [self], ["axis": .int(axis)]) }
  /// The logarithm of ``softmax(axis:)``, with a smaller rounding error.
  public func logSoftmax(axis: Int) -> Tensor { Self.call(.logSoftmax, [self], ["axis": .int(axis)]) }
  /// The position of the first of the greatest elements along `axis`, as int64.
  public func argmax(axis: Int, keepDims: Bool = false) -> Tensor { position(.argMax, axis, keepDims) }
  /// The position of the first of the smallest elements along `axis`, as int64.
  public func argmin(axis: Int, keepDims: Bool = false) -> Tensor { position(.argMin, axis, keepDims) }
  /// The greatest elements along `axis` and their positions as int64. The first of equal elements gets the gradient.
  public func max(axis: Int, keepDims: Bool = false) -> (values: Tensor, indices: Tensor) {
    taken(argmax(axis: axis, keepDims: true), axis, keepDims)
  }
  /// The smallest elements along `axis` and their positions as int64. The first of equal elements gets the gradient.
  public func min(axis: Int, keepDims: Bool = false) -> (values: Tensor, indices: Tensor) {
    taken(argmin(axis: axis, keepDims: true), axis, keepDims)
  }
  /// The running sum along `axis`.
  public func cumsum(axis: Int) -> Tensor { Self.call(.cumSum, [self, Tensor(TensorValue(scalar: Int64(axis)))]) }

  private func taken(_ indices: Tensor, _ axis: Int, _ keepDims: Bool) -> (values: Tensor, indices: Tensor) {
    let values = gatheredElements(indices, axis: axis)
    return keepDims ? (values, indices) : (values.squeezed(axis: axis), indices.squeezed(axis: axis))
  }

  private func position(_ op: Op, _ axis: Int, _ keepDims: Bool) -> Tensor {
    Self.call(op, [self], ["axis": .int(axis), "keepdims": .int(keepDims ? 1 : 0)])
  }
}
