/// What is wrong with a network or its parts.
public struct NNError: Error, CustomStringConvertible, Sendable {
  /// The kind of mistake.
  public enum Code: String, Sendable, CaseIterable {
    /// A layer can't take what the layer before it gives.
    case shape
    /// A number that a layer or an optimiser can't work with.
    case setting
    /// A network without layers, or with parts that it can't have.
    case network
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
