import GraphIR

/// Runs graphs node by node, with the types of the actual values: the reference for compiled plans and passes.
public enum Interpreter {
  /// The result of a run.
  public struct Result {
    /// The outputs by name.
    public let outputs: [String: TensorValue]
    /// The next values of the parameters that the graph updates.
    public let updates: [String: TensorValue]
  }

  /// Runs `graph`. `feeds` has its inputs and parameters by name.
  ///
  /// - Throws: `GraphError` if a value is missing or a node does not fit, and errors of the backend.
  public static func run(
    _ graph: Graph, _ feeds: [String: TensorValue], on backend: some Backend = ReferenceBackend()
  ) throws -> Result {
    var values = feeds
    for constant in graph.constants { values[constant.name] = constant.value }
    func value(_ name: String) throws -> TensorValue {
      guard let value = values[name] else { throw GraphError(.name, "'\(name)' has no value") }
      return value
    }
    for node in graph.nodes {
      let inputs = try node.inputs.map { $0.isEmpty ? nil : try value($0) }
      let types = try node.op.definition.infer(
        InferenceContext(
          node.op, node: node.name, inputs: inputs.map { $0?.type }, constants: inputs, attributes: node.attributes,
          outputCount: node.outputs.count))
      let results = try backend.run(node.op, inputs: inputs, attributes: node.attributes, outputs: types)
      for (name, result) in zip(node.outputs, results) where !name.isEmpty { values[name] = result }
    }
    let outputs = try graph.outputs.map { ($0.name, try value($0.name)) }
    let updates = try graph.updates.map { ($0.parameter, try value($0.value)) }
    return Result(
      outputs: Dictionary(outputs) { first, _ in first }, updates: Dictionary(updates) { first, _ in first })
  }
}
