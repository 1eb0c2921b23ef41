import Foundation

/// The path of a file, in a form that SQLite does not interpret.
///
/// SQLite interprets some texts: an empty one, `:memory:`, and, with Debian's settings, a URI `file:…`. None of them
/// begins with a slash. Therefore SQLite gets the absolute path.
struct StorePath: Sendable {
  /// The path as the user wrote it, for messages.
  let text: String
  /// The absolute path.
  let absolute: String

  /// The bytes of the longest path that SQLite opens, with room for `-journal`.
  private static let limit = 504

  /// - Throws: ``StoreError`` for a text that is not the path of a file.
  init(_ text: String) throws {
    func refuse(_ problem: String) -> StoreError { StoreError(.invalidPath, problem) }
    guard !text.isEmpty else {
      throw refuse("the path of a store is empty; expected the path of a file, such as zoo.sqlite")
    }
    guard !text.utf8.contains(0) else { throw refuse("the path '\(text.excerpt(120))' contains a NUL; remove it") }
    guard text != ":memory:" else {
      throw refuse("':memory:' names no file, expected the path of a file; './:memory:' is a file of that name")
    }
    guard !text.hasPrefix("file:") else {
      throw refuse(
        "'\(text.excerpt(120))' is a URI, expected the path of a file; './\(text.excerpt(120))' is a file of that name")
    }
    guard text.utf8.last != UInt8(ascii: "/") else {
      throw refuse("'\(text.excerpt(120))' names a folder, expected the path of a file")
    }
    self.text = text
    absolute = text.hasPrefix("/") ? text : FileManager.default.currentDirectoryPath + "/" + text
    guard absolute.utf8.count <= Self.limit else {
      throw refuse(
        "the path '\(text.excerpt(120))' is too long: expected at most \(Self.limit) bytes, "
          + "found \(absolute.utf8.count) bytes")
    }
  }

  /// The folder of the file.
  var folder: String {
    let slash = absolute.lastIndex(of: "/") ?? absolute.startIndex
    return slash == absolute.startIndex ? "/" : String(absolute[..<slash])
  }
}
