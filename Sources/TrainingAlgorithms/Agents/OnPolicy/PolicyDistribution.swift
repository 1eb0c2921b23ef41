import Autograd
import NN

/// The distribution of a policy at states: over discrete actions, one or several at once, or over vectors.
enum PolicyDistribution {
  case categorical(Categorical)
  case multiCategorical(MultiCategorical)
  case bernoulli(Bernoulli)
  case gaussian(DiagonalGaussian)
  case stateDependent(StateDependentGaussian)

  /// The logarithm of the density at actions, [N, A] to [N].
  func logProbability(of actions: Tensor) -> Tensor {
    switch self {
    case .categorical(let distribution): distribution.logProbability(of: actions)
    case .multiCategorical(let distribution): distribution.logProbability(of: actions)
    case .bernoulli(let distribution): distribution.logProbability(of: actions)
    case .gaussian(let distribution): distribution.logProbability(of: actions)
    case .stateDependent(let distribution): distribution.logProbability(of: actions)
    }
  }

  /// The entropy, [N].
  var entropy: Tensor {
    switch self {
    case .categorical(let distribution): return distribution.entropy
    case .multiCategorical(let distribution): return distribution.entropy
    case .bernoulli(let distribution): return distribution.entropy
    case .gaussian(let distribution): return distribution.entropy
    case .stateDependent(let distribution):
      guard let entropy = distribution.entropy else {
        preconditionFailure("a squashed policy has no entropy in closed form")
      }
      return entropy
    }
  }

  /// Actions, [N, A].
  ///
  /// - Parameter draws: uniform draws [N, A] for discrete actions, otherwise normal draws: [N, A], or [N, L, A] for
  ///   exploration that depends on the state.
  func sample(_ draws: Tensor) -> Tensor {
    switch self {
    case .categorical(let distribution): distribution.sample(uniform: draws)
    case .multiCategorical(let distribution): distribution.sample(uniform: draws)
    case .bernoulli(let distribution): distribution.sample(uniform: draws)
    case .gaussian(let distribution): distribution.sample(noise: draws)
    case .stateDependent(let distribution): distribution.sample(noise: draws)
    }
  }

  /// The most likely actions, [N, A].
  var mode: Tensor {
    switch self {
    case .categorical(let distribution): distribution.mode
    case .multiCategorical(let distribution): distribution.mode
    case .bernoulli(let distribution): distribution.mode
    case .gaussian(let distribution): distribution.mode
    case .stateDependent(let distribution): distribution.mode
    }
  }
}
