/// Checks that a graph is valid and infers the type of every value.
public enum GraphVerifier {
  /// Checks `graph` and returns the type of every value.
  ///
  /// - Throws: ``GraphError`` with the node, the operator, what was expected and what was found.
  public static func check(_ graph: Graph) throws -> [String: TensorType] {
    let types = try infer(graph)
    try checkEnds(of: graph, types)
    return types
  }

  /// Returns the type of every value, regardless of the declared types of outputs.
  static func infer(_ graph: Graph) throws -> [String: TensorType] { try inferWithValues(graph).types }

  /// Returns the type of every value of a graph, and the values known before it runs: constants, shapes, and values
  /// computed from them.
  ///
  /// - Throws: ``GraphError`` as ``check(_:)``, except for the declared types of outputs.
  package static func inferWithValues(
    _ graph: Graph
  ) throws -> (types: [String: TensorType], values: [String: TensorValue]) {
    try Shape.$symbols.withValue(graph.symbols) { try inferNamed(graph) }
  }

  private static func inferNamed(
    _ graph: Graph
  ) throws -> (types: [String: TensorType], values: [String: TensorValue]) {
    var types: [String: TensorType] = [:]
    func declare(_ name: String, _ type: TensorType, _ kind: String) throws {
      guard !name.isEmpty else { throw GraphError(.name, "graph '\(graph.name)' has \(kind) without a name") }
      guard types.updateValue(type, forKey: name) == nil else {
        throw GraphError(.name, "graph '\(graph.name)' has two values '\(name)'; the second is \(kind)")
      }
      guard type.shape.allSatisfy({ $0 >= -graph.symbols.count || kind.hasPrefix("an output of") }) else {
        throw GraphError(
          .shape, "\(kind) '\(name)' of graph '\(graph.name)' has an unknown symbolic dimension: \(type)")
      }
      guard type.isWithinLimit else {
        throw GraphError(
          .shape, "\(kind) '\(name)' of graph '\(graph.name)' is \(graph.describe(type)), which is more than 2^40 bytes"
        )
      }
    }
    guard Set(graph.symbols).count == graph.symbols.count else {
      throw GraphError(.name, "graph '\(graph.name)' has two symbolic dimensions of one name: \(graph.symbols)")
    }
    for input in graph.inputs { try declare(input.name, input.type, "an input") }
    for parameter in graph.parameters {
      guard parameter.type.shape.isStatic else {
        throw GraphError(.shape, "parameter '\(parameter.name)' has a symbolic shape \(graph.describe(parameter.type))")
      }
      try declare(parameter.name, parameter.type, "a parameter")
    }
    for constant in graph.constants { try declare(constant.name, constant.value.type, "a constant") }
    var known = KnownValues()
    for constant in graph.constants { known[constant.name] = constant.value }
    var nodeNames: Set<String> = []
    for node in graph.nodes {
      guard nodeNames.insert(node.name).inserted else {
        throw GraphError(.name, "graph '\(graph.name)' has two nodes '\(node.name)'")
      }
      let inferred = try infer(node, types: types, known: &known)
      for (output, type) in zip(node.outputs, inferred) where !output.isEmpty {
        try declare(output, type, "an output of node '\(node.name)' (\(node.op.rawValue))")
      }
    }
    return (types, known.values)
  }

  /// Infers the types of a node's outputs from `types`, those of earlier values. Adds the outputs' values to `known`
  /// where possible.
  static func infer(
    _ node: Node, types: [String: TensorType], known: inout KnownValues
  ) throws -> [TensorType] {
    let inputs = try node.inputs.map { name -> TensorType? in
      if name.isEmpty { return nil }
      guard let type = types[name] else {
        throw GraphError(
          .name, "node '\(node.name)' (\(node.op.rawValue)) reads '\(name)', which no earlier node produces")
      }
      return type
    }
    for (formal, output) in zip(node.op.definition.signature.outputs, node.outputs)
    where output.isEmpty && formal.presence != .optional {
      throw GraphError(
        .arity, "node '\(node.name)' (\(node.op.rawValue)): output \(formal.name) is left out, but it is required")
    }
    var context = InferenceContext(
      node.op, node: node.name, inputs: inputs, constants: known.constants(for: node), attributes: node.attributes,
      outputCount: node.outputs.count)
    context.partlyKnown = known.terms(for: node)
    let outputs = try node.op.definition.infer(context)
    known.learn(node, context, outputs)
    return outputs
  }

  private static func checkEnds(of graph: Graph, _ types: [String: TensorType]) throws {
    guard !graph.outputs.isEmpty || !graph.updates.isEmpty else {
      throw GraphError(.arity, "graph '\(graph.name)' has no output")
    }
    for output in graph.outputs {
      guard let type = types[output.name] else {
        throw GraphError(.name, "graph '\(graph.name)' has no value '\(output.name)' for its output")
      }
      var named = graph
      guard type == output.type || named.naming(type) == output.type else {
        throw GraphError(
          .shape,
          "output '\(output.name)' is declared \(graph.describe(output.type)), "
            + "but the graph produces \(graph.describe(type))"
        )
      }
    }
    let parameters = Dictionary(uniqueKeysWithValues: graph.parameters.map { ($0.name, $0.type) })
    var updated: Set<String> = []
    for update in graph.updates {
      guard updated.insert(update.parameter).inserted else {
        throw GraphError(.name, "graph '\(graph.name)' has two updates of parameter '\(update.parameter)'")
      }
      guard let expected = parameters[update.parameter] else {
        throw GraphError(.name, "graph '\(graph.name)' has no parameter '\(update.parameter)' for its update")
      }
      guard let found = types[update.value] else {
        throw GraphError(.name, "graph '\(graph.name)' has no value '\(update.value)' to update '\(update.parameter)'")
      }
      guard expected == found else {
        throw GraphError(
          .shape,
          "parameter '\(update.parameter)' is \(expected), but its update '\(update.value)' is \(graph.describe(found))"
        )
      }
    }
  }
}

extension Graph {
  /// Checks the whole graph and returns the type of every value.
  ///
  /// - Throws: ``GraphError`` with the node, the operator, what was expected and what was found.
  @discardableResult
  public func verify() throws -> [String: TensorType] { try GraphVerifier.check(self) }
}
