import ZooKit

/// The kinds of models, in the order in which they are listed.
enum ModelKind: String, CaseIterable {
  case images = "GANs: images"
  case agents = "Agents"
  case imitation = "Imitation"

  init(_ algorithm: RecipeAlgorithm) {
    switch algorithm {
    case .wganGP: self = .images
    case .ppo, .a2c, .ddpg, .td3, .sac: self = .agents
    case .imitation: self = .imitation
    }
  }
}
