import GraphIR
import ONNXFormat

/// Runs graphs with the reference kernels, one node after the other.
enum Interpreter {
  /// The outputs of `model`'s graph, followed by the next values of parameters that are not among them, as exported
  /// models have them.
  static func run(_ model: ONNXModel, _ inputs: [TensorValue]) throws -> [TensorValue] {
    let graph = model.graph
    var values = model.parameters
    for constant in graph.constants { values[constant.name] = constant.value }
    for (input, value) in zip(graph.inputs, inputs) { values[input.name] = value }
    for node in graph.nodes {
      let arguments = node.inputs.map { values[$0] }
      let outputs = try node.op.definition.infer(
        InferenceContext(
          node.op, node: node.name, inputs: arguments.map { $0?.type }, constants: arguments,
          attributes: node.attributes, outputCount: node.outputs.count))
      let results = try ReferenceBackend().run(
        node.op, inputs: arguments, attributes: node.attributes, outputs: outputs)
      for (name, value) in zip(node.outputs, results) { values[name] = value }
    }
    var names = graph.outputs.map(\.name)
    for update in graph.updates where !names.contains(update.value) { names.append(update.value) }
    return names.compactMap { values[$0] }
  }
}
