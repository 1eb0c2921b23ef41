import CONNX
import GraphIR

/// Converts ONNX's nodes to nodes with our operators.
///
/// Between the supported operator sets, most operators only gained element types. The others are adapted here.
struct OperatorDecoding {
  /// The version of ONNX's operator set of the nodes.
  let opset: Int
  let tensors: TensorDecoding

  /// Whether `domain` is ONNX's own.
  static func isONNX(domain: String) -> Bool { domain == Signature.onnxDomain || domain == "ai.onnx" }

  /// Adds `node` to the graph under construction.
  ///
  /// - throws: ``ONNXError`` with code `unsupported` for an operator or attribute outside of our vocabulary.
  func add(_ node: Onnx__NodeProto, named name: String, to builder: inout GraphBuilder) throws {
    let label = "node '\(name)' (\(text(node.op_type)))"
    guard Self.isONNX(domain: text(node.domain)) else {
      throw ONNXError(
        code: .unsupported, message: "\(label) is of the domain '\(text(node.domain))', expected ONNX's own")
    }
    let attributes = try AttributeDecoding(tensors: tensors).attributes(of: node, label: label)
    let outputs = texts(node.output, node.n_output)
    if text(node.op_type) == "Constant" {
      guard outputs.count == 1, let output = outputs.first else {
        throw ONNXError(code: .graph, message: "\(label) has \(outputs.count) outputs, expected 1")
      }
      return try builder.constant(try constant(attributes, label), named: output)
    }
    guard let op = Op(rawValue: text(node.op_type)), op.definition.signature.domain == Signature.onnxDomain else {
      throw ONNXError(code: .unsupported, message: "\(label): no such operator in the vocabulary")
    }
    var call = Node(
      name: name, op: op, inputs: texts(node.input, node.n_input), outputs: outputs, attributes: attributes)
    try adapt(&call, label, &builder)
    try builder.append(call)
  }

  /// Converts a node of an earlier operator set, or one with an attribute that has no effect here, to its current form.
  private func adapt(_ call: inout Node, _ label: String, _ builder: inout GraphBuilder) throws {
    switch call.op {
    case .batchNormalization where opset < 14 && call.outputs.count > 1:
      throw ONNXError(
        code: .unsupported, message: "\(label) trains with operator set \(opset), expected 14 or later")
    case .reduceMax where opset < 18, .reduceMean where opset < 18:
      guard case .ints(let axes)? = call.attributes["axes"] else { return }
      call.attributes["axes"] = nil
      call.inputs.append("\(call.name).axes")
      try builder.constant(TensorValue(integers: axes), named: "\(call.name).axes")
    case .split where opset < 18 && call.inputs.count == 1:
      call.attributes["num_outputs"] = .int(call.outputs.count)
    case .cast:
      // It concerns only 8-bit floats, which are not supported.
      call.attributes["saturate"] = nil
    default: return
    }
  }

  /// The value of a `Constant` node. ONNX has it as an operator, our vocabulary does not.
  private func constant(_ attributes: Attributes, _ label: String) throws -> TensorValue {
    guard attributes.values.count == 1, let (name, value) = attributes.values.first else {
      throw ONNXError(code: .graph, message: "\(label) has \(attributes.values.count) attributes, expected 1")
    }
    switch (name, value) {
    case ("value", .tensor(let value)): return value
    case ("value_float", .float(let number)): return TensorValue(scalar: number)
    case ("value_floats", .floats(let numbers)): return TensorValue(numbers)
    case ("value_int", .int(let number)): return TensorValue(scalar: Int64(number))
    case ("value_ints", .ints(let numbers)): return TensorValue(integers: numbers)
    default:
      throw ONNXError(
        code: .unsupported,
        message: "\(label) has a '\(name)' (\(value.kind.rawValue)), expected a dense tensor of numbers")
    }
  }
}
