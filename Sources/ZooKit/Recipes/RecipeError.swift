// Each module has an error struct of this shape. The type names the module that failed, and its codes are closed.

/// An error in a recipe: its code, location and message, and the underlying error if there is one.
public struct RecipeError: Error, CustomStringConvertible, Sendable {
  /// The kinds of mistake.
  public enum Code: String, CaseIterable, Sendable {
    /// The text is not YAML, or uses YAML that recipes do not support.
    case syntax
    /// An unknown key.
    case unknownKey
    /// A required key is missing.
    case missingKey
    /// A value of the wrong type: text instead of a number, for example.
    case wrongType
    /// A value of the right type that is out of range or unknown.
    case badValue
    /// Layers or networks that do not fit each other.
    case badShape
    /// No model has this name.
    case unknownRecipe
    /// A file can't be read.
    case file
  }

  /// The kind of mistake.
  public let code: Code
  /// The location of the mistake; nil if it is not in a text.
  public let location: RecipeLocation?
  /// The message: expected, found, what to do.
  public let message: String
  /// The underlying error.
  public let cause: (any Error)?

  /// Creates an error from its parts.
  public init(code: Code, at location: RecipeLocation? = nil, message: String, cause: (any Error)? = nil) {
    self.code = code
    self.location = location
    self.message = message
    self.cause = cause
  }

  /// The location, the message and the cause, such as
  /// `mine.yaml:12:9: unknown key 'btach' in settings; did you mean 'batch'?`.
  public var description: String {
    let parts: [String?] = [location?.description, message, cause.map { "\($0)" }]
    return parts.compactMap { $0 }.joined(separator: ": ")
  }
}
