import GraphIR

extension ModelImport {
  /// A training step: the graph that consists of the model's graph and the algorithm, without the parts that no output
  /// of the algorithm needs. Nil if there is no algorithm.
  ///
  /// - throws: ``ONNXError`` that names the step.
  ///
  /// Source: the comments on `TrainingInfoProto` in onnx.proto.
  func step(
    _ info: TrainingInfoProto, of model: ModelProto, _ functions: [FunctionProto.Key: FunctionProto]
  ) throws -> TrainingStep? {
    guard let algorithm = info.algorithm else { return nil }
    let main = model.graph
    let bound = Set(info.updateBinding.map(\.value))
    let combined = GraphProto(
      name: algorithm.name, nodes: main.nodes + algorithm.nodes,
      initializers: main.initializers + algorithm.initializers,
      inputs: main.inputs + algorithm.inputs,
      outputs: algorithm.outputs + main.outputs.filter { bound.contains($0.name) })
    // The roles of its initializers follow from its bindings, not from the caller's patterns.
    var options = options
    (options.trainable, options.constant) = ([], [])
    var step = TrainingStep(
      algorithm: try ModelImport(options: options).graph(
        combined, bindings: info.updateBinding, "update_binding", of: model, functions))
    let read = Set(step.algorithm.nodes.flatMap(\.inputs) + step.algorithm.outputs.map(\.name))
    let unused = Set(main.inputs.map(\.name)).subtracting(read)
    step.algorithm.inputs.removeAll { unused.contains($0.name) }

    guard var initialization = info.initialization, !info.initializationBinding.isEmpty else { return step }
    let keys = Set(info.initializationBinding.map(\.key))
    initialization.initializers += main.initializers.filter { keys.contains($0.name) }
    // Its shapes are numbers: it has no inputs.
    step.initialization = try ModelImport(options: ImportOptions(limits: options.limits)).graph(
      initialization, bindings: info.initializationBinding, "initialization_binding", of: model, functions)
    return step
  }

  private func graph(
    _ graph: GraphProto, bindings: [TrainingInfoProto.Binding], _ field: String, of model: ModelProto,
    _ functions: [FunctionProto.Key: FunctionProto]
  ) throws -> Graph {
    var graph = graph
    for binding in bindings {
      guard let initializer = graph.initializers.firstIndex(where: { $0.name == binding.key }) else {
        throw ONNXError(
          code: .malformed,
          message: "\(field) of step '\(graph.name)' assigns '\(binding.key)', expected the name of an initializer")
      }
      guard let output = graph.outputs.firstIndex(where: { $0.name == binding.value }) else {
        throw ONNXError(
          code: .malformed,
          message:
            "\(field) of step '\(graph.name)' assigns the value '\(binding.value)', expected the name of an output")
      }
      graph.outputs[output].metadata += [(Tags.update, binding.key), (Tags.hidden, "true")]
      let isFloatingPoint = graph.initializers[initializer].value.dtype.isFloatingPoint
      let role: ImportedInitializer.Role = isFloatingPoint ? .parameter : .buffer
      graph.initializers[initializer].metadata.merge([Tags.role: role.rawValue]) { first, _ in first }
    }
    var combined = model
    combined.graph = graph
    return try self.graph(of: combined, functions).model.graph.removingDeadCode()
  }
}

extension ModelProto {
  /// The model with the initializers that steps assign in its own graph: they are parameters of the model.
  func sharingTrainedInitializers() -> ModelProto {
    var model = self
    for (index, info) in training.enumerated() {
      let keys = Set((info.updateBinding + info.initializationBinding).map(\.key))
      let initializers = info.algorithm?.initializers ?? []
      model.graph.initializers += initializers.filter { keys.contains($0.name) }
      model.training[index].algorithm?.initializers.removeAll { keys.contains($0.name) }
    }
    return model
  }
}
