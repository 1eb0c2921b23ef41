import Autograd
import Foundation

/// The common formulas of Gaussian distributions.
enum Gaussian {
  private static let halfLogOfTwoPi = 0.5 * log(2 * Double.pi)

  /// Σ log N(x; μ, σ) of each row, [N], given z = (x − μ) / σ, [N, A], and log σ, [A] or [N, A].
  static func logProbability(standardized z: Tensor, logDeviation: Tensor) -> Tensor {
    (z.squared() * -0.5 - (logDeviation + halfLogOfTwoPi)).sum([1])
  }

  /// Σ (½ + ½ log 2π + log σ), [N] for log σ of [N, A] and a scalar for [A].
  static func entropy(logDeviation: Tensor) -> Tensor { (logDeviation + (0.5 + halfLogOfTwoPi)).sum([-1]) }

  /// Σ log(1 − a² + 10⁻⁶) of each row of actions a = tanh(x), [N]: the logarithm of the change of volume by tanh.
  ///
  /// Source: arXiv:1801.01290, appendix C; the constant 10⁻⁶ is Stable-Baselines3's.
  static func logVolume(ofSquashed action: Tensor) -> Tensor { (1 - action.squared() + 1e-6).log().sum([1]) }
}
