// Each module has an error struct of this shape. The type names the module that failed, and its codes are closed.

/// An error in running a graph on the given values.
public struct ExecutionError: Error, CustomStringConvertible, Sendable {
  /// The kind of mistake.
  public enum Code: String, Sendable, CaseIterable {
    /// An input or a parameter has no value.
    case missingValue
    /// A value was given under a name that the graph does not have.
    case unknownName
    /// A value's element type or shape is not the declared one.
    case wrongType
    /// An operator failed.
    case failed
  }

  /// The kind of mistake.
  public let code: Code
  /// The message: the graph, the thing, expected and found.
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
