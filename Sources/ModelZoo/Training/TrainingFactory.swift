import Algorithms
import Datasets
import Foundation
import GraphIR

/// Makes trainers: for a new run from a recipe's graphs, or for a stored one from its own.
enum TrainingFactory {
  /// A trainer at step 0.
  ///
  /// - Parameters:
  ///   - networks: the recipe's graphs by role, each with its first parameters.
  ///   - seed: what every random stream starts from.
  static func begin(
    _ specification: RunSpecification, graphs: [String: Graph], parameters: [String: TensorValue],
    data: any ImageDataset, seed: UInt64
  ) throws -> any Trainer {
    switch specification.algorithm {
    case .wganGP(let settings):
      return try WGANGPTrainer(
        wganGP(graphs, settings), data: data, parameters: parameters, seed: seed)
    }
  }

  /// A trainer where a checkpoint left off.
  static func resume(
    _ specification: RunSpecification, graphs: [String: Graph], data: any ImageDataset, state: TrainingState
  ) throws -> any Trainer {
    switch specification.algorithm {
    case .wganGP(let settings):
      return try WGANGPTrainer(wganGP(graphs, settings), data: data, resuming: state)
    }
  }

  private static func wganGP(_ graphs: [String: Graph], _ settings: WGANGPSettings) throws -> WGANGP {
    func graph(_ role: String) throws -> Graph {
      guard let graph = graphs[role] else {
        throw ModelZooError(
          .invalidRun, "wgan-gp needs a network '\(role)', found \(graphs.keys.sorted().joined(separator: ", "))")
      }
      return graph
    }
    return try WGANGP(generator: graph("generator"), critic: graph("critic"), settings: settings)
  }
}
