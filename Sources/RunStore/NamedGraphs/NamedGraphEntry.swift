import Foundation
import GraphIR

/// A graph with a name of its own, as in a listing.
public struct NamedGraphEntry: Hashable, Sendable {
  /// The name.
  public let name: String
  /// The time at which it was added.
  public let created: Date
  /// Its origin, a JSON object.
  public let details: String
  /// The graph's symbols, inputs, outputs and parameters, without its nodes and constants.
  public let interface: Graph
  /// The number of nodes.
  public let nodeCount: Int
  /// The bytes of the parameters' values.
  public let byteCount: Int
}
