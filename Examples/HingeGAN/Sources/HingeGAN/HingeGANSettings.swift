import TrainingAlgorithms
import GraphIR
import NN
import ZooKit

/// The settings of a ``HingeGAN``.
struct HingeGANSettings: AlgorithmSettings {
  static let name = "hinge-gan"

  static let table: SettingTable<Self> = [
    .init("batch", \.batch, .count, "Samples of an update."),
    .init("gamma", \.gamma, .nonnegative, "The weight γ of the R1 penalty."),
    .optimizer(\.optimizer, hasRate: true),
  ]

  var batch = 64
  var gamma = 1.0
  var optimizer = AnyOptimizer(Adam(rate: 1e-3, betas: [0.5, 0.99]))

  func networks(_ value: RecipeValue) throws(RecipeError) -> [String: RecipeNetwork] {
    let names = ["generator", "critic"]
    let roles = try value.roles(names)
    var networks: [String: RecipeNetwork] = [:]
    for (name, role) in zip(names, roles) { networks[name] = try RecipeNetwork(role, role: name, batch: batch) }
    return networks
  }

  func algorithm(_ networks: [String: Graph]) throws -> any Algorithm {
    try HingeGAN(generator: networks.network("generator"), critic: networks.network("critic"), settings: self)
  }
}
