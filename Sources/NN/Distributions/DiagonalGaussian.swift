import Autograd

/// A vector of A independent normal variables for each of N samples.
public struct DiagonalGaussian {
  /// The means, [N, A].
  public let mean: Tensor
  /// The logarithms of the standard deviations: [A] for all samples, or [N, A].
  public let logDeviation: Tensor

  /// Creates a distribution.
  ///
  /// - Parameters:
  ///   - mean: [N, A].
  ///   - logDeviation: the logarithms of the standard deviations, [A] or [N, A].
  public init(mean: Tensor, logDeviation: Tensor) {
    precondition(mean.shape.rank == 2, "means: expected [N, A], found \(mean.shape)")
    self.mean = mean
    self.logDeviation = logDeviation
  }

  /// The logarithm of the density at each row of [N, A], [N].
  public func logProbability(of value: Tensor) -> Tensor {
    Gaussian.logProbability(standardized: (value - mean) * (-logDeviation).exp(), logDeviation: logDeviation)
  }

  /// The differential entropy of each row, [N].
  public var entropy: Tensor { Gaussian.entropy(logDeviation: logDeviation).broadcast(to: [mean.shape[0]]) }

  /// mean + exp(logDeviation) · noise, [N, A].
  ///
  /// - Parameter noise: standard normal numbers, [N, A].
  public func sample(noise: Tensor) -> Tensor { mean + logDeviation.exp() * noise }

  /// The means, [N, A].
  public var mode: Tensor { mean }
}
