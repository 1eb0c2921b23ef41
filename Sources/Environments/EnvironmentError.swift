// Each module has an error struct of this shape. The type names the module that failed, and its codes are closed.

/// An error of an environment: a code to act on, a message to show, and the underlying error if there is one.
public struct EnvironmentError: Error, CustomStringConvertible, Sendable {
  /// The kinds of failure.
  public enum Code: String, CaseIterable, Sendable {
    /// No environment has this name.
    case unknownEnvironment
    /// A setting of an environment or a wrapper is out of range, or the wrapper doesn't fit the environment.
    case invalidSetting
    /// An action isn't one of the action space: another kind or number of values, a discrete action out of range, NaN,
    /// an infinity.
    case invalidAction
    /// A step was requested after the end of an episode.
    case episodeOver
    /// A saved state doesn't fit the environment.
    case invalidState
    /// The process that computes an environment can't be started, has failed, or takes too long.
    case worker
  }

  /// The heading of the last lines that a worker printed, in its errors.
  public static let outputHeading = "; the last it printed:\n"

  /// The kind of failure.
  public let code: Code
  /// The message: expected, found, what to do.
  public let message: String
  /// The error that led to this one.
  public let cause: (any Error)?

  /// Creates an error from its parts.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message, followed by the cause if there is one.
  public var description: String {
    cause.map { "\(message) (\($0))" } ?? message
  }
}
