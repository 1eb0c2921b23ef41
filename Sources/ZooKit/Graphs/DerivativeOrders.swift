import Autograd
import GraphIR

/// The orders of derivatives that a graph has, with respect to its floating-point inputs and trainable parameters.
public struct DerivativeOrders: Hashable, Sendable {
  /// The highest order that is checked.
  public static let checked = 3

  /// The highest order of which all derivatives exist, at most ``checked``.
  public let count: Int
  /// The nodes without a derivative of the next order, each in a sentence. Empty if there are none.
  public let obstacles: [String]

  /// Finds the orders of a graph. Nothing is computed.
  ///
  /// - Throws: `GraphError` if the graph is not valid.
  public init(of graph: Graph) throws {
    let obstacles = try graph.differentiability(order: Self.checked)
    let first = obstacles.map(\.order).min() ?? Self.checked + 1
    count = first - 1
    self.obstacles = obstacles.filter { $0.order == first }.map(\.description)
  }
}
