import Foundation

/// Parses a graph from text, written by ``GraphPrinter`` or by hand.
///
///     # A critic for any number of images.
///     graph critic <batch> (float32[batch, 784] image) => (float32[batch, 1] score) {
///       parameter float32[1, 784] linear.weight
///       buffer float32[1] shift
///       constant float32[] scale = {0.5}
///       [linear] h = Gemm <transB = 1> (image, linear.weight, "")
///       [scaled] s = Mul (h, scale)
///       [shifted] score = Add (s, shift)
///       update shift = shift
///     }
///
/// Grammar: `,*` is a comma-separated list, `?` marks an optional part, and statements come in any order.
///
///     graph     = "graph" name ("<" name,* ">")? "(" value,* ")" "=>" "(" value,* ")" "{" statement* "}"
///     value     = type name
///     type      = ("float32" | "float64" | "int64" | "bool") "[" extent,* "]"
///     extent    = number | symbol | "?" number                    "?" precedes the number of a symbol, from 1
///     statement = "parameter" value                               a trainable tensor
///               | "buffer" value                                  a tensor that is kept between runs but not trained
///               | "constant" value "=" content
///               | "[" name "]" name,* "=" operator ("<" attribute,* ">")? "(" name,* ")"
///               | "update" name "=" name                          a parameter and its next value
///     content   = "{" element,* "}" | "base64" string             little-endian bytes
///     attribute = name (":" kind)? "=" (literal | "[" literal,* "]" | type content)
///     literal   = number | string
///
/// A name is a letter or `_` followed by letters, digits and `_ . / -`, or a string; `""` is an omitted input or
/// output. An attribute's number is a float if it has a point or an exponent, or is `inf`, `nan` or `0x…` (the bits).
/// Otherwise it is an integer. Only empty lists need a kind (`ints`, `floats`, `strings`).
public struct GraphParser {
  private let tokens: [Lexer.Token]
  private var index = 0
  private var graph = Graph(name: "")

  /// Parses `text`. Only the syntax is checked: ``Graph/verify()`` checks the graph.
  ///
  /// - Throws: ``GraphError`` with line and column, what was expected and what was found. The code is `syntax`, or
  ///   `unsupported` for an unknown operator.
  public static func graph(from text: String) throws -> Graph {
    var parser = try GraphParser(text)
    return try parser.parse()
  }

  private init(_ text: String) throws {
    var lexer = Lexer(text)
    tokens = try lexer.tokens()
  }

  private mutating func parse() throws -> Graph {
    try expect(word: "graph")
    graph.name = try name("the graph's name")
    if accept("<") { graph.symbols = try list(until: ">") { try $0.name("the name of a symbolic dimension") } }
    try expect("(")
    graph.inputs = try list(until: ")") { try $0.value() }
    try expect("=>")
    try expect("(")
    graph.outputs = try list(until: ")") { try $0.value() }
    try expect("{")
    while !accept("}") { try statement() }
    guard token.kind == .end else { throw unexpected("the end of the text") }
    return graph
  }

  private mutating func statement() throws {
    if accept("[") { return try node() }
    switch token.kind {
    case .word(let keyword) where keyword == "parameter" || keyword == "buffer":
      index += 1
      let value = try value()
      graph.parameters.append(.init(name: value.name, type: value.type, isTrainable: keyword == "parameter"))
    case .word("constant"):
      index += 1
      let value = try value()
      try expect("=")
      graph.constants.append(.init(name: value.name, value: try content(of: value.type)))
    case .word("update"):
      index += 1
      let parameter = try name("a parameter's name")
      try expect("=")
      graph.updates.append(.init(parameter: parameter, value: try name("the name of a value")))
    default: throw unexpected("'parameter', 'buffer', 'constant', 'update', '[' or '}'")
    }
  }

