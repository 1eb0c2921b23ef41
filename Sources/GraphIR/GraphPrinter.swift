import Foundation

/// Prints a graph as text, close to ONNX's textual syntax. ``GraphParser`` documents the grammar and parses the text.
///
/// The text is complete, and equal graphs have equal text. Names that are not identifiers are quoted, numbers
/// round-trip, and constants of more than 64 elements are bytes in Base64.
public struct GraphPrinter {
  private let graph: Graph

  /// Returns the text of `graph`, which need not be valid.
  public static func text(of graph: Graph) -> String { GraphPrinter(graph: graph).text }

  private var text: String {
    let symbols = graph.symbols.isEmpty ? "" : " <\(list(graph.symbols.map(Self.quoted)))>"
    let ends = "(\(list(graph.inputs.map(value)))) => (\(list(graph.outputs.map(value))))"
    let head = "graph \(Self.quoted(graph.name))\(symbols) \(ends) {"
    let parameters = graph.parameters.map { parameter in
      "\(parameter.isTrainable ? "parameter" : "buffer") \(type(parameter.type)) \(Self.quoted(parameter.name))"
    }
    let constants = graph.constants.map {
      "constant \(type($0.value.type)) \(Self.quoted($0.name)) = \(content($0.value))"
    }
    let updates = graph.updates.map { "update \(Self.quoted($0.parameter)) = \(Self.quoted($0.value))" }
    let sections = [parameters + constants, graph.nodes.map(node), updates].filter { !$0.isEmpty }
    let body = sections.map { $0.map { "  \($0)\n" }.joined() }.joined(separator: "\n")
    return "\(head)\n\(body)}\n"
  }

  private func value(_ value: Graph.Value) -> String { "\(type(value.type)) \(Self.quoted(value.name))" }

  private func node(_ node: Node) -> String {
    let attributes = node.attributes.sorted.map(attribute)
    return "[\(Self.quoted(node.name))] \(list(node.outputs.map(Self.quoted))) = \(node.op.rawValue)"
      + (attributes.isEmpty ? "" : " <\(list(attributes))>") + " (\(list(node.inputs.map(Self.quoted))))"
  }

  private func attribute(_ name: String, _ value: AttributeValue) -> String {
    let (text, isEmpty): (String, Bool) =
      switch value {
      case .int(let number): (String(number), false)
      case .float(let number): (Self.number(number), false)
      case .string(let text): (Self.string(text), false)
      case .ints(let numbers): ("[\(list(numbers.map { String($0) }))]", numbers.isEmpty)
      case .floats(let numbers): ("[\(list(numbers.map(Self.number)))]", numbers.isEmpty)
      case .strings(let texts): ("[\(list(texts.map(Self.string)))]", texts.isEmpty)
      case .tensor(let tensor): ("\(type(tensor.type)) \(content(tensor))", false)
      }
    return Self.quoted(name) + (isEmpty ? ": \(value.kind.rawValue.lowercased())" : "") + " = \(text)"
  }

  private func type(_ type: TensorType) -> String {
    let extents = type.shape.map { extent -> String in
      guard extent < 0 else { return String(extent) }
      // An undeclared symbol, or one that shares its name with an earlier one, is printed as its number.
      guard extent >= -graph.symbols.count, graph.symbols.firstIndex(of: graph.symbols[-extent - 1]) == -extent - 1
      else {
        return "?\(extent.magnitude)"
      }
      return Self.quoted(graph.symbols[-extent - 1])
    }
    return "\(type.dtype.rawValue)[\(list(extents))]"
  }

  private func content(_ value: TensorValue) -> String {
    if value.count > 64 { return "base64 \"\(value.withUnsafeBytes { Data($0).base64EncodedString() })\"" }
    let elements =
      switch value.dtype {
      case .float32: value.elements(as: Float.self).map(Self.number)
      case .float64: value.elements(as: Double.self).map(Self.number)
      case .int64: value.elements(as: Int64.self).map { String($0) }
      case .bool: value.elements(as: Bool.self).map { String($0) }
      }
    return "{\(list(elements))}"
  }

  private func list(_ items: [String]) -> String { items.joined(separator: ", ") }

  /// Returns the shortest digits that round-trip; an unusual NaN as its bits.
  private static func number(_ number: Float) -> String {
    number.isNaN && number.bitPattern != Float.nan.bitPattern
      ? "0x" + String(number.bitPattern, radix: 16) : number.description
  }

  private static func number(_ number: Double) -> String {
    number.isNaN && number.bitPattern != Double.nan.bitPattern
      ? "0x" + String(number.bitPattern, radix: 16) : number.description
  }

  private static func quoted(_ name: String) -> String { Lexer.isIdentifier(name) ? name : string(name) }

  private static func string(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      case "\n": "\\n"
      case "\t": "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: "\\u{\(String(scalar.value, radix: 16))}"
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }
}

extension Graph: CustomStringConvertible {
  /// The text that ``GraphParser`` parses.
  public var description: String { GraphPrinter.text(of: self) }
}
