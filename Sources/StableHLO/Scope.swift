import GraphIR

/// The values of one graph while it is written: those of a program, or of an operator's composition.
final class Scope {
  /// The values that are known before the program runs. One is written when an operation reads it, so axes and shapes
  /// never are.
  let constants: [String: TensorValue]
  private let graph: Graph
  private let types: [String: TensorType]
  private let emitter: Emitter
  private var values: [String: Value]

  /// Creates the scope of a graph whose inputs and parameters have these values.
  ///
  /// - Throws: `GraphError` for an invalid graph.
  init(_ graph: Graph, _ values: [String: Value], _ emitter: Emitter) throws {
    (types, constants) = try GraphVerifier.inferWithValues(graph)
    (self.graph, self.values, self.emitter) = (graph, values, emitter)
  }

  /// Returns a value that a node has computed, or adds a constant.
  func value(_ name: String) -> Value {
    if let value = values[name] { return value }
    guard let constant = constants[name] else { preconditionFailure("value '\(name)' was not computed") }
    let value = emitter.constant(constant)
    values[name] = value
    return value
  }

  /// Writes the nodes.
  ///
  /// - Throws: ``StableHLOError`` that names the node.
  func lower() throws {
    for node in graph.nodes {
      do {
        for (name, value) in zip(node.outputs, try lower(node)) where !name.isEmpty { values[name] = value }
      } catch let error as StableHLOError {
        throw StableHLOError(error.code, "node '\(node.name)' (\(node.op.rawValue))", cause: error)
      } catch {
        throw StableHLOError(.graph, "node '\(node.name)' (\(node.op.rawValue))", cause: error)
      }
    }
  }

  private func lower(_ node: Node) throws -> [Value] {
    let inputs = node.inputs.map { types[$0] }
    let known = node.inputs.map { constants[$0] }
    let outputs = try node.op.definition.infer(
      InferenceContext(
        node.op, node: node.name, inputs: inputs, constants: known, attributes: node.attributes,
        outputCount: node.outputs.count))
    // Values without elements need no operation, and StableHLO has none for some of them.
    if outputs.allSatisfy({ $0.shape.elementCount == 0 }) { return outputs.map { emitter.constant(0, $0) } }
    let call = Call(node, outputs, in: self)
    switch node.op.lowering {
    case .rule(let rule): return try rule(emitter, call)
    case .composition: return try compose(node, inputs, known)
    case .known:
      let values = node.inputs.indices.map { index in
        // Shape and Size read no element.
        node.op.traits.kind == .shape ? inputs[index].map { TensorValue(uninitialized: $0) } : call.known(index)
      }
      return try node.op.definition.evaluate(
        EvaluationContext(node.op, inputs: values, attributes: node.attributes, outputs: outputs)
      ).map(emitter.constant)
    }
  }

  /// Writes a node's composition in a scope of its own.
  private func compose(_ node: Node, _ inputs: [TensorType?], _ known: [TensorValue?]) throws -> [Value] {
    let signature = node.op.definition.signature
    let constants = known.enumerated().map { index, value in
      value.flatMap { signature.isKnown(index, $0.dtype) ? $0 : nil }
    }
    let composition = try node.op.composition(
      of: inputs, constants: constants, attributes: node.attributes, outputCount: node.outputs.count)
    guard let composition else { preconditionFailure("\(node.op.rawValue) has no composition") }
    var arguments: [String: Value] = [:]
    for (index, name) in node.inputs.enumerated() where !name.isEmpty && constants[index] == nil {
      arguments["x\(index)"] = value(name)
    }
    let scope = try Scope(composition, arguments, emitter)
    try scope.lower()
    return node.outputs.indices.map { scope.value("y\($0)") }
  }
}
