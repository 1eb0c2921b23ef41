import CONNX
import GraphIR

/// Converts ONNX's attributes to ours.
struct AttributeDecoding {
  let tensors: TensorDecoding

  /// The attributes of `node`; messages use `label` for it.
  ///
  /// - throws: ``ONNXError`` for an attribute without a type, a duplicate one, and one of a kind that no operator of
  ///   our vocabulary has.
  func attributes(of node: Onnx__NodeProto, label: String) throws -> Attributes {
    var result: Attributes = [:]
    for attribute in messages(node.attribute, node.n_attribute) {
      let name = text(attribute.name)
      let place = "\(label), attribute '\(name)'"
      guard result[name] == nil else { throw ONNXError(code: .malformed, message: "\(place) is there twice") }
      result[name] = try value(of: attribute, place)
    }
    return result
  }

  private func value(of attribute: Onnx__AttributeProto, _ label: String) throws -> AttributeValue {
    guard text(attribute.ref_attr_name).isEmpty else {
      throw ONNXError(code: .malformed, message: "\(label) refers to a function's attribute, but is in no function")
    }
    switch attribute.type {
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT: return .int(Int(attribute.i))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT: return .float(attribute.f)
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING: return .string(try string(attribute.s, label))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS:
      return .ints(UnsafeBufferPointer(start: attribute.ints, count: attribute.n_ints).map(Int.init))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS:
      return .floats(Array(UnsafeBufferPointer(start: attribute.floats, count: attribute.n_floats)))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRINGS:
      return .strings(
        try UnsafeBufferPointer(start: attribute.strings, count: attribute.n_strings).map { try string($0, label) })
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR:
      guard let tensor = attribute.t?.pointee else {
        throw ONNXError(code: .malformed, message: "\(label) is said to be a tensor, but has none")
      }
      return .tensor(try tensors.value(of: tensor, label: label))
    default:
      throw ONNXError(
        code: .unsupported,
        message: "\(label) has type \(attribute.type.rawValue), expected a number, a text, a list "
          + "of them or a tensor")
    }
  }

  private func string(_ data: ProtobufCBinaryData, _ label: String) throws -> String {
    let bytes = UnsafeBufferPointer(start: data.data, count: data.len)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ONNXError(code: .malformed, message: "\(label) is no UTF-8 text")
    }
    return text
  }
}
