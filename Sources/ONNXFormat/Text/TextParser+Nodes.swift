import CONNX
import GraphIR

extension TextParser {
  /// The value of an attribute, or an element of one that is a list.
  private enum Value {
    case int(Int64)
    case float(Float)
    case string([UInt8])
    case tensor(UnsafeMutablePointer<Onnx__TensorProto>)
    case graph(UnsafeMutablePointer<Onnx__GraphProto>)
    case type(UnsafeMutablePointer<Onnx__TypeProto>)
    case reference(String)

    /// The kind of an attribute with this value, and of one with a list of such values; nil for a reference.
    var kinds: (single: String, list: String)? {
      switch self {
      case .int: ("int", "ints")
      case .float: ("float", "floats")
      case .string: ("string", "strings")
      case .tensor: ("tensor", "tensors")
      case .graph: ("graph", "graphs")
      case .type: ("type_proto", "type_protos")
      case .reference: nil
      }
    }
  }

  /// The nodes of a graph or a function, between braces.
  mutating func nodes() throws -> [UnsafeMutablePointer<Onnx__NodeProto>] {
    try lexer.expect("{")
    var nodes: [UnsafeMutablePointer<Onnx__NodeProto>] = []
    while !lexer.skip("}") { nodes.append(try node()) }
    return nodes
  }

  private mutating func node() throws -> UnsafeMutablePointer<Onnx__NodeProto> {
    let node = try make(onnx__node_proto__init)
    try annotations {
      node.pointee.doc_string = $0
      (node.pointee.n_metadata_props, node.pointee.metadata_props) = $1
    }
    if lexer.skip("[") {
      node.pointee.name = try string(lexer.name() ?? "")
      try lexer.expect("]")
    }
    (node.pointee.n_output, node.pointee.output) = arena.list(try names())
    try lexer.expect("=")
    var domain: [String] = []
    var operation = try lexer.name() ?? ""
    while lexer.skip(".") {
      if !(domain.isEmpty && operation.isEmpty) { domain.append(operation) }
      guard let part = try lexer.name() else { throw lexer.error(expected: "the name of an operator") }
      operation = part
    }
    node.pointee.domain = try string(domain.joined(separator: "."))
    node.pointee.op_type = try string(operation)
    if lexer.skip(":") { node.pointee.overload = try name("the name of an overload") }
    var attributes: [UnsafeMutablePointer<Onnx__AttributeProto>] = []
    if lexer.skip("<") { attributes = try self.attributes() }
    try lexer.expect("(")
    (node.pointee.n_input, node.pointee.input) = arena.list(try names())
    try lexer.expect(")")
    // Attributes may stand after the inputs.
    if attributes.isEmpty, lexer.skip("<") { attributes = try self.attributes() }
    (node.pointee.n_attribute, node.pointee.attribute) = arena.list(attributes)
    return node
  }

  /// The inputs or outputs of a node. An empty name is `""`, or nothing before a comma.
  private mutating func names() throws -> [UnsafeMutablePointer<CChar>] {
    var names: [UnsafeMutablePointer<CChar>] = []
    repeat {
      let name = try lexer.name()
      guard name != nil || lexer.next() == UInt8(ascii: ",") else { break }
      names.append(try string(name ?? ""))
    } while lexer.skip(",")
    return names
  }

  private mutating func attributes() throws -> [UnsafeMutablePointer<Onnx__AttributeProto>] {
    var attributes: [UnsafeMutablePointer<Onnx__AttributeProto>] = []
    repeat { attributes.append(try attribute()) } while lexer.skip(",")
    try lexer.expect(">")
    return attributes
  }

  mutating func attribute() throws -> UnsafeMutablePointer<Onnx__AttributeProto> {
    let attribute = try make(onnx__attribute_proto__init)
    try annotations { documentation, _ in attribute.pointee.doc_string = documentation }
    attribute.pointee.name = try name("the name of an attribute")
    var kind: String?
    if lexer.skip(":") {
      _ = lexer.next()
      let start = lexer.position
      kind = lexer.identifier()
      guard let type = kind.flatMap({ TextWords.attributeTypes[$0] }) else {
        throw lexer.error(expected: "the type of an attribute, such as int or floats", at: start)
      }
      attribute.pointee.has_type = 1
      attribute.pointee.type = type
    }
    try lexer.expect("=")
    if lexer.skip("[") {
      try setList(of: attribute, kind: kind)
    } else {
      try set(attribute, to: value(expected: kind))
    }
    return attribute
  }

