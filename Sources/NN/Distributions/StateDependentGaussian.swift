import Autograd
import GraphIR

/// Normal variables whose standard deviation is a function of the state. Actions are mean + latentᵀ · E with a matrix E
/// of independent normal numbers. One E can be kept for many steps, for smooth exploration.
///
/// Source: generalised state-dependent exploration, arXiv:2005.05719; constants are Stable-Baselines3's.
public struct StateDependentGaussian {
  /// The means, before tanh if actions are squashed, [N, A].
  public let mean: Tensor
  /// The features of which the noise is a linear function, [N, L].
  public let latent: Tensor
  /// The logarithms of the standard deviations of E, [L, A].
  public let logDeviation: Tensor
  /// Whether actions are tanh of the normal variables.
  public let isSquashed: Bool
  /// The standard deviations √(latent² · exp(logDeviation)² + 10⁻⁶), [N, A].
  public let deviation: Tensor

  /// Creates a distribution.
  ///
  /// - Parameters:
  ///   - mean: [N, A].
  ///   - latent: features of the states, [N, L].
  ///   - logDeviation: the logarithms of the standard deviations of the noise matrix, [L, A].
  ///   - isSquashed: whether actions are tanh of the normal variables.
  ///   - learnsFeatures: whether gradients flow from the noise and its standard deviation to the features, as in
  ///     Stable-Baselines3's SAC but not its PPO.
  public init(
    mean: Tensor, latent: Tensor, logDeviation: Tensor, isSquashed: Bool = false, learnsFeatures: Bool = false
  ) {
    precondition(mean.shape.rank == 2, "means: expected [N, A], found \(mean.shape)")
    precondition(latent.shape.rank == 2, "latent features: expected [N, L], found \(latent.shape)")
    precondition(
      logDeviation.shape.rank == 2,
      "logarithms of standard deviations: expected [L, A], found \(logDeviation.shape)")
    self.mean = mean
    self.latent = learnsFeatures ? latent : latent.stoppingGradient()
    self.logDeviation = logDeviation
    self.isSquashed = isSquashed
    deviation = (self.latent.squared().matmul((2 * logDeviation).exp()) + 1e-6).sqrt()
  }

  /// The logarithm of the density at each row of actions [N, A], [N].
  ///
  /// Squashed actions that rounding set to −1 or 1 count as their inner neighbours.
  public func logProbability(of action: Tensor) -> Tensor {
    guard isSquashed else { return logProbability(offset: action - mean) }
    let ulp = action.dtype == .float32 ? Double(Float.ulpOfOne) : Double.ulpOfOne
    let action = action.clamp(min: -1 + ulp, max: 1 - ulp)
    let inverse = 0.5 * ((1 + action).log() - (1 - action).log())
    return logProbability(offset: inverse - mean) - Gaussian.logVolume(ofSquashed: action)
  }

  /// The differential entropy of each row, [N]; nil for squashed actions, for which there is no closed form.
  public var entropy: Tensor? { isSquashed ? nil : Gaussian.entropy(logDeviation: deviation.log()) }

  /// mean + latentᵀ · (exp(logDeviation) · noise), [N, A]; tanh of it if actions are squashed.
  ///
  /// - Parameter noise: standard normal numbers: a matrix for each row, [N, L, A], or one for all, [1, L, A] or [L, A].
  public func sample(noise: Tensor) -> Tensor {
    let value = mean + offset(noise)
    return isSquashed ? value.tanh() : value
  }

  /// The result of ``sample(noise:)``, and the logarithm of the density there, [N], without an inverse of tanh.
  public func sampleWithLogProbability(noise: Tensor) -> (action: Tensor, logProbability: Tensor) {
    let offset = offset(noise)
    let logProbability = logProbability(offset: offset)
    guard isSquashed else { return (mean + offset, logProbability) }
    let action = (mean + offset).tanh()
    return (action, logProbability - Gaussian.logVolume(ofSquashed: action))
  }

  /// The most probable value of the normal variables, [N, A]; tanh of it if actions are squashed.
  public var mode: Tensor { isSquashed ? mean.tanh() : mean }

  /// The offset of the noise from the means, [N, A].
  private func offset(_ noise: Tensor) -> Tensor {
    let matrices = logDeviation.exp() * noise
    switch noise.shape.rank {
    case 2: return latent.matmul(matrices)
    case 3 where noise.shape[0] == 1: return latent.matmul(matrices.squeezed(axis: 0))
    default: return latent.expandedDimensions(axis: 1).matmul(matrices).squeezed(axis: 1)
    }
  }

  /// The logarithm of the density of normal variables at an offset from their means.
  private func logProbability(offset: Tensor) -> Tensor {
    Gaussian.logProbability(standardized: offset / deviation, logDeviation: deviation.log())
  }
}