  /// Parses a node after the opening bracket.
  private mutating func node() throws {
    let nodeName = try name("the node's name")
    try expect("]")
    let outputs = try list(until: "=") { try $0.name("the name of an output") }
    guard case .word(let operatorName) = token.kind else { throw unexpected("an operator") }
    guard let op = Op(rawValue: operatorName) else {
      throw Lexer.error(
        .unsupported, line: token.line, column: token.column,
        "expected an operator of the vocabulary, found '\(operatorName)'")
    }
    index += 1
    var attributes = Attributes()
    if accept("<") {
      for (name, value) in try list(until: ">", { try $0.attribute() }) {
        guard attributes.values.updateValue(value, forKey: name) == nil else {
          throw Lexer.error(
            line: token.line, column: token.column,
            "expected each attribute once, found '\(name)' twice in node '\(nodeName)'")
        }
      }
    }
    try expect("(")
    let inputs = try list(until: ")") { try $0.name("the name of an input") }
    graph.nodes.append(Node(name: nodeName, op: op, inputs: inputs, outputs: outputs, attributes: attributes))
  }

  private mutating func value() throws -> Graph.Value {
    let type = try type()
    return Graph.Value(name: try name("a name"), type: type)
  }

  private mutating func type() throws -> TensorType {
    guard case .word(let word) = token.kind, let dtype = DataType(rawValue: word) else {
      throw unexpected("an element type (\(DataType.allCases.map(\.rawValue).joined(separator: ", ")))")
    }
    index += 1
    try expect("[")
    return TensorType(dtype, Shape(try list(until: "]") { try $0.extent() }))
  }

  private mutating func extent() throws -> Int {
    if accept("?") {
      return try element("the number of a symbol") { word in Int("-\(word)").flatMap { $0 < 0 ? $0 : nil } }
    }
    if case .word(let word) = token.kind, let number = Int(word), number >= 0 {
      index += 1
      return number
    }
    let symbols = graph.symbols.isEmpty ? "" : " or one of the symbols \(graph.symbols.joined(separator: ", "))"
    let expected = "an extent: a number\(symbols)"
    let start = index
    guard let symbol = graph.symbols.firstIndex(of: try name(expected)) else {
      index = start
      throw unexpected(expected)
    }
    return -symbol - 1
  }

  // MARK: Attributes and constants

  private mutating func attribute() throws -> (String, AttributeValue) {
    let name = try name("an attribute's name")
    var kind: AttributeValue.Kind?
    if accept(":") {
      guard case .word(let word) = token.kind, let named = AttributeValue.Kind(rawValue: word.uppercased()) else {
        throw unexpected(
          "a kind (\(AttributeValue.Kind.allCases.map { $0.rawValue.lowercased() }.joined(separator: ", ")))")
      }
      kind = named
      index += 1
    }
    try expect("=")
    let start = index
    let value = try attributeValue(kind)
    if let kind, value.kind != kind {
      index = start
      throw unexpected("a value of kind \(kind.rawValue.lowercased())")
    }
    return (name, value)
  }

  private mutating func attributeValue(_ kind: AttributeValue.Kind?) throws -> AttributeValue {
    if case .word(let word) = token.kind, DataType(rawValue: word) != nil {
      let type = try type()
      return .tensor(try content(of: type))
    }
    guard accept("[") else { return try literal() }
    if accept("]") {
      switch kind {
      case .ints: return .ints([])
      case .floats: return .floats([])
      case .strings: return .strings([])
      default:
        index -= 1
        throw unexpected("a value, or the kind of an empty list before '='")
      }
    }
    switch token.kind {
    case .string: return .strings(try list(until: "]") { try $0.string() })
    case .word(let word) where Int(word) != nil:
      return .ints(try list(until: "]") { try $0.element("an integer") { Int($0) } })
    default: return .floats(try list(until: "]") { try $0.element("a float", Self.float) })
    }
  }

  private mutating func literal() throws -> AttributeValue {
    if case .string(let text) = token.kind {
      index += 1
      return .string(text)
    }
    if case .word(let word) = token.kind, let number = Int(word) {
      index += 1
      return .int(number)
    }
    return .float(
      try element("a number, a string, a list or a tensor") { word in
        // Digits alone are an integer out of range.
        word.allSatisfy({ $0.isWholeNumber || $0 == "-" }) ? nil : Self.float(word)
      })
  }

