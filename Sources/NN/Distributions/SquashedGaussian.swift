import Autograd

/// tanh of a vector of A independent normal variables for each of N samples: the policy of soft actor-critic.
///
/// Source: arXiv:1801.01290, appendix C; constants are Stable-Baselines3's.
public struct SquashedGaussian {
  /// The variables before tanh.
  private let normal: DiagonalGaussian
  /// The means before tanh, [N, A].
  public var mean: Tensor { normal.mean }
  /// The logarithms of the standard deviations before tanh: [A] for all samples, or [N, A].
  public var logDeviation: Tensor { normal.logDeviation }

  /// Creates a distribution.
  ///
  /// - Parameters:
  ///   - mean: before tanh, [N, A].
  ///   - logDeviation: the logarithms of the standard deviations before tanh, [A] or [N, A]; see ``clamped(_:)``.
  public init(mean: Tensor, logDeviation: Tensor) {
    normal = DiagonalGaussian(mean: mean, logDeviation: logDeviation)
  }

  /// Limits a network's logarithms of standard deviations to the range from −20 to 2.
  public static func clamped(_ logDeviation: Tensor) -> Tensor { logDeviation.clamp(min: -20, max: 2) }

  /// tanh(mean + exp(logDeviation) · noise), [N, A], and the logarithm of the density there, [N].
  ///
  /// - Parameter noise: standard normal numbers, [N, A].
  public func sample(noise: Tensor) -> (action: Tensor, logProbability: Tensor) {
    let action = normal.sample(noise: noise).tanh()
    // (x − μ) / σ is the noise itself for every μ and σ.
    let logProbability = Gaussian.logProbability(standardized: noise, logDeviation: logDeviation)
    return (action, logProbability - Gaussian.logVolume(ofSquashed: action))
  }

  /// tanh of the means, [N, A].
  public var mode: Tensor { mean.tanh() }
}
