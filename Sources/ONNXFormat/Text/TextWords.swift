import CONNX

/// The reserved words of ONNX's textual syntax, besides element types.
enum TextWords {
  /// The kinds of attributes, by their words.
  static let attributeTypes: [String: Onnx__AttributeProto__AttributeType] = [
    "float": ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT, "floats": ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS,
    "int": ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT, "ints": ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS,
    "string": ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING,
    "strings": ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRINGS,
    "tensor": ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR,
    "tensors": ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSORS,
    "graph": ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPH, "graphs": ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPHS,
    "type_proto": ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TYPE_PROTO,
    "type_protos": ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TYPE_PROTOS,
    "sparse_tensor": ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__SPARSE_TENSOR,
    "sparse_tensors": ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__SPARSE_TENSORS,
  ]

  /// The words that begin a type, besides those of element types.
  static let types: Set = ["seq", "map", "optional", "sparse_tensor", "opaque"]

  /// Whether a word begins a type.
  static func isType(_ word: String) -> Bool { types.contains(word) || TextElement(word: word) != nil }

  /// Whether a name needs no quotes.
  static func isIdentifier(_ name: String) -> Bool {
    guard let first = name.utf8.first else { return false }
    return !first.isDigit && name.utf8.allSatisfy(\.isIdentifier)
  }
}
