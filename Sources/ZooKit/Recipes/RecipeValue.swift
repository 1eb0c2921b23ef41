import Autograd
import Yams

/// A value of a recipe with its location and its path, such as `networks.critic.layers[2]`.
///
/// Its methods convert it to an expected type; their errors name the value that was found.
public struct RecipeValue {
  /// The most elements of one sample of a network. The limit keeps sizes of tensors from overflowing.
  public static let extentLimit = 1 << 24

  private let node: Node
  /// The path of the value in the recipe, for messages.
  public let path: String
  /// The location of the value in the text.
  public let location: RecipeLocation
  /// The meaning of names.
  let context: RecipeContext

  /// Creates the root of a recipe, or of settings.
  init(_ node: Node, source: String, path: String, _ context: RecipeContext) {
    self.node = node
    self.path = path
    self.context = context
    location = RecipeLocation(source: source, line: node.mark?.line, column: node.mark?.column)
  }

  /// Creates a part of `parent`. It has a line only if the parent has one.
  private init(_ node: Node, in parent: RecipeValue, path: String) {
    self.node = node
    self.path = path
    context = parent.context
    let mark = parent.location.line == nil ? nil : node.mark
    location = RecipeLocation(source: parent.location.source, line: mark?.line, column: mark?.column)
  }

  /// The value as a case of an enumeration.
  public func choice<Choice: RawRepresentable & CaseIterable>(
    of type: Choice.Type = Choice.self
  ) throws(RecipeError) -> Choice where Choice.RawValue == String {
    let word = try choice(among: Choice.allCases.map(\.rawValue))
    guard let choice = Choice(rawValue: word) else { preconditionFailure("no '\(word)'") }
    return choice
  }

  /// The value as one of some words.
  ///
  /// - Throws: ``RecipeError`` with code `badValue` and a suggestion.
  public func choice(among words: [String]) throws(RecipeError) -> String {
    let word = try text()
    guard words.contains(word) else {
      throw error(
        .badValue, "\(path) is '\(word)', which is not known; \(Suggestion.hint(for: word, among: words))")
    }
    return word
  }

  /// The value as one line of text.
  public func text() throws(RecipeError) -> String {
    guard let scalar = node.scalar else { throw wrongType("text") }
    guard !scalar.string.isEmpty else { throw error(.badValue, "\(path) is empty, expected text") }
    guard scalar.string.count <= 500,
      scalar.string.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    else {
      throw error(
        .badValue, "\(path) is \(found), expected one line of at most 500 characters without control characters")
    }
    return scalar.string
  }

