import TrainingAlgorithms
import GraphIR
import RunStore

/// Trained networks, with the settings of the training that they are from: a checkpoint of a run, or a trained model.
public protocol NetworkSource: Sendable {
  /// The reference in commands: `RUN@best`, `MODEL:trained`.
  var reference: String { get }
  /// The run's id, or the reference of a trained model.
  var name: String { get }
  /// The name in messages: `run 97ec781`, or the reference of a trained model.
  var title: String { get }
  /// The settings of the training.
  var specification: RunSpecification { get }
  /// The roles of the networks.
  var roles: [String] { get }
  /// The folder of the data that the run recorded; nil if it recorded none, and for a trained model.
  var dataFolder: String? { get }

  /// A network in inference mode.
  ///
  /// - Parameter role: the role of the network; by default the one that users need.
  /// - Throws: ``ModelZooError`` if there is no such network; errors of reading it.
  func network(_ role: String?) throws -> SourceNetwork
}

extension NetworkSource {
  /// The role of the network that generates samples: the moving average if there is one.
  var generatorRole: String { roles.contains(WGANGP.averageRole) ? WGANGP.averageRole : "generator" }
}

/// A network of a ``NetworkSource``, in inference mode.
public struct SourceNetwork: Sendable {
  /// Its role in the run.
  public let role: String
  /// The graph.
  public let graph: Graph
  /// The value of each of the graph's parameters.
  public let parameters: [String: TensorValue]
  /// The steps of training after which the parameters had these values.
  public let step: Int
}

/// A checkpoint of a run as a ``NetworkSource``.
struct CheckpointSource: NetworkSource {
  private let zoo: ModelZoo
  let reference: String
  let name: String
  let specification: RunSpecification
  let roles: [String]
  let dataFolder: String?

  var title: String { "run \(name)" }

  /// - Throws: `StoreError` if there is no such run; ``ModelZooError`` if its settings can't be read.
  init(_ zoo: ModelZoo, _ reference: String) throws {
    let run = try zoo.store.resolve(reference).run
    self.zoo = zoo
    self.reference = reference
    name = run.id
    dataFolder = run.data
    specification = try zoo.specification(of: run)
    roles = try zoo.store.runGraphs(of: run.id).networks.keys.sorted()
  }

  func network(_ role: String?) throws -> SourceNetwork {
    let stored = try zoo.network(reference, role)
    return SourceNetwork(
      role: stored.role, graph: stored.graph, parameters: stored.parameters, step: stored.checkpoint.id.step)
  }
}

extension ModelZoo {
  /// The networks and settings of a reference.
  ///
  /// - Parameter reference: `RUN`, `RUN@STEP`, `RUN@latest`, `RUN@best`, or `MODEL:trained`.
  /// - Throws: `StoreError` if there is no such run; ``ModelZooError`` if there is no such trained model.
  public func source(_ reference: String) throws -> any NetworkSource {
    if let trained = try catalogue.trainedModel(reference) { return trained }
    return try CheckpointSource(self, reference)
  }
}
