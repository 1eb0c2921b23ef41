import CONNX
import GraphIR

/// Builds the messages of a model from ONNX's textual syntax, as `onnx.parser` does.
///
/// The text is untrusted. Nesting and memory are bounded by `Limits`; every list is at most as long as the text.
/// Source: ONNX, `docs/Syntax.md`. Beyond it, quotes are accepted around every identifier, and lists of tensors, graphs
/// and types are read.
struct TextParser {
  let arena = MessageArena()
  var lexer: TextLexer
  private let limits: Limits
  private var memoryLeft: Int
  /// The messages around the one that is read.
  private var depth = 0

  init(_ text: [UInt8], limits: Limits) {
    lexer = TextLexer(text)
    self.limits = limits
    let share = text.count.multipliedReportingOverflow(by: limits.memoryPerByte)
    let total = share.partialValue.addingReportingOverflow(limits.memory)
    memoryLeft = share.overflow || total.overflow ? .max : total.partialValue
  }

  /// A model, up to the end of the text.
  mutating func model() throws -> UnsafeMutablePointer<Onnx__ModelProto> {
    let model = try make(onnx__model_proto__init)
    try header { parser, key in
      switch key {
      case "ir_version":
        model.pointee.has_ir_version = 1
        model.pointee.ir_version = try parser.lexer.integer()
      case "model_version":
        model.pointee.has_model_version = 1
        model.pointee.model_version = try parser.lexer.integer()
      case "producer_name": model.pointee.producer_name = try parser.text()
      case "producer_version": model.pointee.producer_version = try parser.text()
      case "domain": model.pointee.domain = try parser.text()
      case "doc_string": model.pointee.doc_string = try parser.text()
      case "opset_import":
        (model.pointee.n_opset_import, model.pointee.opset_import) = parser.arena.list(try parser.opsets())
      case "metadata_props":
        (model.pointee.n_metadata_props, model.pointee.metadata_props) = parser.arena.list(try parser.entries())
      default: return false
      }
      return true
    }
    model.pointee.graph = try graph(nestedIn: 1)
    var functions: [UnsafeMutablePointer<Onnx__FunctionProto>] = []
    while lexer.next() != nil { functions.append(try nested(1) { try $0.function() }) }
    (model.pointee.n_functions, model.pointee.functions) = arena.list(functions)
    return model
  }

  /// Keys with values between angle brackets, if they are next. `read` reads a value, and is false for unknown keys.
  private mutating func header(_ read: (inout TextParser, String) throws -> Bool) throws {
    guard lexer.skip("<") else { return }
    repeat {
      _ = lexer.next()
      let start = lexer.position
      guard let key = lexer.identifier() else { throw lexer.error(expected: "a key, such as opset_import") }
      try lexer.expect(":")
      guard try read(&self, key) else {
        throw lexer.error(expected: "a key of ONNX's text, such as opset_import", at: start)
      }
    } while lexer.skip(",")
    try lexer.expect(">")
  }

  private mutating func function() throws -> UnsafeMutablePointer<Onnx__FunctionProto> {
    let function = try make(onnx__function_proto__init)
    try annotations {
      function.pointee.doc_string = $0
      (function.pointee.n_metadata_props, function.pointee.metadata_props) = $1
    }
    try header { parser, key in
      switch key {
      case "domain": function.pointee.domain = try parser.text()
      case "overload": function.pointee.overload = try parser.text()
      case "doc_string": function.pointee.doc_string = try parser.text()
      case "opset_import":
        (function.pointee.n_opset_import, function.pointee.opset_import) = parser.arena.list(try parser.opsets())
      default: return false
      }
      return true
    }
    function.pointee.name = try name("the name of a function")
    if lexer.skip("<") { try parameters(of: function) }
    var values: [UnsafeMutablePointer<Onnx__ValueInfoProto>] = []
    (function.pointee.n_input, function.pointee.input) = arena.array(try typedNames(&values))
    try lexer.expectArrow()
    (function.pointee.n_output, function.pointee.output) = arena.array(try typedNames(&values))
    if lexer.skip("<") { values += try list(until: ">") { try $0.valueInfo() } }
    (function.pointee.n_value_info, function.pointee.value_info) = arena.list(values)
    (function.pointee.n_node, function.pointee.node) = arena.list(try nodes())
    return function
  }

