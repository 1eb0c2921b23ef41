/// An error of a graph that has no form in StableHLO.
public struct StableHLOError: Error, CustomStringConvertible, Sendable {
  /// The kind of error.
  public enum Code: String, Sendable, CaseIterable {
    /// The graph is invalid.
    case graph
    /// The graph needs what a compiled program lacks: symbolic dimensions, or values that only a run determines.
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
