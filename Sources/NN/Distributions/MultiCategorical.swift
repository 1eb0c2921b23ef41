import Autograd

/// Several independent discrete actions for each of N samples: a ``Categorical`` each, of A₁, A₂, … actions.
///
/// An action is a row of [N, A], A = A₁ + A₂ + …: their one-hot rows, concatenated.
public struct MultiCategorical {
  /// The distributions of the actions.
  public let parts: [Categorical]

  /// Creates the distribution.
  ///
  /// - Parameters:
  ///   - logits: unnormalised logarithms of the probabilities, [N, A].
  ///   - counts: A₁, A₂, …
  public init(logits: Tensor, counts: [Int]) {
    precondition(
      logits.shape.rank == 2 && logits.shape[1] == counts.reduce(0, +),
      "logits: expected [N, \(counts.reduce(0, +))], found \(logits.shape)")
    parts = logits.split(sizes: counts, axis: 1).map(Categorical.init)
  }

  private var counts: [Int] { parts.map { $0.logits.shape[1] } }

  /// The logarithm of the probability of each row's actions, [N]: the sum over the actions.
  ///
  /// - Parameter oneHot: the actions, [N, A].
  public func logProbability(of oneHot: Tensor) -> Tensor {
    Self.sum(zip(parts, oneHot.split(sizes: counts, axis: 1)).map { $0.logProbability(of: $1) })
  }

  /// The entropy of each row, [N]: the sum over the actions.
  public var entropy: Tensor { Self.sum(parts.map(\.entropy)) }

  /// Actions for each row, [N, A]; see ``Categorical/sample(uniform:)``.
  ///
  /// - Parameter uniform: numbers in [0, 1), [N, A].
  public func sample(uniform: Tensor) -> Tensor {
    concatenated(zip(parts, uniform.split(sizes: counts, axis: 1)).map { $0.sample(uniform: $1) }, axis: 1)
  }

  /// The most probable actions of each row, [N, A].
  public var mode: Tensor { concatenated(parts.map(\.mode), axis: 1) }

  private static func sum(_ terms: [Tensor]) -> Tensor { terms.dropFirst().reduce(terms[0]) { $0 + $1 } }
}
