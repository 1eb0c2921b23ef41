// Each module has an error struct of this shape. The type names the module that failed, and its codes are closed.

/// A file of tensors that can't be read or written.
public struct TensorFileError: Error, CustomStringConvertible, Sendable {
  /// The kinds of failure.
  public enum Code: String, CaseIterable, Sendable {
    /// The file is missing, is no regular file, or the system refuses to read it.
    case unreadable
    /// The content breaks its format.
    case corrupt
    /// The content or the tensors are well-formed, but contain something that the other side does not support.
    case unsupported
  }

  /// The kind of failure.
  public let code: Code
  /// The file, what was expected, what was found, and what to do.
  public let message: String
  /// The error behind this one.
  public let cause: (any Error)?

  /// An error.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message, and the cause behind it.
  public var description: String { cause.map { "\(message): \($0)" } ?? message }

  /// The error with the thing that it concerns in front of its message.
  func of(_ thing: String) -> TensorFileError { TensorFileError(code, "\(thing): \(message)", cause: cause) }
}
