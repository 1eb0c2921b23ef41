import CONNX

/// Texts of labels in drawings.
enum Dot {
  /// The most characters of a name or a value in a label.
  private static let longest = 40
  /// The most attributes in a label, and the most elements of one.
  private static let (mostAttributes, mostElements) = (8, 6)

  /// A text as a string of Graphviz, which reads backslashes as escapes, and names after ampersands as characters.
  static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\\": "\\\\"
      case "\"": "\\\""
      case "&": "&amp;"
      case "\n": "\\n"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f: " "
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }

  /// A text on one line that is not too long.
  static func short(_ text: String) -> String {
    let line = String(text.prefix(longest + 1).map { $0.isNewline ? " " : $0 })
    return line.count > longest ? line.prefix(longest - 1) + "…" : line
  }

  /// A type in ONNX's textual syntax; empty if there is none.
  static func type(_ type: UnsafeMutablePointer<Onnx__TypeProto>?) -> String {
    type.flatMap { try? TextPrinter(longest: 0).type($0.pointee, of: "") } ?? ""
  }

  /// The type of a tensor, and its value if it is a single element.
  static func tensor(_ tensor: Onnx__TensorProto) -> String {
    var printer = TextPrinter(longest: 1)
    var anonymous = tensor
    (anonymous.name, anonymous.doc_string, anonymous.n_metadata_props) = (nil, nil, 0)
    guard (try? printer.tensor(anonymous, isInitializer: false, of: "")) != nil else { return "" }
    let text = String(decoding: printer.text, as: UTF8.self)
    return short(text.hasSuffix(" =") ? String(text.dropLast(2)) : text)
  }

  /// A line for each attribute but graphs.
  static func lines(of attributes: [Onnx__AttributeProto]) -> [String] {
    let lines = attributes.compactMap { attribute in
      value(of: attribute).map { "\(short(ONNXFormat.text(attribute.name))) = \($0)" }
    }
    guard lines.count > mostAttributes else { return lines }
    return lines.prefix(mostAttributes - 1) + ["and \(lines.count - mostAttributes + 1) more"]
  }

  private static func value(of attribute: Onnx__AttributeProto) -> String? {
    func list(_ count: Int, _ element: (Int) -> String) -> String {
      let elements = (0..<min(count, mostElements)).map(element) + (count > mostElements ? ["…"] : [])
      return short("[\(elements.joined(separator: ", "))]")
    }
    func string(_ data: ProtobufCBinaryData) -> String {
      let start = UnsafeBufferPointer(start: data.data, count: min(data.len, 4 * longest))
      return "'\(short(String(decoding: start, as: UTF8.self)))'"
    }
    let reference = ONNXFormat.text(attribute.ref_attr_name)
    guard reference.isEmpty else { return "@\(short(reference))" }
    return switch attribute.type {
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT: elementType(attribute) ?? String(attribute.i)
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT: TextPrinter.number(attribute.f)
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING: string(attribute.s)
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS: list(attribute.n_ints) { String(attribute.ints[$0]) }
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS:
      list(attribute.n_floats) { TextPrinter.number(attribute.floats[$0]) }
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRINGS: list(attribute.n_strings) { string(attribute.strings[$0]) }
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR: attribute.t.map { tensor($0.pointee) }
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TYPE_PROTO: type(attribute.tp)
    default: nil
    }
  }

  /// The word of an element type, as in `to` of Cast.
  private static func elementType(_ attribute: Onnx__AttributeProto) -> String? {
    guard ["to", "dtype"].contains(ONNXFormat.text(attribute.name)) else { return nil }
    return Int32(exactly: attribute.i).flatMap(TextElement.init(code:))?.word
  }
}
