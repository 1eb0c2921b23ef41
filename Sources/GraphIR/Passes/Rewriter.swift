/// Rewrites a graph node by node, each with the types, the known values and the makers of all that it reads at hand.
///
/// A pass walks the nodes in order. It keeps a node, appends others in its place under the same names of outputs, or replaces an
/// output by a value that is there already. What nothing reads any more stays for ``Graph/removingDeadCode()``.
struct Rewriter {
  /// What is rewritten.
  let original: Graph
  /// The graph so far.
  private(set) var builder: GraphBuilder
  /// The values that stand for others.
  private var replacements: [String: String] = [:]
  /// The place in the new graph of the node that makes a value.
  private var makers: [String: Int] = [:]
  /// How often values are read, at most.
  private var reads: [String: Int] = [:]

  /// - Throws: ``GraphError`` where a name is there twice.
  init(_ graph: Graph) throws {
    original = graph
    builder = try GraphBuilder(replacing: graph)
    for name in graph.nodes.flatMap(\.inputs) + graph.outputs.map(\.name) + graph.updates.map(\.value) {
      reads[name, default: 0] += 1
    }
  }

  /// The value that stands for `name`.
  func resolved(_ name: String) -> String { replacements[name] ?? name }

  /// The node with what stands for its inputs.
  func resolved(_ node: Node) -> Node {
    var node = node
    for index in node.inputs.indices { node.inputs[index] = resolved(node.inputs[index]) }
    return node
  }

  /// The node of the new graph that makes `name`; nil for inputs, parameters and constants.
  func maker(of name: String) -> Node? { makers[name].map { builder.graph.nodes[$0] } }

  /// The node that makes `name`, where it is a call of `op`.
  func maker(of name: String, _ op: Op) -> Node? {
    guard let node = maker(of: name), node.op == op else { return nil }
    return node
  }

  /// Whether no more than one node, output or update reads `name`.
  func isReadOnce(_ name: String) -> Bool { reads[name].map { $0 <= 1 } ?? false }

  /// The value of `name` where it is known before the graph runs.
  func value(of name: String) -> TensorValue? { builder.value(of: name) }

  /// The type of `name`. Requires a value of the new graph.
  func type(of name: String) -> TensorType {
    guard let type = try? builder.type(of: name) else { preconditionFailure("'\(name)' is not in the graph") }
    return type
  }

  /// The shape of `name`. Requires a value of the new graph.
  func shape(of name: String) -> Shape { type(of: name).shape }

  /// The name of a constant with this value.
  mutating func constant(_ value: TensorValue) -> String { builder.constant(value) }

  /// The name of a constant vector.
  mutating func integers(_ numbers: [Int]) -> String { constant(TensorValue(integers: numbers)) }

  /// Appends a node, whose inputs are values of the new graph.
  ///
  /// - Throws: ``GraphError`` where it does not fit its operator.
  mutating func append(_ node: Node) throws {
    for output in node.outputs where !output.isEmpty { makers[output] = builder.graph.nodes.count }
    try builder.append(node)
  }

  /// Appends a call of an operator with one output and returns its name.
  ///
  /// - Throws: ``GraphError`` where the call does not fit the operator.
  mutating func add(_ op: Op, _ inputs: [String], _ attributes: Attributes = [:]) throws -> String {
    try add(op, inputs, attributes, outputCount: 1)[0]
  }

  /// Appends a call of an operator and returns the names of its outputs.
  ///
  /// - Throws: ``GraphError`` where the call does not fit the operator.
  mutating func add(
    _ op: Op, _ inputs: [String], _ attributes: Attributes = [:], outputCount: Int
  ) throws -> [String] {
    let place = builder.graph.nodes.count
    let outputs = try builder.add(op, inputs, attributes, outputCount: outputCount)
    for output in outputs { makers[output] = place }
    return outputs
  }

  /// Lets `value` of the new graph stand for `name` from here on.
  mutating func replace(_ name: String, by value: String) {
    replacements[name] = value
    reads[value, default: 0] += reads[name] ?? 0
  }

  /// The new graph, with outputs under the names that they had and updates of the same parameters.
  ///
  /// - Throws: ``GraphError`` where an output is missing.
  mutating func finish() throws -> Graph {
    let outputs = Set(original.outputs.map(\.name))
    var renamed: [String: String] = [:]
    for output in original.outputs where replacements[output.name] != nil {
      let value = resolved(output.name)
      if makers[value] != nil, !outputs.contains(value), renamed[value] == nil {
        renamed[value] = output.name
      } else if makers[output.name] == nil, renamed[value] != output.name {
        try append(Node(name: nodeName(output.name), op: .identity, inputs: [value], outputs: [output.name]))
      }
    }
    var graph = builder.graph
    graph.outputs = original.outputs
    graph.updates = original.updates.map { .init(parameter: $0.parameter, value: resolved($0.value)) }
    guard !renamed.isEmpty else { return graph }
    func rename(_ names: inout [String]) {
      for index in names.indices { names[index] = renamed[names[index]] ?? names[index] }
    }
    for index in graph.nodes.indices {
      rename(&graph.nodes[index].inputs)
      rename(&graph.nodes[index].outputs)
    }
    for index in graph.updates.indices {
      graph.updates[index].value = renamed[graph.updates[index].value] ?? graph.updates[index].value
    }
    return graph
  }

  /// The name of the node that made `output` in the original graph, which is free as the node is gone.
  private func nodeName(_ output: String) -> String {
    original.nodes.first { $0.outputs.contains(output) }?.name ?? output
  }
}
