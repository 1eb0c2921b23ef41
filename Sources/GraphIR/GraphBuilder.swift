/// Builds a graph node by node and infers every type at once.
public struct GraphBuilder: Sendable {
  /// The graph so far.
  public private(set) var graph: Graph
  private var types: [String: TensorType] = [:]
  private var constantNames: [TensorValue: String] = [:]
  private var counters: [String: Int] = [:]
  private var nodeNames: Set<String> = []
  private var known = KnownValues()
  /// Names that are not generated here, because the original graph uses them.
  private var reserved: Set<String> = []

  /// A builder of an empty graph.
  public init(name: String, symbols: [String] = []) {
    graph = Graph(name: name)
    graph.symbols = symbols
  }

  /// Creates a builder for a graph that replaces `original`, with the same inputs, parameters and constants. The names
  /// of the original nodes and their outputs stay available to their replacements.
  ///
  /// - Throws: ``GraphError`` if a name occurs twice.
  init(replacing original: Graph) throws {
    self.init(name: original.name, symbols: original.symbols)
    reserved = Set(original.nodes.flatMap { [$0.name] + $0.outputs })
    for input in original.inputs { try self.input(input.name, input.type) }
    for parameter in original.parameters {
      try self.parameter(parameter.name, parameter.type, isTrainable: parameter.isTrainable)
    }
    for constant in original.constants { try self.constant(constant.value, named: constant.name) }
  }

  /// Returns the type of a value defined so far.
  ///
  /// - Throws: ``GraphError`` if there is no such value.
  public func type(of name: String) throws -> TensorType {
    guard let type = types[name] else { throw GraphError(.name, "graph '\(graph.name)' has no value '\(name)'") }
    return type
  }

  /// Returns the value of `name` if it is known before the graph runs: a constant, or a value computed from small
  /// constants and from shapes.
  public func value(of name: String) -> TensorValue? { known[name] }

  /// Declares an input.
  ///
  /// - Throws: ``GraphError`` if the name is taken.
  @discardableResult
  public mutating func input(_ name: String, _ type: TensorType) throws -> String {
    try declare(name, type)
    graph.inputs.append(.init(name: name, type: type))
    return name
  }

  /// Declares a parameter.
  ///
  /// - Throws: ``GraphError`` if the name is taken.
  @discardableResult
  public mutating func parameter(_ name: String, _ type: TensorType, isTrainable: Bool = true) throws -> String {
    try declare(name, type)
    graph.parameters.append(.init(name: name, type: type, isTrainable: isTrainable))
    return name
  }

  /// Returns the name of a constant with this value. Equal constants share one name.
  public mutating func constant(_ value: TensorValue) -> String {
    if let name = constantNames[value] { return name }
    let name = freshName("constant")
    types[name] = value.type
    known[name] = value
    constantNames[value] = name
    graph.constants.append(.init(name: name, value: value))
    return name
  }

  /// Declares a constant under a given name.
  ///
  /// - Throws: ``GraphError`` if the name is taken.
  public mutating func constant(_ value: TensorValue, named name: String) throws {
    try declare(name, value.type)
    known[name] = value
    constantNames[value] = constantNames[value] ?? name
    graph.constants.append(.init(name: name, value: value))
  }

  /// Adds a node and returns the names of its `outputCount` outputs.
  ///
  /// - Parameters:
  ///   - op: the operator.
  ///   - inputs: the names of the inputs; empty for an omitted optional input.
  ///   - attributes: the attributes that differ from the operator's defaults.
  ///   - name: the node's name; by default the operator's, made unique.
  ///   - outputCount: the number of outputs.
  /// - Throws: ``GraphError`` if the arguments do not fit the operator.
  public mutating func add(
    _ op: Op, _ inputs: [String], _ attributes: Attributes = [:], name: String? = nil, outputCount: Int
  ) throws -> [String] {
    let stem = name ?? op.rawValue.lowercased()
    let nodeName = name == nil || nodeNames.contains(stem) ? freshName(stem) : stem
    let outputs = (0..<outputCount).map { freshName($0 == 0 ? "\(nodeName).out" : "\(nodeName).out\($0)") }
    try append(Node(name: nodeName, op: op, inputs: inputs, outputs: outputs, attributes: attributes))
    return outputs
  }

  /// Adds a node with one output and returns the output's name.
  ///
  /// - Throws: ``GraphError`` if the arguments do not fit the operator.
  public mutating func add(_ op: Op, _ inputs: [String], _ attributes: Attributes = [:]) throws -> String {
    try add(op, inputs, attributes, outputCount: 1)[0]
  }

  /// Adds a given node.
  ///
  /// - Throws: ``GraphError`` if it does not fit its operator, or a name is taken or unknown.
  public mutating func append(_ node: Node) throws {
    guard !nodeNames.contains(node.name) else {
      throw GraphError(.name, "graph '\(graph.name)' has two nodes '\(node.name)'")
    }
    let inferred =
      try graph.symbols.isEmpty
      ? GraphVerifier.infer(node, types: types, known: &known)
      : Shape.$symbols.withValue(graph.symbols) { try GraphVerifier.infer(node, types: types, known: &known) }
    for (output, type) in zip(node.outputs, inferred) where !output.isEmpty { try declare(output, type) }
    nodeNames.insert(node.name)
    graph.nodes.append(node)
  }

  /// Declares `name` an output.
  ///
  /// - Throws: ``GraphError`` if there is no such value.
  public mutating func output(_ name: String) throws {
    graph.outputs.append(.init(name: name, type: graph.naming(try type(of: name))))
  }

  /// Declares `value` the next value of `parameter`.
  public mutating func update(_ parameter: String, to value: String) {
    graph.updates.append(.init(parameter: parameter, value: value))
  }

  /// Renames the output of a node.
  ///
  /// - Throws: ``GraphError`` if no node has this output or the new name is taken.
  public mutating func rename(_ old: String, to new: String) throws {
    guard let index = graph.nodes.lastIndex(where: { $0.outputs.contains(old) }) else {
      throw GraphError(.name, "no node of graph '\(graph.name)' produces '\(old)'")
    }
    try declare(new, try type(of: old))
    types[old] = nil
    known.rename(old, to: new)
    func renamed(_ name: String) -> String { name == old ? new : name }
    graph.nodes[index].outputs = graph.nodes[index].outputs.map(renamed)
    for later in graph.nodes.indices[(index + 1)...] {
      graph.nodes[later].inputs = graph.nodes[later].inputs.map(renamed)
    }
    for output in graph.outputs.indices where graph.outputs[output].name == old { graph.outputs[output].name = new }
    for update in graph.updates.indices where graph.updates[update].value == old { graph.updates[update].value = new }
  }

  private mutating func declare(_ name: String, _ type: TensorType) throws {
    guard types.updateValue(type, forKey: name) == nil else {
      throw GraphError(.name, "graph '\(graph.name)' has two values '\(name)'")
    }
  }

  private mutating func freshName(_ stem: String) -> String {
    var name = stem
    while types[name] != nil || nodeNames.contains(name) || reserved.contains(name) {
      counters[stem, default: 1] += 1
      name = "\(stem)_\(counters[stem] ?? 1)"
    }
    return name
  }
}
