import TrainingAlgorithms
import ZooKit

extension Recipe {
  /// A recipe of the library with few samples per step.
  static func small(_ name: String) throws -> Recipe {
    let recipe = try named(name)
    return try recipe.setting(small(recipe.algorithm))
  }

  /// The settings of WGAN-GP.
  var wganGP: WGANGPSettings {
    guard let settings = settings as? WGANGPSettings else { preconditionFailure("'\(name)' is no WGAN-GP") }
    return settings
  }
}

extension Recipe {
  /// Assignments for quick steps and early updates.
  private static func small(_ algorithm: String) -> [String] {
    switch algorithm {
    case "wgan-gp": ["batch=4"]
    case "supervised": ["batch=4", "evaluateEvery=10"]
    case "ppo": ["envs=2", "rolloutSteps=8", "batch=8", "epochs=2", "evaluation.every=20", "evaluation.episodes=2"]
    case "a2c": ["envs=2", "rolloutSteps=4", "evaluation.every=20", "evaluation.episodes=2"]
    default:
      [
        "envs=2", "learningStarts=6", "updateEvery=2", "updates=2", "batch=4", "capacity=40", "evaluation.every=20",
        "evaluation.episodes=2",
      ]
    }
  }
}
