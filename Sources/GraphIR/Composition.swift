/// Builds an operator from simpler ones.
///
/// A composition replaces an operator that has no implementation of its own. The derivative of the operator is that of
/// its composition. A backend without a kernel for it runs the composition. An operator that opset 21 lacks is exported
/// as its composition.
public final class Composer: GraphComposer {
  /// The composed operator.
  public let op: Op
  /// The inputs of the node; nil for an omitted optional input.
  public let inputs: [CompositionValue?]
  /// The attributes of the node with their defaults.
  public let attributes: ResolvedAttributes
  /// The number of outputs that the node requests.
  public let outputCount: Int

  init(_ builder: GraphBuilder, _ node: Node) {
    op = node.op
    inputs = node.inputs.map { $0.isEmpty ? nil : CompositionValue(name: $0) }
    attributes = ResolvedAttributes(node.op, node.attributes)
    outputCount = node.outputs.count
    super.init(builder)
  }

  /// Returns a required input.
  public func input(_ index: Int) -> CompositionValue {
    guard let input = optional(index) else { preconditionFailure("\(op.rawValue): required input \(index) is missing") }
    return input
  }

  /// Returns an optional input; nil if it is omitted.
  public func optional(_ index: Int) -> CompositionValue? { index < inputs.count ? inputs[index] : nil }
}

extension Op {
  /// Returns the composition of a node as a graph; nil if the operator has none.
  ///
  /// Inputs are `x0`, `x1`, …; outputs are `y0`, `y1`, …. An input with a known value becomes a constant of its name.
  /// - Throws: ``GraphError`` if the arguments do not fit the operator.
  public func composition(
    of types: [TensorType?], constants: [TensorValue?], attributes: Attributes, outputCount: Int
  ) throws -> Graph? {
    guard let compose = definition.composition else { return nil }
    var builder = GraphBuilder(name: rawValue)
    var names: [String] = []
    for (index, type) in types.enumerated() {
      guard let type else {
        names.append("")
        continue
      }
      let name = "x\(index)"
      if let value = constants[index] {
        try builder.constant(value, named: name)
      } else {
        try builder.input(name, type)
      }
      names.append(name)
    }
    let node = Node(
      name: "call", op: self, inputs: names, outputs: (0..<outputCount).map { "y\($0)" }, attributes: attributes)
    let composer = Composer(builder, node)
    let values = try compose(composer)
    builder = composer.builder
    for (value, output) in zip(values, node.outputs) {
      // The identity names the output even if the value is an input or serves two outputs.
      try builder.append(Node(name: "name_\(output)", op: .identity, inputs: [value.name], outputs: [output]))
      try builder.output(output)
    }
    return builder.graph
  }
}
