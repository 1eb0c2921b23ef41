import Autograd
import GraphIR

/// Normal variables whose deviation is a function of the state: actions are mean + latentᵀ · E with a matrix E of independent
/// normal numbers, which can be kept for many steps so that exploration is smooth.
///
/// Source: generalised state-dependent exploration, arXiv:2005.05719; numbers are Stable-Baselines3's.
public struct StateDependentGaussian {
  /// The means, before tanh where actions are squashed, [N, A].
  public let mean: Tensor
  /// The features that noise is a linear function of, [N, L].
  public let latent: Tensor
  /// The logarithms of the standard deviations of E, [L, A].
  public let logDeviation: Tensor
  /// Whether actions are tanh of the normal variables.
  public let isSquashed: Bool
  /// √(latent² · exp(logDeviation)² + 10⁻⁶), [N, A].
  public let deviation: Tensor

  /// A distribution.
  ///
  /// - Parameters:
  ///   - mean: [N, A].
  ///   - latent: features of the states, [N, L].
  ///   - logDeviation: the logarithms of the standard deviations of the noise matrix, [L, A].
  ///   - isSquashed: whether actions are tanh of the normal variables.
  ///   - learnsFeatures: whether gradients flow from noise and deviation to the features, as in Stable-Baselines3's SAC but not its PPO.
  public init(
    mean: Tensor, latent: Tensor, logDeviation: Tensor, isSquashed: Bool = false, learnsFeatures: Bool = false
  ) {
    precondition(mean.shape.rank == 2, "means are [N, A], not \(mean.shape)")
    precondition(latent.shape.rank == 2, "latent features are [N, L], not \(latent.shape)")
    precondition(logDeviation.shape.rank == 2, "logarithms of deviations are [L, A], not \(logDeviation.shape)")
    self.mean = mean
    self.latent = learnsFeatures ? latent : latent.stoppingGradient()
    self.logDeviation = logDeviation
    self.isSquashed = isSquashed
    deviation = (self.latent.squared().matmul((2 * logDeviation).exp()) + 1e-6).sqrt()
  }

  /// The logarithm of the density at each row of actions [N, A], [N].
  ///
  /// Squashed actions of −1 and 1, which rounding makes, count as their neighbours inside.
  public func logProbability(of action: Tensor) -> Tensor {
    guard isSquashed else { return logProbability(offset: action - mean) }
    let ulp = action.dtype == .float32 ? Double(Float.ulpOfOne) : Double.ulpOfOne
    let action = action.clamp(min: -1 + ulp, max: 1 - ulp)
    let inverse = 0.5 * ((1 + action).log() - (1 - action).log())
    return logProbability(offset: inverse - mean) - Gaussian.logVolume(ofSquashed: action)
  }

  /// The differential entropy of each row, [N]; nil where actions are squashed, since it has no closed form then.
  public var entropy: Tensor? { isSquashed ? nil : Gaussian.entropy(logDeviation: deviation.log()) }

  /// mean + latentᵀ · (exp(logDeviation) · noise), [N, A], and tanh of it where actions are squashed.
  ///
  /// - Parameter noise: standard normal numbers: a matrix for each row, [N, L, A], or one for all, [1, L, A] or [L, A].
  public func sample(noise: Tensor) -> Tensor {
    let value = mean + offset(noise)
    return isSquashed ? value.tanh() : value
  }

  /// What ``sample(noise:)`` gives, and the logarithm of the density there, [N], which needs no inverse of tanh.
  public func sampleWithLogProbability(noise: Tensor) -> (action: Tensor, logProbability: Tensor) {
    let offset = offset(noise)
    let logProbability = logProbability(offset: offset)
    guard isSquashed else { return (mean + offset, logProbability) }
    let action = (mean + offset).tanh()
    return (action, logProbability - Gaussian.logVolume(ofSquashed: action))
  }

  /// The most probable value of the normal variables, and tanh of it where actions are squashed, [N, A].
  public var mode: Tensor { isSquashed ? mean.tanh() : mean }

  /// What noise adds to the means, [N, A].
  private func offset(_ noise: Tensor) -> Tensor {
    let matrices = logDeviation.exp() * noise
    switch noise.shape.rank {
    case 2: return latent.matmul(matrices)
    case 3 where noise.shape[0] == 1: return latent.matmul(matrices.squeezed(axis: 0))
    default: return latent.expandedDimensions(axis: 1).matmul(matrices).squeezed(axis: 1)
    }
  }

  /// The logarithm of the density of normal variables at a distance from their means.
  private func logProbability(offset: Tensor) -> Tensor {
    Gaussian.logProbability(standardized: offset / deviation, logDeviation: deviation.log())
  }
}
