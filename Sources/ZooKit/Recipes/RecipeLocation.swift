/// A location in a recipe.
public struct RecipeLocation: Hashable, Sendable, CustomStringConvertible {
  /// The file or other source of the text.
  public let source: String
  /// The line, from 1; nil if the source has no lines, as `--set batch=32`.
  public let line: Int?
  /// The column, in Unicode scalars from 1; nil if the source has no lines.
  public let column: Int?

  /// Creates a location in a text.
  public init(source: String, line: Int? = nil, column: Int? = nil) {
    self.source = source
    self.line = line
    self.column = column
  }

  /// For example `mine.yaml:12:9`.
  public var description: String {
    ([source] + [line, column].compactMap { $0.map(String.init) }).joined(separator: ":")
  }
}
