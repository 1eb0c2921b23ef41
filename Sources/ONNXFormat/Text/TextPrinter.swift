import CONNX

/// Writes messages in ONNX's textual syntax.
struct TextPrinter {
  /// The longest line of a list; a longer list has a line for each item.
  private static let columns = 100

  /// The most elements of a tensor that are printed.
  let longest: Int
  private(set) var text: [UInt8] = []
  private var indentation = 0
  private var lineStart = 0

  init(longest: Int) { self.longest = longest }

  mutating func model(_ model: Onnx__ModelProto) throws {
    try refuse(model.n_training_info > 0, "training_info", of: "the model")
    try requireKnown(model.base, of: "the model")
    let graph = try required(model.graph, "graph", of: "the model").pointee
    var entries: [(inout TextPrinter) -> Void] = []
    if model.has_ir_version != 0 { entries.append { $0.put("ir_version: \(model.ir_version)") } }
    entries.append { $0.opsets(model.opset_import, model.n_opset_import) }
    let texts = [
      ("producer_name", model.producer_name), ("producer_version", model.producer_version), ("domain", model.domain),
    ]
    for (key, value) in texts where value != nil { entries.append { $0.put("\(key): \(TextPrinter.quoted(value))") } }
    if model.has_model_version != 0 { entries.append { $0.put("model_version: \(model.model_version)") } }
    if let text = model.doc_string { entries.append { $0.put("doc_string: \(TextPrinter.quoted(text))") } }
    if model.n_metadata_props > 0 {
      entries.append { printer in
        printer.put("metadata_props: ")
        printer.entries(model.metadata_props, model.n_metadata_props)
      }
    }
    header(entries)
    try self.graph(graph)
    put("\n")
    for function in messages(model.functions, model.n_functions) { try self.function(function) }
  }

  private mutating func function(_ function: Onnx__FunctionProto) throws {
    let place = "function '\(ONNXFormat.text(function.name))'"
    try requireKnown(function.base, of: place)
    annotate(nil, function.metadata_props, function.n_metadata_props)
    var entries: [(inout TextPrinter) -> Void] = []
    for (key, value) in [("domain", function.domain), ("overload", function.overload)] where value != nil {
      entries.append { $0.put("\(key): \(TextPrinter.quoted(value))") }
    }
    entries.append { $0.opsets(function.opset_import, function.n_opset_import) }
    if let text = function.doc_string { entries.append { $0.put("doc_string: \(TextPrinter.quoted(text))") } }
    header(entries)
    put(TextPrinter.name(function.name))
    if function.n_attribute + function.n_attribute_proto > 0 {
      let names = texts(function.attribute, function.n_attribute).map(TextPrinter.name)
      put(" <\(names.joined(separator: ", "))")
      if function.n_attribute > 0, function.n_attribute_proto > 0 { put(", ") }
      for (index, attribute) in messages(function.attribute_proto, function.n_attribute_proto).enumerated() {
        if index > 0 { put(", ") }
        try self.attribute(attribute, of: place)
      }
      put(">")
    }
    put(" ")
    list("(", texts(function.input, function.n_input), ")") { $0.put(TextPrinter.name($1)) }
    put(" => ")
    list("(", texts(function.output, function.n_output), ")") { $0.put(TextPrinter.name($1)) }
    if function.n_value_info > 0 {
      put(" ")
      try block("<", messages(function.value_info, function.n_value_info), ">") { try $0.value($1) }
    }
    put(" ")
    try nodes(messages(function.node, function.n_node))
    put("\n")
  }

  mutating func graph(_ graph: Onnx__GraphProto) throws {
    let place = "graph '\(ONNXFormat.text(graph.name))'"
    try requireKnown(graph.base, of: place)
    try refuse(graph.n_sparse_initializer > 0, "sparse initializers", of: place)
    try refuse(graph.n_quantization_annotation > 0, "quantization annotations", of: place)
    annotate(graph.doc_string, graph.metadata_props, graph.n_metadata_props)
    let name = ONNXFormat.text(graph.name)
    // An identifier that begins a type or is a number would not be read as the name of a graph.
    put(TextWords.isType(name) || TextLexer.isSpecial(name) ? TextPrinter.quoted(name) : TextPrinter.name(name))
    put(" ")
    try list("(", messages(graph.input, graph.n_input), ")") { try $0.value($1) }
    put(" => ")
    try list("(", messages(graph.output, graph.n_output), ")") { try $0.value($1) }
    let initializers = messages(graph.initializer, graph.n_initializer)
    let values = messages(graph.value_info, graph.n_value_info)
    if !(initializers.isEmpty && values.isEmpty) {
      newLine()
      if initializers.contains(where: isTooLong) {
        put("# The elements of tensors with more than \(longest) are left out.")
        newLine()
      }
      try block("<", Array(0..<initializers.count + values.count), ">") { printer, index in
        if index < initializers.count {
          try printer.tensor(initializers[index], isInitializer: true, of: place)
        } else {
          try printer.value(values[index - initializers.count])
        }
      }
      newLine()
    } else {
      put(" ")
    }
    try nodes(messages(graph.node, graph.n_node))
  }

  private mutating func nodes(_ nodes: [Onnx__NodeProto]) throws {
    put("{")
    indentation += 1
    for node in nodes {
      newLine()
      try self.node(node)
    }
    indentation -= 1
    newLine()
    put("}")
  }

