/// Rewrites a graph node by node, with access to the types, known values and producers of all values that a node reads.
///
/// A pass visits the nodes in order. It keeps a node, appends others with the same output names instead, or replaces an
/// output by an existing value. ``Graph/removingDeadCode()`` removes values that nothing reads any more.
struct Rewriter {
  /// The graph to rewrite.
  let original: Graph
  /// The graph so far.
  private(set) var builder: GraphBuilder
  /// The replacements of values.
  private var replacements: [String: String] = [:]
  /// The index in the new graph of the node that produces each value.
  private var makers: [String: Int] = [:]
  /// The number of reads of each value, at most.
  private var reads: [String: Int] = [:]

  /// - Throws: ``GraphError`` if a name occurs twice.
  init(_ graph: Graph) throws {
    original = graph
    builder = try GraphBuilder(replacing: graph)
    for name in graph.nodes.flatMap(\.inputs) + graph.outputs.map(\.name) + graph.updates.map(\.value) {
      reads[name, default: 0] += 1
    }
  }

  /// Returns the replacement of `name`, or `name` itself.
  func resolved(_ name: String) -> String { replacements[name] ?? name }

  /// Returns the node with replaced inputs.
  func resolved(_ node: Node) -> Node {
    var node = node
    for index in node.inputs.indices { node.inputs[index] = resolved(node.inputs[index]) }
    return node
  }

  /// Returns the node of the new graph that produces `name`; nil for inputs, parameters and constants.
  func maker(of name: String) -> Node? { makers[name].map { builder.graph.nodes[$0] } }

  /// Returns the node that produces `name` if its operator is `op`.
  func maker(of name: String, _ op: Op) -> Node? {
    guard let node = maker(of: name), node.op == op else { return nil }
    return node
  }

  /// Returns whether at most one node, output or update reads `name`.
  func isReadOnce(_ name: String) -> Bool { reads[name].map { $0 <= 1 } ?? false }

  /// Returns the value of `name` if it is known before the graph runs.
  func value(of name: String) -> TensorValue? { builder.value(of: name) }

  /// Returns the type of `name`. Requires a value of the new graph.
  func type(of name: String) -> TensorType {
    guard let type = try? builder.type(of: name) else { preconditionFailure("'\(name)' is not in the graph") }
    return type
  }

  /// Returns the shape of `name`. Requires a value of the new graph.
  func shape(of name: String) -> Shape { type(of: name).shape }

  /// Returns the name of a constant with this value.
  mutating func constant(_ value: TensorValue) -> String { builder.constant(value) }

  /// Returns the name of a constant vector.
  mutating func integers(_ numbers: [Int]) -> String { constant(TensorValue(integers: numbers)) }

  /// Appends a node, whose inputs are values of the new graph.
  ///
  /// - Throws: ``GraphError`` if it does not fit its operator.
  mutating func append(_ node: Node) throws {
    for output in node.outputs where !output.isEmpty { makers[output] = builder.graph.nodes.count }
    try builder.append(node)
  }

  /// Appends a node with one output and returns the output's name.
  ///
  /// - Throws: ``GraphError`` if the arguments do not fit the operator.
  mutating func add(_ op: Op, _ inputs: [String], _ attributes: Attributes = [:]) throws -> String {
    try add(op, inputs, attributes, outputCount: 1)[0]
  }

  /// Appends a node and returns the names of its outputs.
  ///
  /// - Throws: ``GraphError`` if the arguments do not fit the operator.
  mutating func add(
    _ op: Op, _ inputs: [String], _ attributes: Attributes = [:], outputCount: Int
  ) throws -> [String] {
    let place = builder.graph.nodes.count
    let outputs = try builder.add(op, inputs, attributes, outputCount: outputCount)
    for output in outputs { makers[output] = place }
    return outputs
  }

  /// Replaces `name` by `value` of the new graph in all later nodes.
  mutating func replace(_ name: String, by value: String) {
    replacements[name] = value
    reads[value, default: 0] += reads[name] ?? 0
  }

  /// Returns the new graph, with the original names of outputs and updates of the same parameters.
  ///
  /// - Throws: ``GraphError`` if an output is missing.
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

  /// Returns the name of the node that produced `output` in the original graph. The name is free because the node is
  /// gone.
  private func nodeName(_ output: String) -> String {
    original.nodes.first { $0.outputs.contains(output) }?.name ?? output
  }
}
