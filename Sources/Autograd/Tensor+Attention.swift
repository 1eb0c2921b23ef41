import GraphIR

extension Tensor {
  /// The same values without a gradient: the counterpart of ``detached(requiresGrad:)`` in a graph that is traced first
  /// and differentiated later.
  public func stoppingGradient() -> Tensor { Self.call(.stopGradient, [self]) }
}

/// softmax(Q·Kᵀ/√d)·V: the mean of the values, weighted by the match of each key with a query. Source:
/// arXiv:1706.03762.
///
/// - Parameters:
///   - query: [..., L, d].
///   - key: [..., S, d].
///   - value: [..., S, e].
///   - mask: broadcasts to [..., L, S]. Booleans select the pairs that take part, at least one for each query. Numbers
///     are added to Q·Kᵀ/√d.
/// - Returns: [..., L, e]. Requires a known d.
public func scaledDotProductAttention(
  _ query: Tensor, _ key: Tensor, _ value: Tensor, mask: Tensor? = nil
) -> Tensor {
  let axes = Array(key.shape.indices)
  let size = key.shape[axes.count - 1]
  precondition(size > 0, "attention: expected keys with a known last extent, found \(key.shape)")
  var scores =
    query.matmul(key.transposed(axes: axes.dropLast(2) + axes.suffix(2).reversed())) / Double(size).squareRoot()
  if let mask {
    scores = mask.dtype == .bool ? mask.select(scores, scores.scalar(-.infinity)) : scores + mask
  }
  // Subtracting the maximum prevents overflow. It changes neither the quotient nor its derivative.
  let weights = (scores - scores.amax([-1], keepDims: true).stoppingGradient()).exp()
  return (weights / weights.sum([-1], keepDims: true)).matmul(value)
}
