import Foundation
import GenerativeMetrics
import GraphIR
import GraphRuntime
import RunStore

/// A network whose inner values are the features of samples.
public struct FeatureNetwork: Sendable {
  /// The features in a report.
  public struct Description: Sendable, Codable, Hashable {
    /// The run, graph or file, as the user named it.
    public let network: String
    /// The value in the network whose elements are the features.
    public let layer: String
    /// SHA-256 over the network up to the layer and its parameters.
    public let digest: String
  }

  /// The most features of a sample. Inception has 2,048.
  private static let mostFeatures = 8192

  /// The name, the layer and the digest.
  package let description: Description
  private let graph: Graph
  private let parameters: [String: TensorValue]

  /// A network up to a layer.
  ///
  /// - Parameters:
  ///   - name: the user's name of the network.
  ///   - graph: the network: one input of float32, [batch, …].
  ///   - parameters: the value of each of its parameters.
  ///   - layer: a value in the network, or the node that computes it; nil for the input of the last linear layer.
  /// - Throws: ``ModelZooError`` if there is no such layer, or the network takes something else than samples.
  init(_ name: String, _ graph: Graph, _ parameters: [String: TensorValue], layer: String?) throws {
    let network = graph.inferenceMode()
    guard network.inputs.count == 1, network.inputs[0].type.dtype == .float32, network.inputs[0].type.shape.rank >= 2
    else {
      let types = network.inputs.map { network.describe($0.type) }.joined(separator: ", ")
      throw ModelZooError(
        .invalidArgument,
        "the network '\(name)' takes (\(types)), expected one input float32[batch, …] for features; name another one")
    }
    let value = try layer.map { try Self.value(named: $0, in: network, name) } ?? Self.lastFeatures(of: network, name)
    let features = try network.ending(at: value)
    guard features.outputs[0].type.dtype == .float32 else {
      throw ModelZooError(
        .invalidArgument,
        "the layer '\(value)' of '\(name)' is \(features.describe(features.outputs[0].type)), expected float32")
    }
    self.graph = features
    let used = Set(features.parameters.map(\.name))
    self.parameters = parameters.filter { used.contains($0.key) }
    let values = self.parameters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.digest)" }
    let digest = Digest(of: Data(([features.digest.description] + values).joined(separator: "\n").utf8))
    description = Description(network: name, layer: value, digest: digest.description)
  }

  /// The value that a user names, directly or by its node.
  private static func value(named layer: String, in network: Graph, _ name: String) throws -> String {
    if network.nodes.contains(where: { $0.outputs.contains(layer) }) { return layer }
    if let node = network.nodes.first(where: { $0.name == layer }) { return node.outputs[0] }
    let known = network.nodes.flatMap(\.outputs).filter { !$0.isEmpty }
    let hint =
      Suggestion.nearest(to: layer, among: known).first.map { "did you mean '\($0)'?" }
      ?? "the last ones are \(known.suffix(6).joined(separator: ", "))"
    throw ModelZooError(.invalidArgument, "the network '\(name)' has no value '\(layer)'; \(hint)")
  }

  /// The input of the last linear layer.
  private static func lastFeatures(of network: Graph, _ name: String) throws -> String {
    let computed = Set(network.nodes.flatMap(\.outputs))
    let layer = network.nodes.last { [.gemm, .matMul].contains($0.op) }
    guard let value = layer?.inputs.first(where: { computed.contains($0) }) else {
      throw ModelZooError(
        .invalidArgument,
        "the network '\(name)' has no linear layer behind another one, whose input would be the features; "
          + "name a value in it as the layer")
    }
    return value
  }

  /// The features of samples, [n, width].
  ///
  /// - Parameters:
  ///   - samples: the samples.
  ///   - shape: the shape of a sample.
  ///   - threads: the number of threads; nil for all processors.
  ///   - isStopped: whether to stop; by default never.
  /// - Throws: ``ModelZooError`` if the samples do not fit the network or a feature is not finite;
  ///   `CancellationError` if it is stopped.
  package func features(
    of samples: SampleMatrix, shape: [Int], threads: Int?, isStopped: () -> Bool = { false }
  ) throws -> SampleMatrix {
    let network = try BatchedNetwork(graph, parameters, sample: inputShape(of: shape), threads: threads)
    let features = try network.outputs(for: samples, isStopped: isStopped)
    guard features.width <= Self.mostFeatures else {
      throw ModelZooError(
        .invalidArgument,
        "the layer '\(description.layer)' of '\(description.network)' has \(features.width) values, expected at most "
          + "\(Self.mostFeatures): time grows with their cube; name a smaller layer")
    }
    guard features.isFinite else {
      throw ModelZooError(
        .invalidArgument,
        "the features of '\(description.network)' hold a NaN or an infinity; see whether it takes samples in [-1, 1]")
    }
    return features
  }

  /// The shape in which the network takes samples: its own, where symbolic extents are those of the sample.
  private func inputShape(of sample: [Int]) throws -> [Int] {
    let own = Array(graph.inputs[0].type.shape.dropFirst())
    let filled =
      own.count == sample.count ? zip(own, sample).map { $0 < 0 ? $1 : $0 } : own
    guard filled.allSatisfy({ $0 > 0 }), filled.reduce(1, *) == sample.reduce(1, *) else {
      throw ModelZooError(
        .invalidArgument,
        "the network '\(description.network)' takes \(graph.describe(graph.inputs[0].type)), and a sample is "
          + "\(Shape(sample)); expected a network for such samples")
    }
    return filled
  }
}
