import Foundation

/// Reads the tokens of ONNX's textual syntax from untrusted bytes.
///
/// White space and comments (`#` to the end of the line) separate tokens. A comment of zoo that begins with `#:` is an
/// annotation: it carries a field of the following item that ONNX's syntax lacks.
struct TextLexer {
  private let text: [UInt8]
  private let end: Int
  /// Whether the text is that of an annotation, where `\n` in quotes is a line break.
  private let isAnnotation: Bool
  /// The place of the next token. It may be set back to a former place.
  var position: Int
  private var annotations: [Range<Int>] = []
  /// The end of the last annotation that was found, also if `position` was set back.
  private var scanned = 0

  init(_ text: [UInt8]) {
    self.text = text
    end = text.count
    isAnnotation = false
    position = 0
  }

  private init(annotation range: Range<Int>, of lexer: TextLexer) {
    text = lexer.text
    end = range.upperBound
    isAnnotation = true
    position = range.lowerBound
  }

  /// The annotations since the last call, as texts of their own.
  mutating func takeAnnotations() -> [TextLexer] {
    skipSpace()
    defer { annotations.removeAll() }
    return annotations.map { TextLexer(annotation: $0, of: self) }
  }

  /// The first byte of the next token; nil at the end.
  mutating func next() -> UInt8? {
    skipSpace()
    return position < end ? text[position] : nil
  }

  /// Skips a character if it is next.
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard next() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws {
    guard skip(character) else { throw error(expected: "'\(character)'") }
  }

  /// The arrow between inputs and outputs.
  mutating func expectArrow() throws {
    guard next() == UInt8(ascii: "="), position + 1 < end, text[position + 1] == UInt8(ascii: ">") else {
      throw error(expected: "'=>'")
    }
    position += 2
  }

  /// The letters, digits and underscores of an identifier; nil if none is next.
  mutating func identifier() -> String? {
    guard let first = next(), first.isIdentifier, !first.isDigit else { return nil }
    let start = position
    while position < end, text[position].isIdentifier { position += 1 }
    return String(decoding: text[start..<position], as: UTF8.self)
  }

  /// The identifier that is next, without reading it.
  mutating func upcomingIdentifier() -> String? {
    skipSpace()
    let start = position
    defer { position = start }
    return identifier()
  }

  /// An identifier or a text in quotes; nil if neither is next.
  mutating func name() throws -> String? {
    guard next() == UInt8(ascii: "\"") else { return identifier() }
    let start = position
    guard let name = String(validating: try quoted(), as: UTF8.self), !name.utf8.contains(0) else {
      throw error(expected: "a name in UTF-8 without a NUL", at: start)
    }
    return name
  }

  /// The bytes of a text in quotes. A backslash stands before a quote, and before a backslash.
  mutating func quoted() throws -> [UInt8] {
    guard next() == UInt8(ascii: "\"") else { throw error(expected: "a text in quotes") }
    let start = position
    var content: [UInt8] = []
    position += 1
    while position < end, text[position] != UInt8(ascii: "\"") {
      if text[position] == UInt8(ascii: "\\") {
        position += 1
        guard position < end else { break }
        let isBreak = isAnnotation && text[position] == UInt8(ascii: "n")
        content.append(isBreak ? UInt8(ascii: "\n") : text[position])
      } else {
        content.append(text[position])
      }
      position += 1
    }
    guard position < end else { throw error(expected: "a closing quote for this text", at: start) }
    position += 1
    return content
  }

  /// The characters of a number, and whether it is written as an integer.
  mutating func number() throws -> (text: String, isInteger: Bool) {
    skipSpace()
    let start = position
    if position < end, text[position] == UInt8(ascii: "-") { position += 1 }
    var isInteger = false
    if position < end, text[position].isLetter {
      guard let word = identifier(), Self.isSpecial(word) else { throw error(expected: "a number", at: start) }
    } else if position < end, text[position].isDigit {
      isInteger = true
      skipDigits()
      if position < end, text[position] == UInt8(ascii: ".") {
        isInteger = false
        position += 1
        skipDigits()
      }
      if position < end, text[position] | 0x20 == UInt8(ascii: "e") {
        isInteger = false
        position += 1
        if position < end, text[position] == UInt8(ascii: "-") || text[position] == UInt8(ascii: "+") { position += 1 }
        skipDigits()
      }
    } else {
      throw error(expected: "a number", at: start)
    }
    return (String(decoding: text[start..<position], as: UTF8.self), isInteger)
  }

  /// An integer within the range of its type.
  mutating func integer<Integer: FixedWidthInteger>(_ type: Integer.Type = Integer.self) throws -> Integer {
    skipSpace()
    let start = position
    guard case (let digits, true) = try number(), let value = Integer(digits) else {
      throw error(expected: "an integer from \(Integer.min) to \(Integer.max)", at: start)
    }
    return value
  }

  /// A number that is not too large for its type.
  mutating func real<Real: BinaryFloatingPoint & LosslessStringConvertible>(
    _ type: Real.Type = Real.self
  ) throws -> Real {
    skipSpace()
    let start = position
    let digits = try number().text
    guard let value = Real(digits), value.isFinite || digits.utf8.last.map(\.isLetter) == true else {
      throw error(expected: "a \(Real.self)", at: start)
    }
    return value
  }

  /// Whether a word is a number that is not finite.
  static func isSpecial(_ word: String) -> Bool { ["inf", "infinity", "nan"].contains(word.lowercased()) }

  /// An error at a position: by default at the next token.
  func error(expected: String, at start: Int? = nil) -> ONNXError {
    var lexer = self
    lexer.skipSpace()
    let start = start ?? lexer.position
    let before = text[..<start]
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    // Bytes that continue a character are not counted.
    let column = before[lineStart...].count { $0 & 0xc0 != 0x80 } + 1
    let token = text[start..<end].prefix(24).prefix { !$0.isSpace }
    let found = token.isEmpty ? "the end" : "'\(String(decoding: token, as: UTF8.self))'"
    return ONNXError(
      code: .malformed,
      message: "no readable ONNX text: line \(line), column \(column): expected \(expected), found \(found)")
  }

  private mutating func skipDigits() { while position < end, text[position].isDigit { position += 1 } }

  private mutating func skipSpace() {
    while position < end {
      if text[position].isSpace {
        position += 1
      } else if text[position] == UInt8(ascii: "#") {
        let start = position
        position = text[start..<end].firstIndex(of: UInt8(ascii: "\n")) ?? end
        if start >= scanned, start + 1 < position, text[start + 1] == UInt8(ascii: ":") {
          annotations.append(start + 2..<position)
          scanned = position
        }
      } else {
        return
      }
    }
  }
}

extension UInt8 {
  /// Whether it is a letter of ASCII.
  var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
  /// Whether it is a digit of ASCII.
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  /// Whether an identifier may contain it.
  var isIdentifier: Bool { isLetter || isDigit || self == UInt8(ascii: "_") }
  /// Whether it is white space: a space, or from the horizontal tab to the carriage return.
  fileprivate var isSpace: Bool { self == 0x20 || (0x09...0x0d).contains(self) }
}