  /// The attributes of a function: names, and attributes with defaults.
  private mutating func parameters(of function: UnsafeMutablePointer<Onnx__FunctionProto>) throws {
    var names: [UnsafeMutablePointer<CChar>] = []
    var defaults: [UnsafeMutablePointer<Onnx__AttributeProto>] = []
    repeat {
      let start = lexer.position
      let name = try name("the name of an attribute")
      if let sign = lexer.next(), sign == UInt8(ascii: ":") || sign == UInt8(ascii: "=") {
        lexer.position = start
        defaults.append(try attribute())
      } else {
        names.append(name)
      }
    } while lexer.skip(",")
    try lexer.expect(">")
    (function.pointee.n_attribute, function.pointee.attribute) = arena.list(names)
    (function.pointee.n_attribute_proto, function.pointee.attribute_proto) = arena.list(defaults)
  }

  /// The inputs or outputs of a function: names, and types of those that have one.
  private mutating func typedNames(
    _ values: inout [UnsafeMutablePointer<Onnx__ValueInfoProto>]
  ) throws -> [UnsafeMutablePointer<CChar>?] {
    try lexer.expect("(")
    var typed: [UnsafeMutablePointer<Onnx__ValueInfoProto>] = []
    let names = try list(until: ")") { parser in
      guard parser.typeIsNext() else { return try parser.name("the name of a value") }
      let value = try parser.valueInfo()
      typed.append(value)
      return value.pointee.name
    }
    values += typed
    return names
  }

  /// A graph; `levels` messages are between it and the last one that counts.
  mutating func graph(nestedIn levels: Int) throws -> UnsafeMutablePointer<Onnx__GraphProto> {
    try nested(levels) { parser in
      let graph = try parser.make(onnx__graph_proto__init)
      try parser.annotations {
        graph.pointee.doc_string = $0
        (graph.pointee.n_metadata_props, graph.pointee.metadata_props) = $1
      }
      graph.pointee.name = try parser.name("the name of a graph")
      var initializers: [UnsafeMutablePointer<Onnx__TensorProto>] = []
      if parser.lexer.skip("(") {
        let inputs = try parser.list(until: ")") { parser in
          let input = try parser.valueInfo()
          if let value = try parser.initializer(of: input) { initializers.append(value) }
          return input
        }
        (graph.pointee.n_input, graph.pointee.input) = parser.arena.list(inputs)
      }
      try parser.lexer.expectArrow()
      try parser.lexer.expect("(")
      let outputs = try parser.list(until: ")") { try $0.valueInfo() }
      (graph.pointee.n_output, graph.pointee.output) = parser.arena.list(outputs)
      if parser.lexer.skip("<") {
        let values = try parser.list(until: ">") { parser in
          let value = try parser.valueInfo()
          guard let initializer = try parser.initializer(of: value) else { return Optional(value) }
          // The annotations of the item are those of its tensor.
          initializer.pointee.doc_string = value.pointee.doc_string
          initializer.pointee.n_metadata_props = value.pointee.n_metadata_props
          initializer.pointee.metadata_props = value.pointee.metadata_props
          initializers.append(initializer)
          return nil
        }.compactMap(\.self)
        (graph.pointee.n_value_info, graph.pointee.value_info) = parser.arena.list(values)
      }
      (graph.pointee.n_initializer, graph.pointee.initializer) = parser.arena.list(initializers)
      (graph.pointee.n_node, graph.pointee.node) = parser.arena.list(try parser.nodes())
      return graph
    }
  }

