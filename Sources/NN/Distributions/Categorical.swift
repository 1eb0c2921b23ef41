import Autograd
import GraphIR

/// One of A discrete actions for each of N samples, drawn with the probabilities softmax(logits).
///
/// An action is a one-hot row of [N, A].
public struct Categorical {
  /// Unnormalised logarithms of the probabilities, [N, A].
  public let logits: Tensor
  /// The logarithms of the probabilities, [N, A].
  public let logProbabilities: Tensor

  /// Creates the distribution of these unnormalised log-probabilities, [N, A].
  public init(logits: Tensor) {
    precondition(logits.shape.rank == 2, "logits: expected [N, A], found \(logits.shape)")
    self.logits = logits
    // LogSoftmax in operators that fuse into loops of a plan. Subtracting the maximum prevents overflow.
    let shifted = logits - logits.amax([1], keepDims: true).stoppingGradient()
    logProbabilities = shifted - shifted.exp().sum([1], keepDims: true).log()
  }

  /// The logarithm of the probability of each row's action, [N].
  ///
  /// - Parameter oneHot: the actions, [N, A].
  public func logProbability(of oneHot: Tensor) -> Tensor { (oneHot * logProbabilities).sum([1]) }

  /// −Σ p log p of each row, [N].
  public var entropy: Tensor { -(logProbabilities.exp() * logProbabilities).sum([1]) }

  /// An action for each row, [N, A], by the Gumbel-max trick: argmax(logits − log(−log u)).
  ///
  /// - Parameter uniform: u, numbers in [0, 1), [N, A].
  public func sample(uniform: Tensor) -> Tensor {
    // A draw of 0 stands for all numbers below 2⁻²⁴. Their midpoint has a finite logarithm.
    let gumbel = -(-uniform.clamp(min: 0x1p-25).log()).log()
    return Self.oneHot(logits + gumbel)
  }

  /// The most probable action of each row, the first of equal ones, [N, A].
  public var mode: Tensor { Self.oneHot(logits) }

  /// 1 at the first of the greatest scores of each row and 0 elsewhere.
  private static func oneHot(_ scores: Tensor) -> Tensor {
    // Numbers of the scores' type instead of ArgMax's integers, which no loop of a plan supports.
    let (count, scores) = (scores.shape[1], scores.stoppingGradient())
    let positions = Tensor.arange(count, dtype: scores.dtype)
    let isGreatest = scores .== scores.amax([1], keepDims: true)
    let first = isGreatest.select(positions, Tensor(Double(count), dtype: scores.dtype)).amin([1], keepDims: true)
    return (positions .== first).cast(to: scores.dtype)
  }
}
