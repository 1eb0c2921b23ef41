/// What is wrong with a graph, a node or its text.
public struct GraphError: Error, CustomStringConvertible, Sendable {
  /// The kind of mistake.
  public enum Code: String, Sendable, CaseIterable {
    /// A node has too few, too many or unknown inputs or outputs.
    case arity
    /// An attribute is unknown, missing, or of another kind than the operator's.
    case attribute
    /// An element type is not one that the operator takes.
    case dataType
    /// A shape does not fit the operator or the declared one.
    case shape
    /// A name is used twice, before it is made, or is made by nobody.
    case name
    /// Text that is not a graph.
    case syntax
    /// Something that the vocabulary does not have.
    case unsupported
  }

  /// The kind of mistake.
  public let code: Code
  /// The thing, what was expected and what was found.
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
