/// A node of a graph: an operator with inputs, outputs and attributes.
public struct Node: Hashable, Sendable {
  /// A name that is unique in its graph, for messages and tools.
  public var name: String
  /// The operator.
  public var op: Op
  /// The names of the values that it reads; an empty name stands for an omitted optional input.
  public var inputs: [String]
  /// The names of the values that it produces.
  public var outputs: [String]
  /// The attributes that differ from the operator's defaults.
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
