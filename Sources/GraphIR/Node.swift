/// One call of an operator in a graph.
public struct Node: Hashable, Sendable {
  /// A name that is unique in its graph, for messages and tools.
  public var name: String
  /// The operator.
  public var op: Op
  /// The values that it reads; an empty name stands for an optional input that is left out.
  public var inputs: [String]
  /// The values that it makes.
  public var outputs: [String]
  /// What differs from the operator's defaults.
  public var attributes: Attributes

  /// A node.
  public init(name: String, op: Op, inputs: [String], outputs: [String], attributes: Attributes = [:]) {
    self.name = name
    self.op = op
    self.inputs = inputs
    self.outputs = outputs
    self.attributes = attributes
  }
}
