import GraphIR

extension Graph {
  /// The same graph with float64 instead of float32.
  var inDoublePrecision: Graph {
    func double(_ type: TensorType) -> TensorType { type.dtype == .float32 ? TensorType(.float64, type.shape) : type }
    var graph = self
    for index in inputs.indices { graph.inputs[index].type = double(inputs[index].type) }
    for index in parameters.indices { graph.parameters[index].type = double(parameters[index].type) }
    for index in constants.indices { graph.constants[index].value = constants[index].value.inDoublePrecision }
    for index in outputs.indices { graph.outputs[index].type = double(outputs[index].type) }
    for index in nodes.indices where nodes[index].op == .cast {
      guard nodes[index].attributes["to"] == .int(DataType.float32.onnxCode) else { continue }
      graph.nodes[index].attributes["to"] = .int(DataType.float64.onnxCode)
    }
    return graph
  }
}

extension TensorValue {
  /// The same values as float64; types other than float32 unchanged.
  var inDoublePrecision: TensorValue { dtype == .float32 ? TensorValue(doubles, shape: shape) : self }

  /// The largest magnitude, or 0.
  var largest: Double { doubles.map(abs).max() ?? 0 }
}
