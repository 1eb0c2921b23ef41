import Algorithms
import ZooKit

extension Recipe {
  /// A recipe of the library with few samples per step.
  static func small(_ name: String) throws -> Recipe {
    let recipe = try named(name)
    return try recipe.setting(recipe.settings.small)
  }

  /// The settings of WGAN-GP.
  var wganGP: WGANGPSettings {
    guard case .wganGP(let settings) = settings else { preconditionFailure("'\(name)' is no WGAN-GP") }
    return settings
  }
}

extension AlgorithmSettings {
  /// Assignments that make steps quick and updates early.
  fileprivate var small: [String] {
    switch self {
    case .wganGP: ["batch=4"]
    case .ppo: ["envs=2", "rolloutSteps=8", "batch=8", "epochs=2", "evaluation.every=20", "evaluation.episodes=2"]
    case .a2c: ["envs=2", "rolloutSteps=4", "evaluation.every=20", "evaluation.episodes=2"]
    case .ddpg, .td3, .sac, .imitation:
      [
        "envs=2", "learningStarts=6", "updateEvery=2", "updates=2", "batch=4", "capacity=40", "evaluation.every=20",
        "evaluation.episodes=2",
      ]
    }
  }
}
