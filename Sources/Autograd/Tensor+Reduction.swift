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
    precondition(shape.isStatic, "a variance needs to know how many elements \(shape) has")
    let centred = self - mean(axes, keepDims: true)
    let total = centred.squared().sum(axes, keepDims: keepDims)
    let count = Double(self.shape.elementCount) / Double(Swift.max(total.shape.elementCount, 1))
    return total / Swift.max(count - correction, 0)
  }

  /// The standard deviation over `axes`: the root of ``var(_:correction:keepDims:)``. Its derivative is infinite where the
  /// variance is 0.
  public func std(_ axes: [Int]? = nil, correction: Double = 1, keepDims: Bool = false) -> Tensor {
    `var`(axes, correction: correction, keepDims: keepDims).sqrt()
  }

  /// eˣ / Σ eˣ along `dim`, without overflow.
  public func softmax(dim: Int) -> Tensor { Self.call(.softmax, [self], ["axis": .int(dim)]) }
  /// The logarithm of ``softmax(dim:)``, more exact than computed from it.
  public func logSoftmax(dim: Int) -> Tensor { Self.call(.logSoftmax, [self], ["axis": .int(dim)]) }
  /// The position of the first of the greatest elements along `dim`, as int64.
  public func argmax(dim: Int, keepDims: Bool = false) -> Tensor { position(.argMax, dim, keepDims) }
  /// The position of the first of the smallest elements along `dim`, as int64.
  public func argmin(dim: Int, keepDims: Bool = false) -> Tensor { position(.argMin, dim, keepDims) }
  /// The greatest elements along `dim`, and the positions of the first of them as int64, which alone get the gradient.
  public func max(dim: Int, keepDims: Bool = false) -> (values: Tensor, indices: Tensor) {
    taken(argmax(dim: dim, keepDims: true), dim, keepDims)
  }
  /// The smallest elements along `dim`, and the positions of the first of them as int64, which alone get the gradient.
  public func min(dim: Int, keepDims: Bool = false) -> (values: Tensor, indices: Tensor) {
    taken(argmin(dim: dim, keepDims: true), dim, keepDims)
  }
  /// The running sum along `dim`.
  public func cumsum(dim: Int) -> Tensor { Self.call(.cumSum, [self, Tensor(TensorValue(scalar: Int64(dim)))]) }

  private func taken(_ indices: Tensor, _ dim: Int, _ keepDims: Bool) -> (values: Tensor, indices: Tensor) {
    let values = gatheredElements(indices, axis: dim)
    return keepDims ? (values, indices) : (values.squeeze(dim: dim), indices.squeeze(dim: dim))
  }

  private func position(_ op: Op, _ dim: Int, _ keepDims: Bool) -> Tensor {
    Self.call(op, [self], ["axis": .int(dim), "keepdims": .int(keepDims ? 1 : 0)])
  }
}
