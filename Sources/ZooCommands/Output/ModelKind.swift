/// The kinds of models, in the order in which they are listed.
enum ModelKind: String, CaseIterable {
  case gans = "GANs"
  case supervised = "Classifiers and regressions"
  case agents = "Agents"
  case imitation = "Imitation"
  case others = "Others"

  /// - Parameters:
  ///   - algorithm: the name of the model's algorithm.
  ///   - environment: the name of its environment; nil for none.
  init(algorithm: String, environment: String?) {
    self =
      switch algorithm {
      case "wgan-gp": .gans
      case "imitation": .imitation
      case "supervised": .supervised
      default: environment == nil ? .others : .agents
      }
  }
}
