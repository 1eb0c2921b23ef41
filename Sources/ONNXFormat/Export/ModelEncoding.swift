import CONNX
import GraphIR

/// Builds the messages of one model in an arena.
struct ModelEncoding {
  let arena: MessageArena

  /// - throws: ``ONNXError`` with code `graph`.
  func message(for model: ONNXModel) throws -> UnsafeMutablePointer<Onnx__ModelProto> {
    try arena.make(onnx__model_proto__init) { message in
      message.has_ir_version = 1
      message.ir_version = Int64(ONNXExporter.irVersion)
      if !model.producerName.isEmpty { message.producer_name = try arena.string(model.producerName) }
      if !model.producerVersion.isEmpty { message.producer_version = try arena.string(model.producerVersion) }
      if !model.documentation.isEmpty { message.doc_string = try arena.string(model.documentation) }
      let opset = try arena.make(onnx__operator_set_id_proto__init) { opset in
        opset.domain = try arena.string(Signature.onnxDomain)
        opset.has_version = 1
        opset.version = Int64(ONNXExporter.opset)
      }
      (message.n_opset_import, message.opset_import) = arena.list([opset])
      let graph = try GraphEncoding(model.graph, in: arena)
      message.graph = try graph.message(model.parameters, model.defaults)
      let names = graph.names.union(model.graph.parameters.map(\.name))
      (message.n_training_info, message.training_info) = arena.list(
        try model.training.map { try trainingInfo($0, of: model, names) })
      (message.n_metadata_props, message.metadata_props) = arena.list(
        try model.metadata.sorted { $0.key < $1.key }.map(arena.entry))
    }
  }

  private func trainingInfo(
    _ step: TrainingStep, of model: ONNXModel, _ names: Set<String>
  ) throws -> UnsafeMutablePointer<Onnx__TrainingInfoProto> {
    try arena.make(onnx__training_info_proto__init) { message in
      let algorithm = try GraphEncoding(step.algorithm, in: arena)
      try check(step.algorithm, of: model, shared: names.intersection(algorithm.names))
      let part = try algorithm.part()
      message.algorithm = part.graph
      (message.n_update_binding, message.update_binding) = arena.list(part.bindings)
      guard let initialization = step.initialization else { return }
      let start = try GraphEncoding(initialization, in: arena).part()
      message.initialization = start.graph
      (message.n_initialization_binding, message.initialization_binding) = arena.list(start.bindings)
    }
  }

  /// Checks that a step and the model's graph are a graph together.
  private func check(_ step: Graph, of model: ONNXModel, shared names: Set<String>) throws {
    let types = Dictionary(model.graph.parameters.map { ($0.name, $0.type) }) { first, _ in first }
    if let parameter = step.parameters.first(where: { types[$0.name] != $0.type }) {
      throw ONNXError(
        code: .graph,
        message: "step '\(step.name)' has the parameter '\(parameter.name)' of type \(parameter.type), expected one of "
          + "the model's graph '\(model.graph.name)', found \(types[parameter.name]?.description ?? "none")")
    }
    guard let name = names.min() else { return }
    throw ONNXError(
      code: .graph,
      message: "step '\(step.name)' has a value '\(name)', a name that the model's graph '\(model.graph.name)' uses")
  }
}
