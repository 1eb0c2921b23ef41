import GraphIR

/// Makes a graph of a model.
struct ModelImport {
  let options: ImportOptions

  /// - throws: ``ONNXError``; all operators that are missing are named at once.
  func model(_ message: ModelProto) throws -> ImportedModel {
    try checkVersions(message)
    let functions = Dictionary(message.functions.map { ($0.key, $0) }) { first, _ in first }
    try MissingOperators(functions: functions).check(message)
    let message = message.sharingTrainedInitializers()
    try InitializerRoles.check(options, names: message.graph.initializers.map(\.name))
    var result = try graph(of: message, functions)
    result.model.training = try message.training.compactMap { try step($0, of: message, functions) }
    return result
  }

  /// The model without its training.
  func graph(
    of message: ModelProto, _ functions: [FunctionProto.Key: FunctionProto]
  ) throws -> ImportedModel {
    let inputs = try TensorInputs(of: message.graph, options)
    var message = message
    message.graph.inputs = inputs.tensors
    let symbols = try SymbolTable(in: message.graph, fixed: inputs.dimensions)
    let graph = GraphImport(
      name: message.graph.name, symbols: symbols.names, taken: Self.names(in: message.graph), functions: functions)
    let scope = ImportScope(opsets: message.opsets)
    var result = ImportedModel(
      model: ONNXModel(
        graph: Graph(name: ""), parameters: [:], producerName: message.producerName,
        producerVersion: message.producerVersion, documentation: message.documentation, metadata: message.metadata),
      initializers: [])
    do {
      try addInputs(of: message.graph, symbols, graph, scope)
      for (name, value) in inputs.others { try scope.bind(name, value) }
      try addInitializers(of: message.graph, graph, scope, &result)
      try graph.add(message.graph.nodes, in: scope)
      try addOutputs(of: message.graph, symbols, graph, scope, &result)
      result.model.graph = graph.builder.graph
      try result.model.graph.verify()
    } catch let error as GraphError {
      throw ONNXError(code: .graph, message: "graph '\(message.graph.name)' is not valid", cause: error)
    } catch let error as ONNXError where error.code == .graph {
      throw ONNXError(
        code: .graph, message: "graph '\(message.graph.name)' is not valid: \(error.message)", cause: error.cause)
    }
    return result
  }

  private func checkVersions(_ message: ModelProto) throws {
    guard ONNXImporter.irVersions.contains(message.irVersion) else {
      throw ONNXError(
        code: .unsupported,
        message: "the model has IR version \(message.irVersion), expected one of \(ONNXImporter.irVersions)")
    }
    guard let opset = message.opsets[Signature.onnxDomain] else {
      // A model of optimisers alone, or of scikit-learn, may name only their domain.
      if ImportedOperators.others.keys.contains(where: { message.opsets[$0] != nil }) { return }
      throw ONNXError(code: .malformed, message: "the model names no version of ONNX's operator set")
    }
    guard ONNXImporter.opsets.contains(opset) else {
      throw ONNXError(
        code: .unsupported,
        message: "the model uses operator set \(opset), expected one of \(ONNXImporter.opsets); "
          + "onnx.version_converter can convert it")
    }
  }

  /// All names of a graph, which names of inlined nodes must avoid.
  private static func names(in graph: GraphProto) -> Set<String> {
    Set(
      graph.nodes.flatMap { $0.outputs + [$0.name] } + graph.inputs.map(\.name) + graph.initializers.map(\.name)
        + graph.outputs.map(\.name))
  }

  /// An input that is also an initializer has a default. Here it is that default. One with a value is a constant.
  private func addInputs(
    of message: GraphProto, _ symbols: SymbolTable, _ graph: GraphImport, _ scope: ImportScope
  ) throws {
    let defaults = Dictionary(message.initializers.map { ($0.name, $0) }) { first, _ in first }
    for input in message.inputs {
      let type = try symbols.type(of: input, label: "input '\(input.name)'")
      if let value = options.values[input.name] {
        guard value.dtype == type.dtype, type.shape.admits(value.shape) else {
          throw ONNXError(
            code: .tensor,
            message: "input '\(input.name)' is given as \(value.type), expected "
              + graph.builder.graph.describe(type))
        }
        try graph.builder.constant(value, named: input.name)
      } else if let initial = defaults[input.name] {
        guard initial.value.dtype == type.dtype, type.shape.admits(initial.value.shape) else {
          throw ONNXError(
            code: .tensor,
            message: "initializer '\(input.name)' does not have the type \(type) of the input of that name")
        }
        continue
      } else {
        try graph.builder.input(input.name, type)
      }
      try scope.bind(input.name, .tensor(CompositionValue(name: input.name)))
      if case .tensor(let element, _)? = input.type { graph.note(element, of: CompositionValue(name: input.name)) }
    }
  }

