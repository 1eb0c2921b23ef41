// Each module has an error struct of this shape. The type names the module that failed, and its codes are closed.

/// An error in a graph, a node or a graph's text.
public struct GraphError: Error, CustomStringConvertible, Sendable {
  /// The kind of error.
  public enum Code: String, Sendable, CaseIterable {
    /// A node has too few, too many or unknown inputs or outputs.
    case arity
    /// An attribute is unknown, missing, or of another kind than the operator's.
    case attribute
    /// An operator does not accept an element type.
    case dataType
    /// A shape fits neither the operator nor the declared one.
    case shape
    /// A name is used twice, before its definition, or without one.
    case name
    /// The text is not a graph.
    case syntax
    /// The vocabulary lacks a feature.
    case unsupported
  }

  /// The kind of error.
  public let code: Code
  /// The thing, the expected and the found value.
  public let message: String
  /// The underlying error.
  public let cause: (any Error)?

  /// An error.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message, followed by the underlying error.
  public var description: String { cause.map { "\(message): \($0)" } ?? message }
}
