import ZooKit

/// The kinds of models, in the order in which they are listed.
enum ModelKind: String, CaseIterable {
  case gans = "GANs"
  case supervised = "Classifiers and regressions"
  case agents = "Agents"
  case imitation = "Imitation"
  case others = "Others"

  init(_ recipe: Recipe) {
    self =
      switch recipe.algorithm {
      case "wgan-gp": .gans
      case "imitation": .imitation
      case "supervised": .supervised
      default: recipe.environment == nil ? .others : .agents
      }
  }
}
