import CONNX
import GraphIR

/// Builds the messages of one model in an arena.
struct ModelEncoding {
  let arena: MessageArena
  /// The graph in plain ONNX.
  let graph: Graph
  /// The type of every value of the graph.
  let types: [String: TensorType]

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
      message.graph = try graphMessage(model.parameters, model.defaults)
      (message.n_metadata_props, message.metadata_props) = arena.list(
        try model.metadata.sorted { $0.key < $1.key }.map(entry))
    }
  }

  private func graphMessage(
    _ values: [String: TensorValue], _ defaults: [String: TensorValue]
  ) throws -> UnsafeMutablePointer<Onnx__GraphProto> {
    guard !graph.name.isEmpty else { throw ONNXError(code: .graph, message: "the graph has no name, expected one") }
    return try arena.make(onnx__graph_proto__init) { message in
      message.name = try arena.string(graph.name)
      (message.n_input, message.input) = arena.list(try graph.inputs.map { try valueInfo($0.name, $0.type) })
      (message.n_initializer, message.initializer) = arena.list(
        try graph.parameters.map { try initializer($0, values) } + graph.constants.map(initializer)
          + graph.inputs.compactMap { input in try defaults[input.name].map { try initializer(input, default: $0) } })
      (message.n_node, message.node) = arena.list(try graph.nodes.map(node))
      (message.n_output, message.output) = arena.list(try outputs())
      (message.n_value_info, message.value_info) = arena.list(try intermediates())
    }
  }

  private func initializer(
    _ parameter: Graph.Parameter, _ values: [String: TensorValue]
  ) throws -> UnsafeMutablePointer<Onnx__TensorProto> {
    guard let value = values[parameter.name] else {
      throw ONNXError(code: .graph, message: "parameter '\(parameter.name)' of graph '\(graph.name)' has no value")
    }
    guard value.type == parameter.type else {
      throw ONNXError(
        code: .graph,
        message: "parameter '\(parameter.name)' of graph '\(graph.name)' has a value of type \(value.type), expected "
          + "\(parameter.type)")
    }
    return try tagged(arena.tensor(value, name: parameter.name), parameter.isTrainable ? .parameter : .buffer)
  }

  /// The default of an input. A reader of the file that does not set the input sees a parameter.
  private func initializer(
    _ input: Graph.Value, default value: TensorValue
  ) throws -> UnsafeMutablePointer<Onnx__TensorProto> {
    try initializer(Graph.Parameter(name: input.name, type: input.type), [input.name: value])
  }

  private func initializer(_ constant: Graph.Constant) throws -> UnsafeMutablePointer<Onnx__TensorProto> {
    try tagged(arena.tensor(constant.value, name: constant.name), .constant)
  }

  private func tagged(
    _ tensor: UnsafeMutablePointer<Onnx__TensorProto>, _ role: ImportedInitializer.Role
  ) throws -> UnsafeMutablePointer<Onnx__TensorProto> {
    let tags = [try entry(Tags.role, role.rawValue)]
    (tensor.pointee.n_metadata_props, tensor.pointee.metadata_props) = arena.list(tags)
    return tensor
  }

  private func node(_ node: Node) throws -> UnsafeMutablePointer<Onnx__NodeProto> {
    try arena.make(onnx__node_proto__init) { message in
      message.name = try arena.string(node.name)
      message.op_type = try arena.string(node.op.rawValue)
      (message.n_input, message.input) = arena.list(try node.givenInputs.map(arena.string))
      (message.n_output, message.output) = arena.list(try node.outputs.map(arena.string))
      (message.n_attribute, message.attribute) = arena.list(try node.attributes.sorted.map(attribute))
    }
  }

  private func attribute(
    _ name: String, _ value: AttributeValue
  ) throws -> UnsafeMutablePointer<Onnx__AttributeProto> {
    try arena.make(onnx__attribute_proto__init) { message in
      message.name = try arena.string(name)
      message.has_type = 1
      switch value {
      case .int(let number):
        message.type = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT
        (message.has_i, message.i) = (1, Int64(number))
      case .float(let number):
        message.type = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT
        (message.has_f, message.f) = (1, number)
      case .string(let text):
        message.type = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING
        (message.has_s, message.s) = (1, arena.bytes(text))
      case .ints(let numbers):
        message.type = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS
        (message.n_ints, message.ints) = arena.array(numbers.map(Int64.init))
      case .floats(let numbers):
        message.type = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS
        (message.n_floats, message.floats) = arena.array(numbers)
      case .strings(let texts):
        message.type = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRINGS
        (message.n_strings, message.strings) = arena.array(texts.map(arena.bytes))
      case .tensor(let value):
        message.type = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR
        message.t = try arena.tensor(value)
      }
    }
  }

  /// The graph's outputs, then the next values of parameters that are not among them.
  private func outputs() throws -> [UnsafeMutablePointer<Onnx__ValueInfoProto>] {
    var parameters = Dictionary(grouping: graph.updates, by: \.value).mapValues { $0.map(\.parameter) }
    var declared: Set<String> = []
    var messages = try graph.outputs.map { output in
      guard declared.insert(output.name).inserted else {
        throw ONNXError(code: .graph, message: "graph '\(graph.name)' has the output '\(output.name)' twice")
      }
      let updated = parameters.removeValue(forKey: output.name) ?? []
      return try valueInfo(output.name, output.type, updated.map { try entry(Tags.update, $0) })
    }
    for update in graph.updates {
      guard let updated = parameters.removeValue(forKey: update.value), let type = types[update.value] else { continue }
      let tags = try updated.map { try entry(Tags.update, $0) } + [entry(Tags.hidden, "true")]
      messages.append(try valueInfo(update.value, type, tags))
    }
    return messages
  }

  private func intermediates() throws -> [UnsafeMutablePointer<Onnx__ValueInfoProto>] {
    let ends = Set(graph.outputs.map(\.name) + graph.updates.map(\.value))
    return try graph.nodes.flatMap(\.outputs).compactMap { name in
      guard !ends.contains(name), let type = types[name] else { return nil }
      return try valueInfo(name, type)
    }
  }

  private func valueInfo(
    _ name: String, _ type: TensorType, _ tags: [UnsafeMutablePointer<Onnx__StringStringEntryProto>] = []
  ) throws -> UnsafeMutablePointer<Onnx__ValueInfoProto> {
    try arena.make(onnx__value_info_proto__init) { message in
      message.name = try arena.string(name)
      message.type = try arena.make(onnx__type_proto__init) { container in
        container.value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE
        container.tensor_type = try arena.make(onnx__type_proto__tensor__init) { tensor in
          (tensor.has_elem_type, tensor.elem_type) = (1, Int32(type.dtype.onnxCode))
          tensor.shape = try arena.make(onnx__tensor_shape_proto__init) { shape in
            (shape.n_dim, shape.dim) = arena.list(try type.shape.map(dimension))
          }
        }
      }
      (message.n_metadata_props, message.metadata_props) = arena.list(tags)
    }
  }

  private func dimension(_ extent: Int) throws -> UnsafeMutablePointer<Onnx__TensorShapeProto__Dimension> {
    try arena.make(onnx__tensor_shape_proto__dimension__init) { message in
      if extent < 0 {
        message.value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM
        message.dim_param = try arena.string(graph.symbol(of: extent))
      } else {
        message.value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE
        message.dim_value = Int64(extent)
      }
    }
  }

  private func entry(_ key: String, _ value: String) throws -> UnsafeMutablePointer<Onnx__StringStringEntryProto> {
    try arena.make(onnx__string_string_entry_proto__init) { message in
      message.key = try arena.string(key)
      message.value = try arena.string(value)
    }
  }
}

extension Node {
  /// The inputs without trailing optional ones that are left out. ONNX allows empty names for these, but some kernels
  /// of ONNX Runtime crash on them.
  fileprivate var givenInputs: ArraySlice<String> { inputs[...(inputs.lastIndex { !$0.isEmpty } ?? -1)] }
}
