import Algorithms
import Foundation
import GraphIR
import NN

/// The part of a recipe that only WGAN-GP has.
extension WGANGPSettings: RecipeSettings {
  private enum Role: String, CaseIterable { case generator, critic }

  static let table: SettingTable<Self> = [
    .init("batch", \.batch, Read.count), .init("criticSteps", \.criticSteps, Read.count),
    .init("penalty", \.penalty, Penalty.table),
    .init("optimizer", [.init("adam", \.optimizer.adam, Adam.table + [.init("rate", \.rate, Read.positive)])]),
  ]

  /// Reads settings from their JSON, or from a recipe's YAML; what is left out has the paper's value.
  ///
  /// - Parameter source: what messages call the text.
  /// - Throws: ``RecipeError`` that names the source, the line and the setting.
  public init(text: String, source: String) throws(RecipeError) {
    self.init()
    try Self.table.read(RecipeDocument.parse(text, source: source, path: "settings"), into: &self)
  }

  /// The settings as JSON with sorted keys: equal settings have equal texts.
  ///
  /// - Throws: `EncodingError` where a number is not finite.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  var wrapped: AlgorithmSettings { .wganGP(self) }

  func networks(_ value: RecipeValue, folder: URL?) throws(RecipeError) -> [String: RecipeNetwork] {
    let roles = try value.mapping(of: Role.self)
    var networks: [String: RecipeNetwork] = [:]
    for role in Role.allCases {
      networks[role.rawValue] = try RecipeNetwork(
        roles.required(role), role: role.rawValue, folder: folder, batch: batch)
    }
    return networks
  }

  func algorithm(_ networks: [String: Graph]) throws -> any RunnableAlgorithm {
    try WGANGP(
      generator: networks.network(Role.generator.rawValue), critic: networks.network(Role.critic.rawValue),
      settings: self)
  }
}

extension WGANGPSettings.Penalty {
  static let table: SettingTable<Self> =
    [
      .init("weight", \.weight, Read.nonnegative), .init("at", \.gradient.at, Read.choice),
      .init("inputs", \.gradient.inputs, Read.choice),
    ] + GradientPenalty.table.at(\.gradient)
}

extension GradientPenalty {
  /// The keys that every penalty has.
  static let table: SettingTable<Self> = [
    .init("target", \.target, Read.nonnegative), .init("sided", \.sided, Read.choice),
    .init("reduction", \.reduction, Read.choice), .init("output", \.output, Read.choice), .init("p", \.p, Read.order),
    .init("eps", \.eps, Read.nonnegative),
  ]
}

extension Adam {
  /// The keys beside the rate.
  static let table: SettingTable<Self> = [.init("betas", \.betas, Read.betas), .init("eps", \.eps, Read.positive)]
}

extension [String: Graph] {
  /// The network with a role.
  ///
  /// - Throws: ``ModelZooError`` where a run has none.
  func network(_ role: String) throws -> Graph {
    guard let graph = self[role] else {
      throw ModelZooError(
        .invalidRun, "the algorithm needs a network '\(role)', found \(keys.sorted().joined(separator: ", "))")
    }
    return graph
  }
}