  private mutating func node(_ node: Onnx__NodeProto) throws {
    let place = "node '\(ONNXFormat.text(node.name))' (\(ONNXFormat.text(node.op_type)))"
    try requireKnown(node.base, of: place)
    annotate(node.doc_string, node.metadata_props, node.n_metadata_props)
    if let name = node.name { put("[\(TextPrinter.name(name))] ") }
    put(texts(node.output, node.n_output).map(TextPrinter.name).joined(separator: ", "))
    put(" = ")
    let domain = ONNXFormat.text(node.domain)
    if !domain.isEmpty { put(TextPrinter.qualifiedName(domain) + ".") }
    put(TextPrinter.name(node.op_type))
    let overload = ONNXFormat.text(node.overload)
    if !overload.isEmpty { put(":" + TextPrinter.name(overload)) }
    let attributes = messages(node.attribute, node.n_attribute)
    let hasGraph = attributes.contains { $0.g != nil || $0.n_graphs > 0 }
    if !attributes.isEmpty, !hasGraph {
      put(" ")
      try list("<", attributes, ">") { try $0.attribute($1, of: place) }
    }
    put(" ")
    list("(", texts(node.input, node.n_input), ")") { $0.put(TextPrinter.name($1)) }
    if hasGraph {
      put(" ")
      try block("<", attributes, ">") { try $0.attribute($1, of: place) }
    }
  }

  // MARK: Lists

  private mutating func header(_ entries: [(inout TextPrinter) -> Void]) {
    block("<", entries, ">") { $1(&$0) }
    put("\n")
  }

  private mutating func opsets(
    _ list: UnsafeMutablePointer<UnsafeMutablePointer<Onnx__OperatorSetIdProto>?>?, _ count: Int
  ) {
    let opsets = messages(list, count).map { "\(TextPrinter.quoted(ONNXFormat.text($0.domain))): \($0.version)" }
    put("opset_import: [\(opsets.joined(separator: ", "))]")
  }

  /// Texts by key.
  mutating func entries(
    _ list: UnsafeMutablePointer<UnsafeMutablePointer<Onnx__StringStringEntryProto>?>?, _ count: Int
  ) {
    self.list("[", messages(list, count), "]") { $0.put(TextPrinter.entry($1)) }
  }

  /// Items on one line, or each on a line of its own if they do not fit.
  mutating func list<Item>(
    _ open: String, _ items: [Item], _ close: String, _ write: (inout TextPrinter, Item) throws -> Void
  ) rethrows {
    let (start, line) = (text.count, lineStart)
    // A single item may be long.
    let longest = items.count > 1 ? Self.columns : .max
    func fits() -> Bool { lineStart == line && text.count - line <= longest }
    put(open)
    for (index, item) in items.enumerated() where fits() {
      if index > 0 { put(", ") }
      try write(&self, item)
    }
    guard !fits() else { return put(close) }
    text.removeSubrange(start...)
    lineStart = line
    try block(open, items, close, write)
  }

  /// Items, each on a line of its own.
  mutating func block<Item>(
    _ open: String, _ items: [Item], _ close: String, _ write: (inout TextPrinter, Item) throws -> Void
  ) rethrows {
    put(open)
    indentation += 1
    for (index, item) in items.enumerated() {
      if index > 0 { put(",") }
      newLine()
      try write(&self, item)
    }
    indentation -= 1
    newLine()
    put(close)
  }

  // MARK: Text

  mutating func put(_ string: String) {
    text.append(contentsOf: string.utf8)
    if let end = text.suffix(string.utf8.count).lastIndex(of: UInt8(ascii: "\n")) { lineStart = end + 1 }
  }

  mutating func put(_ bytes: [UInt8]) { text += bytes }

  /// Starts a line.
  mutating func newLine() { put("\n" + String(repeating: "   ", count: indentation)) }

  /// Starts a line if the last one is too long.
  mutating func wrap() { if text.count - lineStart > Self.columns { newLine() } }

  /// Documentation and metadata of the item that follows.
  mutating func annotate(
    _ documentation: UnsafeMutablePointer<CChar>?,
    _ metadata: UnsafeMutablePointer<UnsafeMutablePointer<Onnx__StringStringEntryProto>?>?, _ count: Int
  ) {
    var lines: [String] = []
    if let documentation { lines.append("doc_string: \(TextPrinter.quoted(ONNXFormat.text(documentation)))") }
    if count > 0 {
      lines.append("metadata_props: [\(messages(metadata, count).map(TextPrinter.entry).joined(separator: ", "))]")
    }
    guard !lines.isEmpty else { return }
    if text[lineStart...].contains(where: { $0 != UInt8(ascii: " ") }) { newLine() }
    for line in lines {
      // A comment ends with its line.
      put("#: " + line.unicodeScalars.map { $0 == "\n" ? "\\n" : String($0) }.joined())
      newLine()
    }
  }

  // MARK: Refusals

  func refuse(_ isPresent: Bool, _ field: String, of place: String) throws {
    guard isPresent else { return }
    throw ONNXError(
      code: .unsupported, message: "\(place) has \(field), which ONNX's textual syntax lacks; keep the model as .onnx")
  }

  /// Refuses fields that the schema of zoo lacks, as they would be lost.
  func requireKnown(_ message: ProtobufCMessage, of place: String) throws {
    try refuse(message.n_unknown_fields > 0, "fields of a newer version of ONNX", of: place)
  }

  func required<Message>(
    _ message: UnsafeMutablePointer<Message>?, _ field: String, of place: String
  ) throws -> UnsafeMutablePointer<Message> {
    guard let message else { throw ONNXError(code: .malformed, message: "\(place) has no \(field)") }
    return message
  }
}