  private mutating func content(of type: TensorType) throws -> TensorValue {
    guard type.shape.isStatic, type.isWithinLimit else {
      throw Lexer.error(
        line: token.line, column: token.column, "expected a static type of at most 2^40 bytes, found \(type)")
    }
    let start = index
    if case .word("base64") = token.kind {
      index += 1
      guard let data = Data(base64Encoded: try string()), data.count == type.shape.elementCount * type.dtype.byteCount,
        type.dtype != .bool || data.allSatisfy({ $0 <= 1 })
      else {
        index = start + 1
        throw unexpected("the bytes of \(type) in Base64")
      }
      let value = TensorValue(uninitialized: type)
      data.withUnsafeBytes { bytes in
        UnsafeMutableRawBufferPointer(start: value.storage.pointer, count: value.byteCount).copyMemory(from: bytes)
      }
      return value
    }
    try expect("{")
    switch type.dtype {
    case .float32: return try tensor(type, from: start, list(until: "}") { try $0.element("a float32", Self.float) })
    case .float64: return try tensor(type, from: start, list(until: "}") { try $0.element("a float64", Self.double) })
    case .int64: return try tensor(type, from: start, list(until: "}") { try $0.element("an int64") { Int64($0) } })
    case .bool: return try tensor(type, from: start, list(until: "}") { try $0.element("true or false") { Bool($0) } })
    }
  }

  private func tensor<Element: TensorElement>(
    _ type: TensorType, from start: Int, _ elements: [Element]
  ) throws -> TensorValue {
    guard elements.count == type.shape.elementCount else {
      throw Lexer.error(
        line: tokens[start].line, column: tokens[start].column,
        "expected \(type.shape.elementCount) elements of \(type), found \(elements.count)")
    }
    return TensorValue(elements, shape: type.shape)
  }

  /// Parses a number in the range of the type; `0x…` are its bits.
  private static func float(_ word: String) -> Float? {
    if word.hasPrefix("0x") { return UInt32(word.dropFirst(2), radix: 16).map { Float(bitPattern: $0) } }
    guard let number = Float(word), number.isFinite || word.contains("n") else { return nil }
    return number
  }

  private static func double(_ word: String) -> Double? {
    if word.hasPrefix("0x") { return UInt64(word.dropFirst(2), radix: 16).map { Double(bitPattern: $0) } }
    guard let number = Double(word), number.isFinite || word.contains("n") else { return nil }
    return number
  }

  // MARK: Tokens

  private var token: Lexer.Token { tokens[index] }

  private func unexpected(_ expected: String) -> GraphError {
    Lexer.error(line: token.line, column: token.column, "expected \(expected), found \(token.description)")
  }

  private mutating func accept(_ mark: String) -> Bool {
    guard token.kind == .mark(mark) else { return false }
    index += 1
    return true
  }

  private mutating func expect(_ mark: String) throws {
    guard accept(mark) else { throw unexpected("'\(mark)'") }
  }

  private mutating func expect(word: String) throws {
    guard token.kind == .word(word) else { throw unexpected("'\(word)'") }
    index += 1
  }

  /// Parses items separated by commas, and the mark that ends them.
  private mutating func list<Item>(
    until end: String, _ item: (inout GraphParser) throws -> Item
  ) throws -> [Item] {
    if accept(end) { return [] }
    var items: [Item] = []
    repeat { items.append(try item(&self)) } while accept(",")
    guard accept(end) else { throw unexpected("',' or '\(end)'") }
    return items
  }

  private mutating func name(_ expected: String) throws -> String {
    switch token.kind {
    case .string(let text):
      index += 1
      return text
    case .word(let text) where text.unicodeScalars.first.map(Lexer.isLetter) == true:
      index += 1
      return text
    default: throw unexpected(expected)
    }
  }

  private mutating func string() throws -> String {
    guard case .string(let text) = token.kind else { throw unexpected("a string") }
    index += 1
    return text
  }

  private mutating func element<Element>(_ expected: String, _ parse: (String) -> Element?) throws -> Element {
    guard case .word(let word) = token.kind, let element = parse(word) else { throw unexpected(expected) }
    index += 1
    return element
  }
}
