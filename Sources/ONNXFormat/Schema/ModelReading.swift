import CONNX
import GraphIR

/// Converts the messages of protobuf-c to Swift values.
struct ModelReading {
  let tensors: TensorDecoding

  /// - throws: ``ONNXError`` with code `malformed` for a message without a required field, `unsupported` for features
  ///   that are read nowhere, and those of ``TensorDecoding``.
  func model(_ message: Onnx__ModelProto) throws -> ModelProto {
    guard let graph = message.graph?.pointee else {
      throw ONNXError(code: .malformed, message: "the model has no graph")
    }
    return ModelProto(
      irVersion: Int(message.ir_version), opsets: opsets(message.opset_import, message.n_opset_import),
      producerName: text(message.producer_name), producerVersion: text(message.producer_version),
      documentation: text(message.doc_string), graph: try self.graph(graph),
      functions: try messages(message.functions, message.n_functions).map(function),
      training: try messages(message.training_info, message.n_training_info).map(trainingInfo),
      metadata: entries(message.metadata_props, message.n_metadata_props))
  }

  private func trainingInfo(_ message: Onnx__TrainingInfoProto) throws -> TrainingInfoProto {
    TrainingInfoProto(
      initialization: try (message.initialization?.pointee).map(graph),
      algorithm: try (message.algorithm?.pointee).map(graph),
      initializationBinding: bindings(message.initialization_binding, message.n_initialization_binding),
      updateBinding: bindings(message.update_binding, message.n_update_binding))
  }

  private func graph(_ message: Onnx__GraphProto) throws -> GraphProto {
    let name = text(message.name)
    guard message.n_sparse_initializer == 0 else {
      throw ONNXError(code: .unsupported, message: "graph '\(name)' has sparse initializers; expected dense ones")
    }
    return GraphProto(
      name: name, nodes: try messages(message.node, message.n_node).map(node),
      initializers: try messages(message.initializer, message.n_initializer).map { tensor in
        try self.tensor(tensor, label: "initializer '\(text(tensor.name))'")
      },
      inputs: try messages(message.input, message.n_input).map { try value($0, "input") },
      outputs: try messages(message.output, message.n_output).map { try value($0, "output") })
  }

  private func tensor(_ message: Onnx__TensorProto, label: String) throws -> TensorProto {
    TensorProto(
      name: text(message.name), type: try ElementType(code: Int(message.data_type), of: label),
      value: try tensors.value(of: message, label: label),
      metadata: entries(message.metadata_props, message.n_metadata_props))
  }

  private func function(_ message: Onnx__FunctionProto) throws -> FunctionProto {
    FunctionProto(
      key: .init(
        domain: Self.domain(message.domain), name: text(message.name), overload: text(message.overload)),
      inputs: texts(message.input, message.n_input), outputs: texts(message.output, message.n_output),
      attributes: texts(message.attribute, message.n_attribute),
      defaults: try attributes(
        message.attribute_proto, message.n_attribute_proto, label: "function '\(text(message.name))'"),
      nodes: try messages(message.node, message.n_node).map(node),
      opsets: opsets(message.opset_import, message.n_opset_import))
  }

  private func node(_ message: Onnx__NodeProto) throws -> NodeProto {
    let label = "node '\(text(message.name))' (\(text(message.op_type)))"
    return NodeProto(
      name: text(message.name), opType: text(message.op_type), domain: Self.domain(message.domain),
      overload: text(message.overload), inputs: texts(message.input, message.n_input),
      outputs: texts(message.output, message.n_output),
      attributes: try attributes(message.attribute, message.n_attribute, label: label))
  }

  private func attributes(
    _ list: UnsafeMutablePointer<UnsafeMutablePointer<Onnx__AttributeProto>?>?, _ count: Int, label: String
  ) throws -> [AttributeProto] {
    var names: Set<String> = []
    return try messages(list, count).map { message in
      let name = text(message.name)
      let place = "\(label), attribute '\(name)'"
      guard names.insert(name).inserted else {
        throw ONNXError(code: .malformed, message: "\(place) is there twice")
      }
      return AttributeProto(
        name: name, value: try attribute(message, place),
        elementType: (message.t?.pointee).flatMap { ElementType(rawValue: Int($0.data_type)) })
    }
  }