  private mutating func opsets() throws -> [UnsafeMutablePointer<Onnx__OperatorSetIdProto>] {
    try lexer.expect("[")
    return try list(until: "]") { parser in
      let opset = try parser.make(onnx__operator_set_id_proto__init)
      opset.pointee.domain = try parser.text()
      try parser.lexer.expect(":")
      opset.pointee.has_version = 1
      opset.pointee.version = try parser.lexer.integer()
      return opset
    }
  }

  /// Texts by key between brackets.
  mutating func entries() throws -> [UnsafeMutablePointer<Onnx__StringStringEntryProto>] {
    try lexer.expect("[")
    return try list(until: "]") { parser in
      let entry = try parser.make(onnx__string_string_entry_proto__init)
      entry.pointee.key = try parser.text()
      try parser.lexer.expect(":")
      entry.pointee.value = try parser.text()
      return entry
    }
  }

  /// Items with commas between them, and the character at their end.
  mutating func list<Item>(
    until close: Unicode.Scalar, _ item: (inout TextParser) throws -> Item
  ) throws -> [Item] {
    var items: [Item] = []
    guard !lexer.skip(close) else { return items }
    repeat { items.append(try item(&self)) } while lexer.skip(",")
    try lexer.expect(close)
    return items
  }

  /// Passes the annotations before the next item to `set`: its documentation, and its metadata.
  mutating func annotations(
    _ set: (
      UnsafeMutablePointer<CChar>?, (Int, UnsafeMutablePointer<UnsafeMutablePointer<Onnx__StringStringEntryProto>?>)
    ) -> Void
  ) throws {
    let found = lexer.takeAnnotations()
    guard !found.isEmpty else { return }
    let outer = lexer
    defer { lexer = outer }
    var documentation: UnsafeMutablePointer<CChar>?
    var metadata: [UnsafeMutablePointer<Onnx__StringStringEntryProto>] = []
    for annotation in found {
      lexer = annotation
      // Other comments may begin like an annotation.
      guard let key = lexer.identifier(), lexer.skip(":") else { continue }
      if key == "doc_string" { documentation = try text() }
      if key == "metadata_props" { metadata += try entries() }
    }
    set(documentation, arena.list(metadata))
  }

  /// The name that is next, which may be in quotes.
  mutating func name(_ expected: String) throws -> UnsafeMutablePointer<CChar> {
    guard let name = try lexer.name() else { throw lexer.error(expected: expected) }
    return try string(name)
  }

  /// A text in quotes as the value of a string field.
  mutating func text() throws -> UnsafeMutablePointer<CChar> {
    guard lexer.next() == UInt8(ascii: "\""), let text = try lexer.name() else {
      throw lexer.error(expected: "a text in quotes")
    }
    return try string(text)
  }

  /// A string field.
  mutating func string(_ text: String) throws -> UnsafeMutablePointer<CChar> {
    try spend(text.utf8.count)
    return try arena.string(text)
  }

  /// A new message.
  mutating func make<Message>(
    _ initialize: (UnsafeMutablePointer<Message>) -> Void
  ) throws -> UnsafeMutablePointer<Message> {
    try spend(MemoryLayout<Message>.size)
    return try arena.make(initialize)
  }

  /// Runs `body` inside of further messages.
  mutating func nested<Result>(_ levels: Int, _ body: (inout TextParser) throws -> Result) throws -> Result {
    depth += levels
    defer { depth -= levels }
    // A graph and a type each contain up to three messages that do not nest further.
    guard depth + 3 < limits.depth else {
      throw ONNXError(code: .limit, message: "messages are nested deeper than \(limits.depth)")
    }
    return try body(&self)
  }

  /// Counts the memory of a message or a text, with the share of the allocator.
  private mutating func spend(_ byteCount: Int) throws {
    memoryLeft -= byteCount + 32
    guard memoryLeft >= 0 else {
      throw ONNXError(code: .limit, message: "the model of this text takes more memory than the limits allow")
    }
  }
}
