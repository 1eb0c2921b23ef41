import CONNX

extension TextPrinter {
  private static let attributeWords = Dictionary(
    uniqueKeysWithValues: TextWords.attributeTypes.map { ($0.value.rawValue, $0.key) })

  /// A name with its type, if it has one.
  mutating func value(_ value: Onnx__ValueInfoProto) throws {
    let name = ONNXFormat.text(value.name)
    let place = "value '\(name)'"
    try requireKnown(value.base, of: place)
    annotate(value.doc_string, value.metadata_props, value.n_metadata_props)
    if let type = value.type?.pointee, type.value_case != ONNX__TYPE_PROTO__VALUE__NOT_SET {
      put("\(try self.type(type, of: place)) \(TextPrinter.name(name))")
    } else {
      put(TextWords.isType(name) ? TextPrinter.quoted(name) : TextPrinter.name(name))
    }
  }

  /// A type.
  func type(_ type: Onnx__TypeProto, of place: String) throws -> String {
    func nested(_ type: UnsafeMutablePointer<Onnx__TypeProto>?) throws -> String {
      try self.type(required(type, "type of elements", of: place).pointee, of: place)
    }
    try requireKnown(type.base, of: place)
    try refuse(ONNXFormat.text(type.denotation) != "", "a denotation", of: place)
    switch type.value_case {
    case ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE:
      let tensor = try required(type.tensor_type, "type", of: place).pointee
      return try word(tensor.elem_type, of: place) + shape(tensor.shape, of: place)
    case ONNX__TYPE_PROTO__VALUE_SEQUENCE_TYPE:
      return "seq(\(try nested(required(type.sequence_type, "type", of: place).pointee.elem_type)))"
    case ONNX__TYPE_PROTO__VALUE_OPTIONAL_TYPE:
      return "optional(\(try nested(required(type.optional_type, "type", of: place).pointee.elem_type)))"
    case ONNX__TYPE_PROTO__VALUE_MAP_TYPE:
      let map = try required(type.map_type, "type", of: place).pointee
      return "map(\(try word(map.key_type, of: place)), \(try nested(map.value_type)))"
    case ONNX__TYPE_PROTO__VALUE_SPARSE_TENSOR_TYPE:
      let tensor = try required(type.sparse_tensor_type, "type", of: place).pointee
      return "sparse_tensor(\(try word(tensor.elem_type, of: place) + shape(tensor.shape, of: place)))"
    case ONNX__TYPE_PROTO__VALUE_OPAQUE_TYPE:
      let opaque = try required(type.opaque_type, "type", of: place).pointee
      let (domain, name) = (ONNXFormat.text(opaque.domain), ONNXFormat.text(opaque.name))
      if domain.isEmpty { return "opaque(\(name.isEmpty ? "" : TextPrinter.qualifiedName(name)))" }
      return "opaque(\(TextPrinter.qualifiedName(domain)), \(TextPrinter.name(name)))"
    default: throw ONNXError(code: .malformed, message: "\(place) has no type")
    }
  }

  /// The word of an element type.
  func word(_ code: Int32, of place: String) throws -> String {
    guard let element = TextElement(code: code) else {
      throw ONNXError(code: .unsupported, message: "\(place) has element type \(code), which ONNX 1.23 does not define")
    }
    return element.word
  }

  /// Nothing for a scalar, `[]` for an unknown rank.
  private func shape(_ shape: UnsafeMutablePointer<Onnx__TensorShapeProto>?, of place: String) throws -> String {
    guard let shape = shape?.pointee else { return "[]" }
    let extents = try messages(shape.dim, shape.n_dim).map { dimension in
      try requireKnown(dimension.base, of: place)
      try refuse(ONNXFormat.text(dimension.denotation) != "", "a denotation", of: place)
      return switch dimension.value_case {
      case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE: String(dimension.dim_value)
      case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM: TextPrinter.name(dimension.dim_param)
      default: "?"
      }
    }
    return extents.isEmpty ? "" : "[\(extents.joined(separator: ","))]"
  }

  /// An attribute of a node or a function.
  mutating func attribute(_ attribute: Onnx__AttributeProto, of owner: String) throws {
    let name = ONNXFormat.text(attribute.name)
    let place = "\(owner), attribute '\(name)',"
    try requireKnown(attribute.base, of: place)
    annotate(attribute.doc_string, nil, 0)
    let word = attribute.has_type != 0 ? Self.attributeWords[attribute.type.rawValue] : nil
    put(TextPrinter.name(name) + (word.map { ": \($0)" } ?? "") + " = ")
    let reference = ONNXFormat.text(attribute.ref_attr_name)
    guard reference.isEmpty else { return put("@\(TextPrinter.name(reference))") }
    switch word {
    case "int": put(String(attribute.i))
    case "float": put(Self.number(attribute.f))
    case "string": put(TextPrinter.quoted(UnsafeBufferPointer(start: attribute.s.data, count: attribute.s.len)))
    case "tensor": try tensor(required(attribute.t, "tensor", of: place).pointee, isInitializer: false, of: place)
    case "graph": try graph(required(attribute.g, "graph", of: place).pointee)
    case "type_proto": put(try type(required(attribute.tp, "type", of: place).pointee, of: place))
    case "ints":
      list("[", Array(UnsafeBufferPointer(start: attribute.ints, count: attribute.n_ints)), "]") { $0.put(String($1)) }
    case "floats":
      list("[", Array(UnsafeBufferPointer(start: attribute.floats, count: attribute.n_floats)), "]") {
        $0.put(Self.number($1))
      }
    case "strings":
      list("[", Array(UnsafeBufferPointer(start: attribute.strings, count: attribute.n_strings)), "]") {
        $0.put(TextPrinter.quoted(UnsafeBufferPointer(start: $1.data, count: $1.len)))
      }
    case "tensors":
      try list("[", messages(attribute.tensors, attribute.n_tensors), "]") {
        try $0.tensor($1, isInitializer: false, of: place)
      }
    case "graphs": try block("[", messages(attribute.graphs, attribute.n_graphs), "]") { try $0.graph($1) }
    case "type_protos":
      try list("[", messages(attribute.type_protos, attribute.n_type_protos), "]") {
        $0.put(try $0.type($1, of: place))
      }
    case "sparse_tensors" where attribute.n_sparse_tensors == 0: put("[]")
    case .some(let word): try refuse(true, "a value of type \(word)", of: place)
    case .none: throw ONNXError(code: .malformed, message: "\(place) has no type")
    }
  }

  /// The shortest number that is read as the same value.
  static func number(_ value: some BinaryFloatingPoint & LosslessStringConvertible) -> String {
    value.isNaN ? (value.sign == .minus ? "-nan" : "nan") : value.description
  }
}
