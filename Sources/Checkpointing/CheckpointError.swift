// Each module has an error struct of this shape. The type names the module that failed, and its codes are closed.

/// A part of a checkpoint that is missing or does not fit.
public struct CheckpointError: Error, CustomStringConvertible, Sendable {
  /// The kind of part.
  public enum Code: String, Sendable, CaseIterable {
    /// A tensor is missing or has another type than expected.
    case tensor
    /// A random stream is missing.
    case stream
    /// A counter is missing or out of range.
    case counter
  }

  /// The kind of part.
  public let code: Code
  /// The name of the part, what was expected and what was found.
  public let message: String
  /// The error that led to this one.
  public let cause: (any Error)?

  /// An error from its parts.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message, and the cause if there is one.
  public var description: String { cause.map { "\(message): \($0)" } ?? message }
}
