import CONNX

extension TextParser {
  /// Whether a type is next.
  mutating func typeIsNext() -> Bool { lexer.upcomingIdentifier().map(TextWords.isType) ?? false }

  /// A name, and its type before it if there is one.
  mutating func valueInfo() throws -> UnsafeMutablePointer<Onnx__ValueInfoProto> {
    let value = try make(onnx__value_info_proto__init)
    try annotations {
      value.pointee.doc_string = $0
      (value.pointee.n_metadata_props, value.pointee.metadata_props) = $1
    }
    if typeIsNext() { value.pointee.type = try type(nestedIn: 2) }
    value.pointee.name = try name("the name of a value")
    return value
  }

  /// A type; `levels` messages are between it and the last one that counts.
  mutating func type(nestedIn levels: Int) throws -> UnsafeMutablePointer<Onnx__TypeProto> {
    try nested(levels) { parser in
      let type = try parser.make(onnx__type_proto__init)
      _ = parser.lexer.next()
      let start = parser.lexer.position
      let word = parser.lexer.identifier() ?? ""
      if let element = TextElement(word: word) {
        let tensor = try parser.make(onnx__type_proto__tensor__init)
        (tensor.pointee.has_elem_type, tensor.pointee.elem_type) = (1, element.code)
        tensor.pointee.shape = try parser.shape()
        type.pointee.value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE
        type.pointee.tensor_type = tensor
        return type
      }
      guard TextWords.types.contains(word) else { throw parser.lexer.error(expected: "a type", at: start) }
      try parser.lexer.expect("(")
      switch word {
      case "seq":
        let sequence = try parser.make(onnx__type_proto__sequence__init)
        sequence.pointee.elem_type = try parser.type(nestedIn: 2)
        type.pointee.value_case = ONNX__TYPE_PROTO__VALUE_SEQUENCE_TYPE
        type.pointee.sequence_type = sequence
      case "optional":
        let optional = try parser.make(onnx__type_proto__optional__init)
        optional.pointee.elem_type = try parser.type(nestedIn: 2)
        type.pointee.value_case = ONNX__TYPE_PROTO__VALUE_OPTIONAL_TYPE
        type.pointee.optional_type = optional
      case "map":
        let map = try parser.make(onnx__type_proto__map__init)
        (map.pointee.has_key_type, map.pointee.key_type) = (1, try parser.element().code)
        try parser.lexer.expect(",")
        map.pointee.value_type = try parser.type(nestedIn: 2)
        type.pointee.value_case = ONNX__TYPE_PROTO__VALUE_MAP_TYPE
        type.pointee.map_type = map
      case "sparse_tensor":
        let tensor = try parser.make(onnx__type_proto__sparse_tensor__init)
        (tensor.pointee.has_elem_type, tensor.pointee.elem_type) = (1, try parser.element().code)
        tensor.pointee.shape = try parser.shape()
        type.pointee.value_case = ONNX__TYPE_PROTO__VALUE_SPARSE_TENSOR_TYPE
        type.pointee.sparse_tensor_type = tensor
      default:
        type.pointee.value_case = ONNX__TYPE_PROTO__VALUE_OPAQUE_TYPE
        type.pointee.opaque_type = try parser.opaque()
      }
      try parser.lexer.expect(")")
      return type
    }
  }

  private mutating func element() throws -> TextElement {
    _ = lexer.next()
    let start = lexer.position
    guard let element = lexer.identifier().flatMap(TextElement.init(word:)) else {
      throw lexer.error(expected: "an element type, such as float", at: start)
    }
    return element
  }

  /// The shape of a tensor: nothing for a scalar, `[]` for an unknown rank, which is nil.
  private mutating func shape() throws -> UnsafeMutablePointer<Onnx__TensorShapeProto>? {
    var dimensions: [UnsafeMutablePointer<Onnx__TensorShapeProto__Dimension>] = []
    if lexer.skip("[") {
      dimensions = try list(until: "]") { try $0.dimension() }
      guard !dimensions.isEmpty else { return nil }
    }
    let shape = try make(onnx__tensor_shape_proto__init)
    (shape.pointee.n_dim, shape.pointee.dim) = arena.list(dimensions)
    return shape
  }

  private mutating func dimension() throws -> UnsafeMutablePointer<Onnx__TensorShapeProto__Dimension> {
    let dimension = try make(onnx__tensor_shape_proto__dimension__init)
    guard !lexer.skip("?") else { return dimension }
    if let name = try lexer.name() {
      dimension.pointee.value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM
      dimension.pointee.dim_param = try string(name)
    } else {
      dimension.pointee.value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE
      dimension.pointee.dim_value = try lexer.integer()
    }
    return dimension
  }

  /// Nothing, a name, or a domain and a name. A single name may have dots.
  private mutating func opaque() throws -> UnsafeMutablePointer<Onnx__TypeProto__Opaque> {
    let opaque = try make(onnx__type_proto__opaque__init)
    guard lexer.next() != UInt8(ascii: ")") else { return opaque }
    var parts: [String] = []
    repeat {
      guard let part = try lexer.name() else { throw lexer.error(expected: "the name of an opaque type") }
      parts.append(part)
    } while lexer.skip(".")
    let name = try string(parts.joined(separator: "."))
    if lexer.skip(",") {
      opaque.pointee.domain = name
      opaque.pointee.name = try self.name("the name of an opaque type")
    } else {
      opaque.pointee.name = name
    }
    return opaque
  }
}
