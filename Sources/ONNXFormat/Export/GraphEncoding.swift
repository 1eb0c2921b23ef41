import CONNX
import GraphIR

/// Builds the messages of one graph in an arena.
struct GraphEncoding {
  let arena: MessageArena
  /// The graph in plain ONNX.
  private let graph: Graph
  /// The type of every value of the graph.
  private let types: [String: TensorType]

  /// - throws: ``ONNXError`` for a graph that does not verify or has no name.
  init(_ graph: Graph, in arena: MessageArena) throws {
    self.arena = arena
    do {
      try graph.verify()
      self.graph = try graph.loweringToOpset()
      types = try self.graph.verify()
    } catch {
      throw ONNXError(code: .graph, message: "graph '\(graph.name)' can't be exported", cause: error)
    }
    guard !graph.name.isEmpty else { throw ONNXError(code: .graph, message: "the graph has no name, expected one") }
  }

  /// The names of all values but the parameters.
  var names: Set<String> {
    Set(graph.inputs.map(\.name) + graph.constants.map(\.name) + graph.nodes.flatMap(\.outputs)).subtracting([""])
  }

  /// A graph that is complete: with its parameters, and the defaults of inputs.
  func message(
    _ values: [String: TensorValue], _ defaults: [String: TensorValue]
  ) throws -> UnsafeMutablePointer<Onnx__GraphProto> {
    let parameters = try graph.parameters.map { try initializer($0, values) }
    let defaults = try graph.inputs.compactMap { input in
      try defaults[input.name].map { try initializer(input, default: $0) }
    }
    return try message(
      initializers: parameters + graph.constants.map(initializer) + defaults, outputs: outputs())
  }

  /// A graph whose parameters are those of another graph of the model, and the bindings of its updates.
  func part() throws -> (
    graph: UnsafeMutablePointer<Onnx__GraphProto>, bindings: [UnsafeMutablePointer<Onnx__StringStringEntryProto>]
  ) {
    var declared: Set<String> = []
    let outputs = try (graph.outputs.map(\.name) + graph.updates.map(\.value)).compactMap { name in
      try declared.insert(name).inserted ? types[name].map { try valueInfo(name, $0) } : nil
    }
    return (
      try message(initializers: graph.constants.map(initializer), outputs: outputs),
      try graph.updates.map { try arena.entry($0.parameter, $0.value) }
    )
  }

  private func message(
    initializers: [UnsafeMutablePointer<Onnx__TensorProto>], outputs: [UnsafeMutablePointer<Onnx__ValueInfoProto>]
  ) throws -> UnsafeMutablePointer<Onnx__GraphProto> {
    try arena.make(onnx__graph_proto__init) { message in
      message.name = try arena.string(graph.name)
      (message.n_input, message.input) = arena.list(try graph.inputs.map { try valueInfo($0.name, $0.type) })
      (message.n_initializer, message.initializer) = arena.list(initializers)
      (message.n_node, message.node) = arena.list(try graph.nodes.map(node))
      (message.n_output, message.output) = arena.list(outputs)
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
    return try tagged(arena.initializer(value, name: parameter.name), parameter.isTrainable ? .parameter : .buffer)
  }

  /// The default of an input. A reader of the file that does not set the input sees a parameter.
  private func initializer(
    _ input: Graph.Value, default value: TensorValue
  ) throws -> UnsafeMutablePointer<Onnx__TensorProto> {
    try initializer(Graph.Parameter(name: input.name, type: input.type), [input.name: value])
  }

  private func initializer(_ constant: Graph.Constant) throws -> UnsafeMutablePointer<Onnx__TensorProto> {
    try tagged(arena.initializer(constant.value, name: constant.name), .constant)
  }

  private func tagged(
    _ tensor: UnsafeMutablePointer<Onnx__TensorProto>, _ role: ImportedInitializer.Role
  ) throws -> UnsafeMutablePointer<Onnx__TensorProto> {
    let tags = [try arena.entry(Tags.role, role.rawValue)]
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
      return try valueInfo(output.name, output.type, updated.map { try arena.entry(Tags.update, $0) })
    }
    for update in graph.updates {
      guard let updated = parameters.removeValue(forKey: update.value), let type = types[update.value] else { continue }
      let tags = try updated.map { try arena.entry(Tags.update, $0) } + [arena.entry(Tags.hidden, "true")]
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
}

extension Node {
  /// The inputs without trailing optional ones that are left out. ONNX allows empty names for these, but some kernels
  /// of ONNX Runtime crash on them.
  fileprivate var givenInputs: ArraySlice<String> { inputs[...(inputs.lastIndex { !$0.isEmpty } ?? -1)] }
}
