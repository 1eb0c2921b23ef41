import Autograd
import GraphIR

extension Loss {
  /// −log softmax(logits) of the target's class. PyTorch's `cross_entropy`.
  ///
  /// With weights, ``Reduction/mean`` divides by the sum of the targets' weights if the targets are classes, and by the
  /// number of samples if they are probabilities.
  ///
  /// - Parameters:
  ///   - logits: [N, C] or [N, C, d1, …], or [C] for a single sample; classes are on axis 1, or 0.
  ///   - targets: classes from 0 to C − 1 as int64, of the shape of the logits without C; or probabilities of the
  ///     logits' type and shape.
  ///   - weights: a factor for each class, [C]; 1 by default.
  ///   - labelSmoothing: the share of each target that is spread over all classes, from 0 to 1; 0 by default. Source:
  ///     arXiv:1512.00567.
  ///   - reduction: the reduction; the mean by default.
  /// - Returns: a scalar, or for ``Reduction/none`` a loss of the shape of the logits without C.
  public static func crossEntropy(
    _ logits: Tensor, _ targets: Tensor, weights: Tensor? = nil, labelSmoothing: Double = 0,
    reduction: Reduction = .mean
  ) -> Tensor {
    precondition((0...1).contains(labelSmoothing), "labelSmoothing is \(labelSmoothing), expected 0 to 1")
    let axis = logits.shape.rank == 1 ? 0 : 1
    let classes = logits.shape[axis]
    let costs = -logits.logSoftmax(axis: axis)
    // The weights on the axis of classes, broadcasting to the logits' shape.
    let factors = weights.map {
      $0.reshaped([Int](repeating: 1, count: axis) + [-1] + [Int](repeating: 1, count: logits.shape.rank - axis - 1))
    }
    let weighted = factors.map { costs * $0 } ?? costs
    let spread = labelSmoothing / Double(classes)
    guard targets.dtype == .int64 else {
      let smooth = labelSmoothing == 0 ? targets : targets * (1 - labelSmoothing) + spread
      let losses = (smooth * weighted).sum([axis])
      return reduction(losses)
    }
    let places = targets.expandedDimensions(axis: axis)
    var losses = weighted.gather(axis: axis, index: places).squeezed(axis: axis)
    if labelSmoothing > 0 { losses = (1 - labelSmoothing) * losses + spread * weighted.sum([axis]) }
    guard let weights, reduction == .mean else { return reduction(losses) }
    return losses.sum() / weights.indexSelect(axis: 0, index: targets).sum()
  }
}
