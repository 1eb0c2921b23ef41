/// Writes what an operator means in terms of simpler ones.
///
/// A composition serves wherever an operator is not at hand itself: its derivative is that of its composition, a backend
/// without a kernel for it runs the composition, and an operator that opset 21 lacks is exported as one.
public final class Composer {
  /// The graph that the composition is written into.
  var builder: GraphBuilder
  /// What is composed.
  public let op: Op
  /// The inputs of the call; nil where an optional one is left out.
  public let inputs: [CompositionValue?]
  /// Attributes and defaults of the call.
  public let attributes: ResolvedAttributes
  /// How many outputs the call asks for.
  public let outputCount: Int

  init(_ builder: GraphBuilder, _ node: Node) {
    self.builder = builder
    op = node.op
    inputs = node.inputs.map { $0.isEmpty ? nil : CompositionValue(name: $0) }
    attributes = ResolvedAttributes(node.op, node.attributes)
    outputCount = node.outputs.count
  }

  /// A required input.
  public func input(_ index: Int) -> CompositionValue {
    guard let input = optional(index) else { preconditionFailure("\(op.rawValue): required input \(index) is missing") }
    return input
  }

  /// An input that may be left out.
  public func optional(_ index: Int) -> CompositionValue? { index < inputs.count ? inputs[index] : nil }

  /// The type of a value.
  public func type(_ value: CompositionValue) throws -> TensorType { try builder.type(of: value.name) }

  /// The shape of a value.
  public func shape(_ value: CompositionValue) throws -> Shape { try type(value).shape }

  /// The value of an expression that is known before the graph runs.
  public func constant(_ value: CompositionValue) -> TensorValue? { builder.value(of: value.name) }

  /// A constant.
  public func constant(_ value: TensorValue) -> CompositionValue { CompositionValue(name: builder.constant(value)) }

  /// A number as a scalar of the element type of `like`.
  public func constant(_ number: Double, like: CompositionValue) throws -> CompositionValue {
    constant(TensorValue(repeating: number, type: TensorType(try type(like).dtype, [])))
  }

  /// A vector of integers: a shape, axes or bounds.
  public func integers(_ numbers: [Int]) -> CompositionValue { constant(TensorValue(integers: numbers)) }

  /// A call of an operator.
  public func call(
    _ op: Op, _ inputs: [CompositionValue?], _ attributes: Attributes = [:], outputCount: Int
  ) throws -> [CompositionValue] {
    try builder.add(op, inputs.map { $0?.name ?? "" }, attributes, outputCount: outputCount)
      .map(CompositionValue.init(name:))
  }

  /// A call of an operator with one output.
  public func call(_ op: Op, _ inputs: CompositionValue?..., attributes: Attributes = [:]) throws -> CompositionValue {
    try call(op, inputs, attributes, outputCount: 1)[0]
  }
}

/// A value in a composition.
public struct CompositionValue: Sendable {
  /// Its name in the graph.
  public let name: String
}

extension Op {
  /// The composition of a call as a graph of its own; nil where the operator has none.
  ///
  /// Inputs are `x0`, `x1`, …, outputs `y0`, `y1`, …; an input with a known value becomes a constant of its name.
  /// - Throws: ``GraphError`` where the call does not fit the operator.
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
      // An identity, so that outputs have their names even where one is an input, or two are one value.
      try builder.append(Node(name: "name_\(output)", op: .identity, inputs: [value.name], outputs: [output]))
      try builder.output(output)
    }
    return builder.graph
  }
}
