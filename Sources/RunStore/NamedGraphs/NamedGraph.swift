import Foundation
import GraphIR

/// A graph with a name of its own and the values of its parameters. It belongs to no run.
public struct NamedGraph: Hashable, Sendable {
  /// The name: some text without `@`. No run and no other graph has it.
  public var name: String
  /// The graph.
  public var graph: Graph
  /// The value of each of the graph's parameters, by name.
  public var parameters: [String: TensorValue]
  /// The time at which it was added. A store keeps milliseconds.
  public var created: Date
  /// Its origin, a JSON object.
  public var details: String

  /// A graph to add to a store.
  public init(
    name: String, graph: Graph, parameters: [String: TensorValue], created: Date = Date(), details: String = "{}"
  ) {
    self.name = name
    self.graph = graph
    self.parameters = parameters
    self.created = created
    self.details = details
  }

  /// SHA-256 over the graph, the details and the parameters in the order of their names' UTF-8 bytes, each represented
  /// by its digest.
  static func digest(graph: Digest, details: String, parameters: [String: Digest]) -> Digest {
    var builder = DigestBuilder()
    builder.append("zoo-named-graph-1")
    builder.append(graph)
    builder.append(details)
    for (name, digest) in parameters.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      builder.append(name)
      builder.append(digest)
    }
    return builder.finalize()
  }
}
