/// Splits the text of a graph into tokens.
struct Lexer {
  /// A token with its position.
  struct Token {
    enum Kind: Equatable {
      /// A name, keyword or number.
      case word(String)
      /// Text between quotation marks, unescaped.
      case string(String)
      /// Punctuation.
      case mark(String)
      case end
    }

    let kind: Kind
    let line: Int
    let column: Int

    /// The token as messages describe it.
    var description: String {
      switch kind {
      case .word(let text), .mark(let text): "'\(text)'"
      case .string(let text): "the string \"\(text)\""
      case .end: "the end of the text"
      }
    }
  }

  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var line = 1
  private var lineStart = 0

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  /// Whether a name needs no quotation marks.
  static func isIdentifier(_ name: String) -> Bool {
    name.unicodeScalars.first.map(isLetter) == true && name.unicodeScalars.allSatisfy { isPartOfWord($0) && $0 != "+" }
  }

  static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    "a"..."z" ~= scalar || "A"..."Z" ~= scalar || scalar == "_"
  }

  private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
    isLetter(scalar) || "0"..."9" ~= scalar || scalar == "." || scalar == "/" || scalar == "-" || scalar == "+"
  }

  /// Returns an error at a position of the text.
  static func error(_ code: GraphError.Code = .syntax, line: Int, column: Int, _ message: String) -> GraphError {
    GraphError(code, "line \(line), column \(column): \(message)")
  }

  /// Returns all tokens; the last is the end.
  mutating func tokens() throws -> [Token] {
    var tokens: [Token] = []
    while true {
      skipBlanks()
      let (line, column) = (line, position - lineStart + 1)
      let kind = try next(line: line, column: column)
      tokens.append(Token(kind: kind, line: line, column: column))
      if kind == .end { return tokens }
    }
  }

  private mutating func skipBlanks() {
    var isComment = false
    while position < scalars.count {
      let scalar = scalars[position]
      guard isComment || scalar == "#" || scalar.properties.isWhitespace else { return }
      position += 1
      if scalar == "\n" {
        line += 1
        lineStart = position
      }
      isComment = (isComment || scalar == "#") && scalar != "\n"
    }
  }

  private mutating func next(line: Int, column: Int) throws -> Token.Kind {
    guard position < scalars.count else { return .end }
    let scalar = scalars[position]
    if Self.isPartOfWord(scalar) {
      let start = position
      while position < scalars.count, Self.isPartOfWord(scalars[position]) { position += 1 }
      return .word(text(scalars[start..<position]))
    }
    position += 1
    switch scalar {
    case "\"": return .string(try string(line: line, column: column))
    case "=" where position < scalars.count && scalars[position] == ">":
      position += 1
      return .mark("=>")
    case "(", ")", "[", "]", "{", "}", "<", ">", "=", ",", ":", "?": return .mark(String(scalar))
    default:
      throw Self.error(line: line, column: column, "expected a name, a number or punctuation, found '\(scalar)'")
    }
  }

  /// Reads the rest of a string after its opening quotation mark.
  private mutating func string(line: Int, column: Int) throws -> String {
    var content: [Unicode.Scalar] = []
    while position < scalars.count, scalars[position] != "\n" {
      let scalar = scalars[position]
      position += 1
      switch scalar {
      case "\"": return text(content[...])
      case "\\": content.append(try escape())
      default: content.append(scalar)
      }
    }
    throw Self.error(line: line, column: column, "expected '\"' at the end of this string, found the end of the line")
  }

  /// Reads an escape after its backslash.
  private mutating func escape() throws -> Unicode.Scalar {
    let column = position - lineStart
    let letter = position < scalars.count ? scalars[position] : " "
    position += 1
    switch letter {
    case "\"", "\\": return letter
    case "n": return "\n"
    case "t": return "\t"
    case "u":
      let digits = scalars[min(position, scalars.count)...].prefix(12).prefix { $0 != "}" }
      if digits.first == "{", let value = UInt32(text(digits.dropFirst()), radix: 16),
        let scalar = Unicode.Scalar(value)
      {
        position += digits.count + 1
        return scalar
      }
      fallthrough
    default:
      throw Self.error(
        line: line, column: column, "expected an escape (\\\", \\\\, \\n, \\t or \\u{…}), found '\\\(letter)'")
    }
  }

  private func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }
}
