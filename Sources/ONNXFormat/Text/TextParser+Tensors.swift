import CONNX

extension TextParser {
  /// The tensor after the name and the type of an initializer; nil if `=` is not next.
  mutating func initializer(
    of value: UnsafeMutablePointer<Onnx__ValueInfoProto>
  ) throws -> UnsafeMutablePointer<Onnx__TensorProto>? {
    guard lexer.skip("=") else { return nil }
    let tensor = try make(onnx__tensor_proto__init)
    tensor.pointee.name = value.pointee.name
    try read(tensor, of: value.pointee.type)
    return tensor
  }

  /// Reads the elements of a tensor: numbers or texts in braces, the place of external data in brackets, or nothing.
  mutating func read(
    _ tensor: UnsafeMutablePointer<Onnx__TensorProto>, of type: UnsafeMutablePointer<Onnx__TypeProto>?
  ) throws {
    guard let type = type?.pointee, type.value_case == ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE,
      let tensorType = type.tensor_type?.pointee, let shape = tensorType.shape?.pointee,
      let element = TextElement(code: tensorType.elem_type)
    else { throw lexer.error(expected: "no value, as its type is not that of a tensor with known extents") }
    let extents = try messages(shape.dim, shape.n_dim).map { dimension in
      guard dimension.value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE else {
        throw lexer.error(expected: "no value, as not all extents of its type are numbers")
      }
      return dimension.dim_value
    }
    (tensor.pointee.has_data_type, tensor.pointee.data_type) = (1, element.code)
    (tensor.pointee.n_dims, tensor.pointee.dims) = arena.array(extents)
    if lexer.skip("{") {
      try readElements(of: tensor, element.field)
    } else if lexer.next() == UInt8(ascii: "[") {
      tensor.pointee.has_data_location = 1
      tensor.pointee.data_location = ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL
      (tensor.pointee.n_external_data, tensor.pointee.external_data) = arena.list(try entries())
    }
  }

  private mutating func readElements(
    of tensor: UnsafeMutablePointer<Onnx__TensorProto>, _ field: TextElement.Field
  ) throws {
    switch field {
    case .float:
      (tensor.pointee.n_float_data, tensor.pointee.float_data) = arena.array(
        try list(until: "}") { try $0.lexer.real(Float.self) })
    case .double:
      (tensor.pointee.n_double_data, tensor.pointee.double_data) = arena.array(
        try list(until: "}") { try $0.lexer.real(Double.self) })
    case .int32:
      (tensor.pointee.n_int32_data, tensor.pointee.int32_data) = arena.array(
        try list(until: "}") { try $0.lexer.integer(Int32.self) })
    case .int64:
      (tensor.pointee.n_int64_data, tensor.pointee.int64_data) = arena.array(
        try list(until: "}") { try $0.lexer.integer(Int64.self) })
    case .uint64:
      (tensor.pointee.n_uint64_data, tensor.pointee.uint64_data) = arena.array(
        try list(until: "}") { try $0.lexer.integer(UInt64.self) })
    case .string:
      (tensor.pointee.n_string_data, tensor.pointee.string_data) = arena.array(
        try list(until: "}") { parser in parser.arena.bytes(try parser.lexer.quoted()) })
    }
  }
}
