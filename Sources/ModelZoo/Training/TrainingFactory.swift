import Algorithms
import Datasets
import Foundation
import GraphIR

/// Makes trainers: for a new run from a recipe's graphs, or for a stored one from its own.
struct TrainingFactory {
  let specification: RunSpecification
  let graphs: RunGraphs
  let data: any ImageDataset
  /// How programs are executed, and on how many threads.
  let execution: Execution
  let threads: Int

  /// The programs that train networks.
  ///
  /// - Throws: `AlgorithmError` where the networks do not fit the algorithm.
  static func programs(of specification: RunSpecification, networks: [String: Graph]) throws -> [String: Graph] {
    switch specification.algorithm {
    case .wganGP(let settings): try wganGP(networks, settings).programs()
    }
  }

  /// A trainer at step 0.
  ///
  /// - Parameters:
  ///   - parameters: the networks' first parameters.
  ///   - seed: what every random stream starts from.
  func begin(parameters: [String: TensorValue], seed: UInt64) throws -> any Trainer {
    switch specification.algorithm {
    case .wganGP(let settings):
      return try WGANGPTrainer(
        Self.wganGP(graphs.networks, settings), data: data, parameters: parameters, seed: seed,
        programs: graphs.programs, makeRunner: execution.makeRunner(threads: threads))
    }
  }

  /// A trainer where a checkpoint left off.
  func resume(_ state: TrainingState) throws -> any Trainer {
    switch specification.algorithm {
    case .wganGP(let settings):
      return try WGANGPTrainer(
        Self.wganGP(graphs.networks, settings), data: data, resuming: state,
        programs: graphs.programs.isEmpty ? nil : graphs.programs, makeRunner: execution.makeRunner(threads: threads))
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
