import FileOutput
import Foundation
import Yams

/// Reads YAML text into values that know their location.
enum RecipeDocument {
  /// The largest recipe in bytes; a long one has about 2,000.
  static let sizeLimit = 65_536
  /// The most aliases. A few lines of nested aliases can expand to billions of values, and keys are compared in full.
  static let aliasLimit = 32

  /// The root of the only document in `text`.
  ///
  /// - Parameters:
  ///   - text: the YAML.
  ///   - source: the name of the text in messages.
  ///   - path: the path of the root in messages; empty for a whole recipe.
  ///   - context: the catalogue, and the folder of files that the recipe names.
  /// - Throws: ``RecipeError`` with code `.syntax` and the line.
  static func parse(
    _ text: String, source: String, path: String = "", _ context: RecipeContext
  ) throws(RecipeError) -> RecipeValue {
    guard let root = try composed(text, source: source) else {
      let start = RecipeLocation(source: source, line: 1, column: 1)
      throw RecipeError(code: .syntax, at: start, message: "the recipe is empty, expected a mapping of keys to values")
    }
    return RecipeValue(root, source: source, path: path, context)
  }

  /// Settings with the value of one assignment, such as `penalty.weight=5`.
  ///
  /// - Throws: ``RecipeError`` with code `.syntax` if the text is not an assignment.
  static func parse(assignment: String, _ context: RecipeContext) throws(RecipeError) -> RecipeValue {
    let source = "--set \(assignment)"
    let sides = assignment.split(separator: "=", maxSplits: 1)
    guard sides.count == 2, var node = try composed(String(sides[1]), source: source) else {
      throw RecipeError(
        code: .syntax, at: RecipeLocation(source: source), message: "expected KEY=VALUE, such as penalty.weight=5")
    }
    for key in sides[0].split(separator: ".", omittingEmptySubsequences: false).reversed() {
      node = Node([(Node(String(key)), node)])
    }
    return RecipeValue(node, source: source, path: "settings", context)
  }

  /// The path of a file that a recipe in `folder` names.
  static func path(of name: String, in folder: URL) -> String {
    name.hasPrefix("/") ? name : folder.appending(path: name).path
  }

  /// The text of a file.
  ///
  /// - Throws: ``RecipeError``: `.file` if it can't be read, `.syntax` if it is too long or not UTF-8.
  static func read(_ path: String, limit: Int = sizeLimit) throws(RecipeError) -> String {
    let data: Data
    do {
      let file = try FileHandle(forReadingFrom: URL(filePath: path))
      defer { try? file.close() }
      data = try file.read(upToCount: limit + 1) ?? Data()
    } catch {
      throw RecipeError(
        code: .file, message: "'\(path)' can't be read; check the path: \(error.systemReason)")
    }
    try check(data.count, limit, source: path)
    guard let text = String(validating: data, as: UTF8.self) else {
      let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
      throw RecipeError(
        code: .syntax, at: RecipeLocation(source: path, line: line.map { $0 + 1 }, column: 1),
        message: "the line is not UTF-8, the encoding of recipes and their files")
    }
    // Some editors write a byte order mark first.
    return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
  }

  private static func check(_ size: Int, _ limit: Int, source: String) throws(RecipeError) {
    guard size <= limit else {
      let start = RecipeLocation(source: source, line: 1, column: 1)
      throw RecipeError(code: .syntax, at: start, message: "the text is longer than \(limit) bytes; shorten it")
    }
  }

  /// The root node of a text; nil if there is none.
  private static func composed(_ text: String, source: String) throws(RecipeError) -> Node? {
    let start = RecipeLocation(source: source, line: 1, column: 1)
    try check(text.utf8.count, sizeLimit, source: source)
    guard text.matches(of: /\*[A-Za-z0-9_-]/).count <= aliasLimit else {
      throw RecipeError(
        code: .syntax, at: start,
        message: "the recipe has more than \(aliasLimit) aliases (*NAME); write the values out")
    }
    do {
      return try compose(yaml: text)
    } catch {
      throw RecipeError(error, in: text, source: source)
    }
  }
}
