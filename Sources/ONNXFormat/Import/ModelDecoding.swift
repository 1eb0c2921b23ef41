import CONNX
import GraphIR

/// Checks the top level of a model and reads everything except its graph.
struct ModelDecoding {
  let tensors: TensorDecoding

  func model(_ message: Onnx__ModelProto) throws -> ONNXModel {
    guard ONNXImporter.irVersions.contains(Int(message.ir_version)) else {
      throw ONNXError(
        code: .unsupported,
        message: "the model has IR version \(message.ir_version), expected one of \(ONNXImporter.irVersions)")
    }
    let opset = try Self.opset(of: message)
    guard message.n_functions == 0 else {
      let names = messages(message.functions, message.n_functions).map { text($0.name) }
      throw ONNXError(
        code: .unsupported,
        message: "the model has functions (\(names.joined(separator: ", "))); expected operators only")
    }
    guard message.n_training_info == 0 else {
      throw ONNXError(
        code: .unsupported, message: "the model has training_info, which is not read; export it for inference")
    }
    guard let graphMessage = message.graph?.pointee else {
      throw ONNXError(code: .malformed, message: "the model has no graph")
    }
    var decoding = GraphDecoding(graphMessage, opset: opset, tensors: tensors)
    let (graph, parameters) = try decoding.decode()
    let metadata = messages(message.metadata_props, message.n_metadata_props).map { (text($0.key), text($0.value)) }
    return ONNXModel(
      graph: graph, parameters: parameters, producerName: text(message.producer_name),
      producerVersion: text(message.producer_version), documentation: text(message.doc_string),
      metadata: Dictionary(metadata) { first, _ in first })
  }

  private static func opset(of message: Onnx__ModelProto) throws -> Int {
    let imports = messages(message.opset_import, message.n_opset_import)
    guard let opset = imports.first(where: { OperatorDecoding.isONNX(domain: text($0.domain)) }) else {
      throw ONNXError(code: .malformed, message: "the model names no version of ONNX's operator set")
    }
    guard ONNXImporter.opsets.contains(Int(opset.version)) else {
      throw ONNXError(
        code: .unsupported,
        message: "the model uses operator set \(opset.version), expected one of \(ONNXImporter.opsets); "
          + "onnx.version_converter can convert it")
    }
    return Int(opset.version)
  }
}
