/// What is wrong with a recipe: a code to act on, the place, a message to show, and the underlying error if there is
/// one.
public struct RecipeError: Error, CustomStringConvertible, Sendable {
  /// The kinds of mistake.
  public enum Code: String, CaseIterable, Sendable {
    /// The text is not YAML, or YAML beyond what recipes use.
    case syntax
    /// A key that nothing reads.
    case unknownKey
    /// A key that has to be there is not.
    case missingKey
    /// A value of another kind: text where a number belongs, for example.
    case wrongType
    /// A value of the right kind that is out of range or not among those known.
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
  /// Where the mistake is; nil where it is not in a text.
  public let location: RecipeLocation?
  /// What was expected, what was found, and what to do.
  public let message: String
  /// The error that led to this one.
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
