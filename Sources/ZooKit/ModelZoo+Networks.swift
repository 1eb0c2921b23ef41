import TrainingAlgorithms
import FileOutput
import Foundation
import GraphIR
import ONNXFormat
import RunStore

extension ModelZoo {
  /// A network of a checkpoint.
  public struct StoredNetwork: Sendable {
    /// The checkpoint.
    public let checkpoint: Checkpoint
    /// The run of the checkpoint.
    public let run: Run
    /// Its role in the run.
    public let role: String
    /// The graph in inference mode.
    public let graph: Graph
    /// The value of each of the graph's parameters.
    public let parameters: [String: TensorValue]
    /// Metadata of an exported file about the network's origin, and the parts of an agent's observations.
    public let metadata: [String: String]

    /// The default name of its file.
    public var fileName: String { "\(run.id)-\(role).onnx" }

    /// The network as ONNX, with its weights and with metadata about its origin.
    public var onnx: ONNXModel {
      ONNXModel(
        graph: graph, parameters: parameters, producerName: "zoo", producerVersion: ModelZoo.version,
        documentation: "The \(role) of \(run.model) after \(checkpoint.id.step) steps.",
        metadata: metadata)
    }
  }

  /// A network of a run, in inference mode.
  ///
  /// - Parameters:
  ///   - reference: `RUN`, `RUN@STEP`, `RUN@latest` or `RUN@best`.
  ///   - network: its role; by default an agent's `policy`, `generator-ema`, `generator`, or the only one there is.
  /// - Throws: `StoreError` if there is no such run or checkpoint; ``ModelZooError`` if the run has no such network.
  public func network(_ reference: String, _ network: String? = nil) throws -> StoredNetwork {
    let resolved = try store.resolve(reference)
    let (role, graph) = try inferenceGraph(network, of: resolved.run, store.runGraphs(of: resolved.run.id))
    let (checkpoint, parameters) = try values(of: graph, at: resolved, prefix: Self.prefix(ofRole: role))
    return StoredNetwork(
      checkpoint: checkpoint, run: resolved.run, role: role, graph: graph, parameters: parameters,
      metadata: try metadata(of: resolved.run, at: checkpoint))
  }

  /// A network of a run, in inference mode. A generator's samples have the data's original scale.
  ///
  /// - Parameters:
  ///   - reference: `RUN`, `RUN@STEP`, `RUN@latest` or `RUN@best`.
  ///   - network: its role; by default as in ``network(_:_:)``.
  /// - Throws: as ``network(_:_:)``.
  public func exportedNetwork(_ reference: String, _ network: String? = nil) throws -> StoredNetwork {
    let stored = try self.network(reference, network)
    guard ["generator", WGANGP.averageRole].contains(stored.role),
      let scaling = try specification(of: stored.run).scaling
    else { return stored }
    return StoredNetwork(
      checkpoint: stored.checkpoint, run: stored.run, role: stored.role,
      graph: try stored.graph.inOriginalScale(scaling), parameters: stored.parameters, metadata: stored.metadata)
  }

  /// The role and the graph of a network in inference mode.
  func inferenceGraph(
    _ network: String?, of run: Run, _ graphs: RunGraphs
  ) throws -> (role: String, graph: Graph) {
    let networks = graphs.networks
    let usual = networks[RunGraphs.policy] != nil ? RunGraphs.policy : graphs.generator
    let role = network ?? (networks.count == 1 ? networks.keys.first : nil) ?? usual
    guard let graph = networks[role]?.inferenceMode() else {
      throw ModelZooError(
        .invalidArgument,
        "run \(run.id) has no network '\(role)'; it has \(networks.keys.sorted().joined(separator: ", "))")
    }
    return (role, graph)
  }

  /// The beginning of the names that a network's parameters have in a checkpoint.
  static func prefix(ofRole role: String) -> String { role == RunGraphs.policy ? "" : "\(role)/" }

  /// Loads the values of a graph's parameters, whose names in the checkpoint begin with `prefix`.
  func values(
    of graph: Graph, at reference: Reference, prefix: String = ""
  ) throws -> (Checkpoint, [String: TensorValue]) {
    let (checkpoint, snapshot) = try store.load(reference.run.id, at: reference.checkpoint ?? .latest)
    var values: [String: TensorValue] = [:]
    for parameter in graph.parameters {
      let name = prefix + parameter.name
      guard let value = snapshot.tensors[name] else {
        throw ModelZooError(.invalidRun, "the checkpoint \(checkpoint.id) has no '\(name)'")
      }
      values[parameter.name] = value
    }
    return (checkpoint, values)
  }

  /// Writes a network as ONNX, with its weights and with metadata about its origin.
  ///
  /// - Parameters:
  ///   - reference: `RUN`, `RUN@STEP`, `RUN@latest` or `RUN@best`.
  ///   - network: its role; by default as in ``network(_:_:)``.
  ///   - file: the file to write; by default `RUN-NETWORK.onnx` in the current folder.
  /// - Returns: the network and its file.
  /// - Throws: as ``network(_:_:)``, and `ONNXError` if the file can't be written.
  @discardableResult
  public func export(_ reference: String, network: String? = nil, to file: URL? = nil) throws -> (StoredNetwork, URL) {
    let stored = try exportedNetwork(reference, network)
    let file = file ?? URL(filePath: stored.fileName)
    _ = try OutputFile(file, sparing: Store.files(at: store.path))
    try ONNXExporter.write(stored.onnx, to: file)
    return (stored, file)
  }
}
