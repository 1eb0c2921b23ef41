/// What went wrong in the zoo as a whole; modules below have errors of their own.
public struct ModelZooError: Error, CustomStringConvertible, Sendable {
  /// The kind of mistake.
  public enum Code: String, Sendable, CaseIterable {
    /// An argument that makes no sense: a step of -1, a network that a run lacks.
    case invalidArgument
    /// A stored run that can't be gone on with.
    case invalidRun
    /// A run that would get other bits here than where it began.
    case inexact
    /// Training ended with an error, which is the cause. The run keeps its last checkpoint.
    case training
    /// There is no file with runs at a path.
    case noStore
  }

  /// The kind of mistake.
  public let code: Code
  /// The thing, what was expected and what was found, and what to do.
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
