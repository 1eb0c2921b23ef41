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
    }
  }
}
