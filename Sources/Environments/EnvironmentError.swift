/// What went wrong with an environment: a code to act on, a message to show, and the underlying error if there is one.
public struct EnvironmentError: Error, CustomStringConvertible, Sendable {
  /// The kinds of failure.
  public enum Code: String, CaseIterable, Sendable {
    /// No environment has this name.
    case unknownEnvironment
    /// A saved state doesn't fit the environment.
    case invalidState
  }

  /// The kind of failure.
  public let code: Code
  /// What was expected, what was found, and what to do.
  public let message: String
  /// The error that led to this one.
  public let cause: (any Error)?

  /// Creates an error from its parts.
  public init(code: Code, message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message, followed by the cause if there is one.
  public var description: String {
    cause.map { "\(message) (\($0))" } ?? message
  }
}