  private func addInitializers(
    of message: GraphProto, _ graph: GraphImport, _ scope: ImportScope, _ result: inout ImportedModel
  ) throws {
    let roles = InitializerRoles(of: message, options)
    for tensor in message.initializers where options.values[tensor.name] == nil {
      let decision = roles.role(of: tensor)
      result.initializers.append(decision)
      if decision.role == .constant {
        try graph.builder.constant(tensor.value, named: tensor.name)
      } else {
        try graph.builder.parameter(tensor.name, tensor.value.type, isTrainable: decision.role == .parameter)
        result.model.parameters[tensor.name] = tensor.value
      }
      try scope.bind(tensor.name, .tensor(CompositionValue(name: tensor.name)))
      graph.note(tensor.type, of: CompositionValue(name: tensor.name))
    }
  }

  private func addOutputs(
    of message: GraphProto, _ symbols: SymbolTable, _ graph: GraphImport, _ scope: ImportScope,
    _ result: inout ImportedModel
  ) throws {
    for output in message.outputs {
      guard let value = scope[output.name] else {
        throw ONNXError(code: .graph, message: "the graph has no value '\(output.name)'")
      }
      guard case .tensor(let tensor) = value.content else {
        try addElements(of: value, of: output, graph)
        continue
      }
      if tensor.name != output.name {
        // The result of a subgraph or an operator that passes its input on.
        try graph.builder.append(
          Node(
            name: "\(output.name)_name", op: .identity, inputs: [tensor.name], outputs: [output.name]))
      }
      try check(output, try graph.builder.type(of: output.name), symbols, graph, &result)
      if !output.metadata.contains(where: { $0.key == Tags.hidden }) { try graph.builder.output(output.name) }
      for tag in output.metadata where tag.key == Tags.update { graph.builder.update(tag.value, to: output.name) }
    }
  }

  /// A graph has no sequences. An output for each element takes the place of one: `name_0`, `name_1`, …
  private func addElements(of value: ImportedValue, of output: ValueInfoProto, _ graph: GraphImport) throws {
    guard case .sequence(let elements) = value.content else {
      throw ONNXError(
        code: .unsupported, message: "output '\(output.name)' is an empty \(value.kind), expected a tensor")
    }
    for (index, element) in elements.enumerated() {
      guard case .tensor(let tensor) = element else {
        throw ONNXError(
          code: .unsupported, message: "output '\(output.name)' is a sequence of \(element.kind)s, expected tensors")
      }
      let name = "\(output.name)_\(index)"
      try graph.builder.append(Node(name: "\(name)_name", op: .identity, inputs: [tensor.name], outputs: [name]))
      try graph.builder.output(name)
    }
  }

  /// Compares the type of an output with the declared one. Where a declared extent contradicts the nodes, the nodes are
  /// right: PyTorch writes wrong ones, and ONNX Runtime warns.
  private func check(
    _ output: ValueInfoProto, _ type: TensorType, _ symbols: SymbolTable, _ graph: GraphImport,
    _ result: inout ImportedModel
  ) throws {
    guard case .tensor(_, .some)? = output.type else { return }
    let declared = try symbols.type(of: output, label: "output '\(output.name)'")
    let difference =
      "output '\(output.name)' is declared \(graph.builder.graph.describe(declared)), but the graph produces "
      + graph.builder.graph.describe(type)
    guard declared.dtype == type.dtype else { throw ONNXError(code: .graph, message: difference) }
    if !declared.shape.admits(type.shape) { result.notes.append(difference) }
  }
}

extension Shape {
  /// Whether a value of shape `other` fits this declared shape: symbols match anything.
  fileprivate func admits(_ other: Shape) -> Bool {
    rank == other.rank && zip(self, other).allSatisfy { $0 == $1 || $0 < 0 || $1 < 0 }
  }
}
