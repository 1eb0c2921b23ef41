import Autograd
import GraphIR

/// The losses of a critic and a generator that compete, given the critic's output for real and fake samples.
///
/// All losses are means over the batch, to be minimised. Penalties on the critic's gradient are added to its loss: see
/// ``GradientPenalty``.
public enum AdversarialLoss: String, Sendable, Codable, CaseIterable {
  /// mean D(fake) − mean D(real) and −mean D(fake). Source: arXiv:1701.07875.
  case wasserstein
  /// mean max(0, 1 − D(real)) + mean max(0, 1 + D(fake)) and −mean D(fake). Source: arXiv:1705.02894.
  case hinge
  /// mean softplus(−D(real)) + mean softplus(D(fake)) and mean softplus(−D(fake)): the original GAN's loss on logits,
  /// with the non-saturating generator. Source: arXiv:1406.2661.
  case softplus
  /// ½ mean (D(real) − 1)² + ½ mean D(fake)² and ½ mean (D(fake) − 1)²: least squares with a = 0 and b = c = 1. Source:
  /// arXiv:1611.04076, equation 9.
  case leastSquares = "least-squares"

  /// The name in the literature: `non-saturating` for ``softplus``, and the raw value of the others.
  public var name: String { self == .softplus ? "non-saturating" : rawValue }

  /// The loss with a name; nil if there is none.
  public init?(named name: String) {
    guard let loss = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = loss
  }

  /// The critic's loss.
  ///
  /// - Parameters:
  ///   - real: the critic's output for real samples, [N, …].
  ///   - fake: the critic's output for fake samples, [M, …].
  /// - Returns: a scalar.
  public func critic(real: Tensor, fake: Tensor) -> Tensor {
    switch self {
    case .wasserstein: fake.mean() - real.mean()
    case .hinge: (1 - real).relu().mean() + (1 + fake).relu().mean()
    case .softplus: (-real).softplus().mean() + fake.softplus().mean()
    case .leastSquares: 0.5 * (real - 1).squared().mean() + 0.5 * fake.squared().mean()
    }
  }

  /// The generator's loss.
  ///
  /// - Parameter fake: the critic's output for fake samples, [N, …].
  /// - Returns: a scalar.
  public func generator(fake: Tensor) -> Tensor {
    switch self {
    case .wasserstein, .hinge: -fake.mean()
    case .softplus: (-fake).softplus().mean()
    case .leastSquares: 0.5 * (fake - 1).squared().mean()
    }
  }
}