  private func attribute(_ message: Onnx__AttributeProto, _ label: String) throws -> AttributeProto.Value {
    let reference = text(message.ref_attr_name)
    guard reference.isEmpty else { return .reference(reference) }
    switch message.type {
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT: return .value(.int(Int(message.i)))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT: return .value(.float(message.f))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING: return .value(.string(try string(message.s, label)))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS:
      return .value(.ints(UnsafeBufferPointer(start: message.ints, count: message.n_ints).map(Int.init)))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS:
      return .value(.floats(Array(UnsafeBufferPointer(start: message.floats, count: message.n_floats))))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRINGS:
      let strings = UnsafeBufferPointer(start: message.strings, count: message.n_strings)
      return .value(.strings(try strings.map { try string($0, label) }))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR:
      guard let tensor = message.t?.pointee else { throw absent("tensor", label) }
      return .value(.tensor(try tensors.value(of: tensor, label: label)))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPH:
      guard let graph = message.g?.pointee else { throw absent("graph", label) }
      return .graph(try self.graph(graph))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TYPE_PROTO:
      guard let type = message.tp?.pointee, let decoded = try self.type(type, label) else {
        throw absent("type", label)
      }
      return .type(decoded)
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSORS: return .other("TENSORS")
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPHS: return .other("GRAPHS")
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__SPARSE_TENSOR: return .other("SPARSE_TENSOR")
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__SPARSE_TENSORS: return .other("SPARSE_TENSORS")
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TYPE_PROTOS: return .other("TYPE_PROTOS")
    default: throw ONNXError(code: .malformed, message: "\(label) has no type")
    }
  }

  private func value(_ message: Onnx__ValueInfoProto, _ kind: String) throws -> ValueInfoProto {
    let name = text(message.name)
    return ValueInfoProto(
      name: name, type: try message.type.flatMap { try type($0.pointee, "\(kind) '\(name)'") },
      metadata: messages(message.metadata_props, message.n_metadata_props).map { (text($0.key), text($0.value)) })
  }

  /// A type; nil if the message sets none.
  private func type(_ message: Onnx__TypeProto, _ label: String) throws -> TypeProto? {
    switch message.value_case {
    case ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE:
      guard let tensor = message.tensor_type?.pointee else { return nil }
      let shape = try (tensor.shape?.pointee).map { shape in
        try messages(shape.dim, shape.n_dim).enumerated().map { try dimension($1, axis: $0, label) }
      }
      return .tensor(try ElementType(code: Int(tensor.elem_type), of: label), shape)
    case ONNX__TYPE_PROTO__VALUE_SEQUENCE_TYPE:
      return .sequence(try (message.sequence_type?.pointee.elem_type?.pointee).flatMap { try type($0, label) })
    case ONNX__TYPE_PROTO__VALUE_OPTIONAL_TYPE:
      return .optional(try (message.optional_type?.pointee.elem_type?.pointee).flatMap { try type($0, label) })
    case ONNX__TYPE_PROTO__VALUE_MAP_TYPE: return .map
    case ONNX__TYPE_PROTO__VALUE_SPARSE_TENSOR_TYPE: return .sparseTensor
    case ONNX__TYPE_PROTO__VALUE_OPAQUE_TYPE: return .opaque
    default: return nil
    }
  }

  private func dimension(
    _ message: Onnx__TensorShapeProto__Dimension, axis: Int, _ label: String
  ) throws -> TypeProto.Dimension {
    switch message.value_case {
    case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE:
      guard message.dim_value >= 0 else {
        throw ONNXError(code: .malformed, message: "\(label) has the extent \(message.dim_value) on axis \(axis)")
      }
      return .value(Int(message.dim_value))
    case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM where text(message.dim_param) != "":
      return .parameter(text(message.dim_param))
    default: return .unknown
    }
  }

  private func string(_ data: ProtobufCBinaryData, _ label: String) throws -> String {
    let bytes = UnsafeBufferPointer(start: data.data, count: data.len)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ONNXError(code: .malformed, message: "\(label) is no UTF-8 text")
    }
    return text
  }

  private func absent(_ kind: String, _ label: String) -> ONNXError {
    ONNXError(code: .malformed, message: "\(label) is said to be a \(kind), but has none")
  }

  /// ONNX's own domain has two names.
  private static func domain(_ name: UnsafeMutablePointer<CChar>?) -> String {
    let domain = text(name)
    return domain == "ai.onnx" ? Signature.onnxDomain : domain
  }

  private func opsets(
    _ list: UnsafeMutablePointer<UnsafeMutablePointer<Onnx__OperatorSetIdProto>?>?, _ count: Int
  ) -> [String: Int] {
    Dictionary(messages(list, count).map { (Self.domain($0.domain), Int($0.version)) }) { first, _ in first }
  }

  private func entries(
    _ list: UnsafeMutablePointer<UnsafeMutablePointer<Onnx__StringStringEntryProto>?>?, _ count: Int
  ) -> [String: String] {
    Dictionary(bindings(list, count).map { ($0.key, $0.value) }) { first, _ in first }
  }

  private func bindings(
    _ list: UnsafeMutablePointer<UnsafeMutablePointer<Onnx__StringStringEntryProto>?>?, _ count: Int
  ) -> [TrainingInfoProto.Binding] {
    messages(list, count).map { (text($0.key), text($0.value)) }
  }
}
