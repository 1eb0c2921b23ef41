import Autograd

/// A independent actions of 0 or 1 for each of N samples, which are 1 with the probabilities sigmoid(logits).
///
/// An action is a row of [N, A].
public struct Bernoulli {
  /// The logarithms of the odds of a 1, [N, A].
  public let logits: Tensor

  /// Creates the distribution of these log-odds, [N, A].
  public init(logits: Tensor) {
    precondition(logits.shape.rank == 2, "logits: expected [N, A], found \(logits.shape)")
    self.logits = logits
  }

  /// The logarithm of the probability of each row's actions, [N]: Σ a l − softplus(l).
  ///
  /// - Parameter actions: rows of 0 and 1, [N, A].
  public func logProbability(of actions: Tensor) -> Tensor { (actions * logits - logits.softplus()).sum([1]) }

  /// The entropy of each row, [N]: Σ softplus(l) − l sigmoid(l).
  public var entropy: Tensor { (logits.softplus() - logits * logits.sigmoid()).sum([1]) }

  /// Actions for each row, [N, A]: 1 where a draw is below the probability.
  ///
  /// - Parameter uniform: numbers in [0, 1), [N, A].
  public func sample(uniform: Tensor) -> Tensor {
    (uniform .< logits.sigmoid()).cast(to: logits.dtype).stoppingGradient()
  }

  /// The most probable actions of each row, [N, A]; 0 where both are equally probable.
  public var mode: Tensor { (logits .> 0).cast(to: logits.dtype).stoppingGradient() }
}
