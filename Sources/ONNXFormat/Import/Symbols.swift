import CONNX
import GraphIR

/// The symbolic dimensions of a graph, in order of appearance.
struct Symbols {
  /// The names; a dimension without one gets a generated name.
  private(set) var names: [String] = []
  private var indices: [String: Int] = [:]

  /// The symbols in the types of a graph's inputs, and then in those of its outputs.
  init(in graph: Onnx__GraphProto) {
    let values = messages(graph.input, graph.n_input) + messages(graph.output, graph.n_output)
    for value in values {
      for (axis, dimension) in Self.dimensions(of: value).enumerated() {
        guard let symbol = Self.symbol(dimension, axis, of: value), indices[symbol] == nil else { continue }
        indices[symbol] = names.count
        names.append(symbol)
      }
    }
  }

  /// The tensor type of `value`; messages use `label` for it.
  ///
  /// - throws: ``ONNXError`` for a value that is no tensor, or one of unknown rank.
  func type(of value: Onnx__ValueInfoProto, label: String) throws -> TensorType {
    guard let type = value.type?.pointee, type.value_case != ONNX__TYPE_PROTO__VALUE__NOT_SET else {
      throw ONNXError(code: .malformed, message: "\(label) has no type")
    }
    guard type.value_case == ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE, let tensor = type.tensor_type?.pointee else {
      throw ONNXError(code: .unsupported, message: "\(label) is a \(Self.kind(of: type)), expected a tensor")
    }
    let dtype = try DataType(checking: Int(tensor.elem_type), of: label)
    guard tensor.shape != nil else {
      throw ONNXError(code: .unsupported, message: "\(label) has an unknown rank, expected a shape")
    }
    let extents = try Self.dimensions(of: value).enumerated().map { axis, dimension in
      if let symbol = Self.symbol(dimension, axis, of: value) {
        guard let index = indices[symbol] else { preconditionFailure("symbol '\(symbol)' was not collected") }
        return -index - 1
      }
      guard dimension.dim_value >= 0 else {
        throw ONNXError(code: .malformed, message: "\(label) has the extent \(dimension.dim_value) on axis \(axis)")
      }
      return Int(dimension.dim_value)
    }
    return TensorType(dtype, Shape(extents))
  }

  private static func dimensions(of value: Onnx__ValueInfoProto) -> [Onnx__TensorShapeProto__Dimension] {
    guard let type = value.type?.pointee, type.value_case == ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE,
      let shape = type.tensor_type?.pointee.shape?.pointee
    else { return [] }
    return messages(shape.dim, shape.n_dim)
  }

  /// The symbol of a dimension; nil for a number.
  private static func symbol(
    _ dimension: Onnx__TensorShapeProto__Dimension, _ axis: Int, of value: Onnx__ValueInfoProto
  ) -> String? {
    switch dimension.value_case {
    case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE: return nil
    case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM where text(dimension.dim_param) != "":
      return text(dimension.dim_param)
    default: return "\(text(value.name))_dim_\(axis)"
    }
  }

  private static func kind(of type: Onnx__TypeProto) -> String {
    switch type.value_case {
    case ONNX__TYPE_PROTO__VALUE_SEQUENCE_TYPE: "sequence"
    case ONNX__TYPE_PROTO__VALUE_MAP_TYPE: "map"
    case ONNX__TYPE_PROTO__VALUE_OPTIONAL_TYPE: "optional"
    case ONNX__TYPE_PROTO__VALUE_SPARSE_TENSOR_TYPE: "sparse tensor"
    default: "value of an opaque type"
    }
  }
}