  /// The value as a name for commands and files.
  public func name() throws(RecipeError) -> String {
    let name = try text()
    guard name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,63}/) != nil else {
      throw error(
        .badValue, "\(path) is \(found), expected at most 64 letters, digits, '-', '_' and '.', a letter or digit first"
      )
    }
    return name
  }

  /// The value as a whole number; `20_000` is one, too.
  public func integer(atLeast minimum: Int = 1, atMost maximum: Int = 1_000_000_000_000) throws(RecipeError) -> Int {
    guard let digits = plain?.replacing("_", with: ""), let number = Int(digits) else {
      if let digits = plain?.replacing("_", with: ""), digits.wholeMatch(of: /[+-]?[0-9]+/) != nil {
        let bound = digits.hasPrefix("-") ? "at least \(minimum)" : "at most \(maximum)"
        throw error(.badValue, "\(path) is \(digits.prefix(40)), expected \(bound)")
      }
      throw wrongType("a whole number")
    }
    guard number >= minimum else { throw error(.badValue, "\(path) is \(number), expected at least \(minimum)") }
    guard number <= maximum else { throw error(.badValue, "\(path) is \(number), expected at most \(maximum)") }
    return number
  }

  /// The value as a whole number in hexadecimal, such as `0x1F`; nil for anything else.
  var hexadecimal: Int? {
    plain.flatMap { $0.hasPrefix("0x") ? Int($0.dropFirst(2), radix: 16) : nil }
  }

  /// The value as a number that `isRight` accepts; `expected` describes such numbers.
  public func number<Number: BinaryFloatingPoint & LosslessStringConvertible>(
    _ expected: String = "a finite number", where isRight: (Number) -> Bool = { _ in true }
  ) throws(RecipeError) -> Number {
    guard let digits = plain, digits.allSatisfy({ $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }),
      let number = Number(digits)
    else { throw wrongType(expected) }
    guard number.isFinite, isRight(number) else { throw error(.badValue, "\(path) is \(digits), expected \(expected)") }
    return number
  }

  /// The value as a boolean.
  public func bool() throws(RecipeError) -> Bool {
    switch plain {
    case "true", "True", "TRUE": return true
    case "false", "False", "FALSE": return false
    default: throw wrongType("true or false")
    }
  }

  /// Whether the value is YAML's null.
  public var isNull: Bool { ["", "~", "null", "Null", "NULL"].contains(plain) }

  /// The items of a list.
  public func list(of expected: String = "a list") throws(RecipeError) -> [RecipeValue] {
    guard let sequence = node.sequence else { throw wrongType(expected) }
    return sequence.enumerated().map { index, item in
      RecipeValue(item, in: self, path: "\(path)[\(index + 1)]")
    }
  }

  /// A shape without the batch: at least one extent, all of them positive.
  public func shape() throws(RecipeError) -> [Int] {
    var extents: [Int] = []
    var product = 1
    for item in try list(of: "a list of extents, such as [1, 28, 28]") {
      extents.append(try item.integer(atMost: Self.extentLimit))
      product = min(product * (extents.last ?? 1), Self.extentLimit + 1)
    }
    guard !extents.isEmpty, product <= Self.extentLimit else {
      throw error(.badValue, "\(path) is \(extents), expected 1 to \(Self.extentLimit) elements in all")
    }
    return extents
  }

  /// The value as one number for all axes of a window, or a list with one for each.
  public func perAxis(atLeast minimum: Int = 1) throws(RecipeError) -> PerAxis {
    let limit = 1 << 16
    guard node.sequence != nil else { return PerAxis(try integer(atLeast: minimum, atMost: limit)) }
    return PerAxis(
      try list().map { (item) throws(RecipeError) in try item.integer(atLeast: minimum, atMost: limit) })
  }

  /// The values of a mapping whose keys are `Key`'s.
  public func mapping<Key>(of type: Key.Type = Key.self) throws(RecipeError) -> RecipeMapping<Key> {
    try RecipeMapping(self)
  }

  /// The values of a mapping by key, in their order.
  ///
  /// - Throws: ``RecipeError`` at the first key that is not among `keys`, or that is duplicated.
  public func entries(among keys: [String]) throws(RecipeError) -> [(key: String, value: RecipeValue)] {
    var entries: [(key: String, value: RecipeValue)] = []
    for (name, value) in try self.entries() {
      let word = try name.text()
      guard keys.contains(word) else {
        let place = path.isEmpty ? "" : " in \(path)"
        throw name.error(
          .unknownKey, "unknown key '\(word)'\(place); \(Suggestion.hint(for: word, among: keys))")
      }
      guard !entries.contains(where: { $0.key == word }) else {
        throw name.error(.syntax, "key '\(word)' stands twice in one mapping; keep one")
      }
      entries.append((word, value))
    }
    return entries
  }

  /// The keys and values of a mapping, in their order.
  public func entries() throws(RecipeError) -> [(key: RecipeValue, value: RecipeValue)] {
    guard let mapping = node.mapping else { throw wrongType("a mapping of keys to values") }
    var entries: [(key: RecipeValue, value: RecipeValue)] = []
    for (key, value) in mapping {
      let key = RecipeValue(key, in: self, path: path.isEmpty ? "a key" : "a key of \(path)")
      let name = try key.text()
      let path = path.isEmpty ? name : "\(path).\(name)"
      entries.append((key, RecipeValue(value, in: self, path: path)))
    }
    return entries
  }

  /// Whether the value is a mapping.
  public var isMapping: Bool { node.mapping != nil }

  /// Creates an error at this value.
  public func error(_ code: RecipeError.Code, _ message: String, cause: (any Error)? = nil) -> RecipeError {
    RecipeError(code: code, at: location, message: message, cause: cause)
  }

  /// Creates an error with the found value and the expected type.
  public func wrongType(_ expected: String) -> RecipeError {
    error(.wrongType, "\(path.isEmpty ? "the recipe" : path) is \(found), expected \(expected)")
  }

  /// The text of a scalar without quotes.
  private var plain: String? { node.scalar.flatMap { $0.style == .plain ? $0.string : nil } }

  private var found: String {
    switch node {
    case .scalar(let scalar) where scalar.string.isEmpty: return "empty"
    case .scalar(let scalar):
      let start = String(scalar.string.prefix(40))
      let kind = scalar.style == .plain ? "word" : "quoted text"
      return "the \(kind) \(start.debugDescription)\(start == scalar.string ? "" : "…")"
    case .sequence(let items): return "a list of \(items.count)"
    case .mapping(let entries): return "a mapping of \(entries.count) keys"
    case .alias: return "an alias"
    }
  }
}
