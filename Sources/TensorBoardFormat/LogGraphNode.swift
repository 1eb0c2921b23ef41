/// A node of a graph as TensorBoard draws it.
public struct LogGraphNode: Sendable {
  /// The name; slashes make groups.
  public var name: String
  /// The operator.
  public var op: String
  /// The results of other nodes that it reads: a node's name, with `:1` for its second result, and so on.
  public var inputs: [String]
  /// The shapes of its results; -1 is an extent that is not known.
  public var shapes: [[Int]]
  /// Further details as text.
  public var attributes: [(name: String, value: String)]

  /// A node.
  public init(
    name: String, op: String, inputs: [String] = [], shapes: [[Int]] = [],
    attributes: [(name: String, value: String)] = []
  ) {
    self.name = name
    self.op = op
    self.inputs = inputs
    self.shapes = shapes
    self.attributes = attributes
  }
}
