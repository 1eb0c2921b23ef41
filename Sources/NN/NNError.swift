// Each module has an error struct of this shape. The type names the module that failed, and its codes are closed.

/// An error of a network or its parts.
public struct NNError: Error, CustomStringConvertible, Sendable {
  /// The kind of mistake.
  public enum Code: String, Sendable, CaseIterable {
    /// A layer does not support the shape of its input.
    case shape
    /// A setting of a layer or an optimiser is out of range.
    case setting
    /// A network has no layers, or has invalid parts.
    case network
  }

  /// The kind of mistake.
  public let code: Code
  /// The message: the thing, expected and found.
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
}