  private mutating func set(_ attribute: UnsafeMutablePointer<Onnx__AttributeProto>, to value: Value) throws {
    switch value {
    case .int(let number): (attribute.pointee.has_i, attribute.pointee.i) = (1, number)
    case .float(let number): (attribute.pointee.has_f, attribute.pointee.f) = (1, number)
    case .string(let text): (attribute.pointee.has_s, attribute.pointee.s) = (1, arena.bytes(text))
    case .tensor(let tensor): attribute.pointee.t = tensor
    case .graph(let graph): attribute.pointee.g = graph
    case .type(let type): attribute.pointee.tp = type
    case .reference(let name): attribute.pointee.ref_attr_name = try string(name)
    }
    setKind(of: attribute, value.kinds?.single)
  }

  private func setKind(of attribute: UnsafeMutablePointer<Onnx__AttributeProto>, _ kind: String?) {
    guard let kind, let type = TextWords.attributeTypes[kind] else { return }
    attribute.pointee.has_type = 1
    attribute.pointee.type = type
  }

  /// Reads the rest of a list. All of its values have one kind.
  private mutating func setList(of attribute: UnsafeMutablePointer<Onnx__AttributeProto>, kind: String?) throws {
    let expected = kind.map { $0.hasSuffix("s") ? String($0.dropLast()) : $0 }
    _ = lexer.next()
    let start = lexer.position
    var first: Value?
    let values = try list(until: "]") { parser in
      _ = parser.lexer.next()
      let start = parser.lexer.position
      let value = try parser.value(expected: expected ?? first?.kinds?.single)
      if case .reference = value {
        throw parser.lexer.error(expected: "a value, as lists have no references", at: start)
      }
      first = first ?? value
      return value
    }
    guard let list = first?.kinds?.list else {
      guard let kind, kind != expected else {
        throw lexer.error(expected: "the type of an empty list, such as 'axes: ints = []'", at: start)
      }
      return
    }
    setKind(of: attribute, list)
    (attribute.pointee.n_ints, attribute.pointee.ints) = arena.array(
      values.compactMap { if case .int(let number) = $0 { number } else { nil } })
    (attribute.pointee.n_floats, attribute.pointee.floats) = arena.array(
      values.compactMap { if case .float(let number) = $0 { number } else { nil } })
    (attribute.pointee.n_strings, attribute.pointee.strings) = arena.array(
      values.compactMap { if case .string(let text) = $0 { arena.bytes(text) } else { nil } })
    (attribute.pointee.n_tensors, attribute.pointee.tensors) = arena.list(
      values.compactMap { if case .tensor(let tensor) = $0 { tensor } else { nil } })
    (attribute.pointee.n_graphs, attribute.pointee.graphs) = arena.list(
      values.compactMap { if case .graph(let graph) = $0 { graph } else { nil } })
    (attribute.pointee.n_type_protos, attribute.pointee.type_protos) = arena.list(
      values.compactMap { if case .type(let type) = $0 { type } else { nil } })
  }

  /// One value of a kind; nil if any kind is accepted. An integer is accepted as a float.
  private mutating func value(expected: String?) throws -> Value {
    _ = lexer.next()
    let start = lexer.position
    let value = try value(asFloat: expected == "float")
    guard let expected, let found = value.kinds?.single, found != expected else { return value }
    throw lexer.error(expected: "a value of type \(expected)", at: start)
  }

  private mutating func value(asFloat: Bool) throws -> Value {
    if lexer.skip("@") {
      guard let name = try lexer.name() else { throw lexer.error(expected: "the name of an attribute") }
      return .reference(name)
    }
    if typeIsNext() {
      let type = try self.type(nestedIn: 3)
      let name = try lexer.name()
      guard name != nil || [UInt8(ascii: "{"), UInt8(ascii: "=")].contains(lexer.next()) else { return .type(type) }
      _ = lexer.skip("=")
      let tensor = try make(onnx__tensor_proto__init)
      try annotations {
        tensor.pointee.doc_string = $0
        (tensor.pointee.n_metadata_props, tensor.pointee.metadata_props) = $1
      }
      tensor.pointee.name = try string(name ?? "")
      try read(tensor, of: type)
      return .tensor(tensor)
    }
    if let word = lexer.upcomingIdentifier() {
      return TextLexer.isSpecial(word) ? .float(try lexer.real()) : .graph(try graph(nestedIn: 3))
    }
    if lexer.next() == UInt8(ascii: "\"") {
      let start = lexer.position
      let text = try lexer.quoted()
      guard [UInt8(ascii: "("), UInt8(ascii: "=")].contains(lexer.next()) else { return .string(text) }
      lexer.position = start
      return .graph(try graph(nestedIn: 3))
    }
    let start = lexer.position
    let isInteger = try lexer.number().isInteger
    lexer.position = start
    return isInteger && !asFloat ? .int(try lexer.integer()) : .float(try lexer.real())
  }
}
