// Each module has an error struct of this shape. The type names the module that failed, and its codes are closed.

/// An error of the zoo as a whole; modules below have errors of their own.
public struct ModelZooError: Error, CustomStringConvertible, Sendable {
  /// The kind of mistake.
  public enum Code: String, Sendable, CaseIterable {
    /// A wrong argument: a step of -1, a network that a run lacks.
    case invalidArgument
    /// A stored run that can't be continued.
    case invalidRun
    /// A run that would not continue bit for bit here.
    case inexact
    /// Training ended with an error, which is the cause. The run keeps its last checkpoint.
    case training
    /// The file with runs does not exist.
    case noStore
    /// A trained model that does not exist, or a file of one that is missing or damaged.
    case trainedModel
  }

  /// The kind of mistake.
  public let code: Code
  /// The message: the thing, expected, found, what to do.
  public let message: String
  /// The underlying error.
  public let cause: (any Error)?
  /// The remedy, if one is known. The message does not name a program's command for it.
  public let remedy: Remedy?

  /// A remedy for an error.
  public enum Remedy: Sendable, Hashable {
    /// Draw samples of the reference, whose run trains no agent.
    case sample(String)
    /// Evaluate the reference, whose run trains an agent.
    case evaluate(String)
    /// Fork the reference, with a setting that its run can't change.
    case fork(String, setting: String)
    /// Allow that bits differ.
    case allowInexact
    /// Raise the run's target.
    case raiseTarget
    /// Raise the evaluation at which the run is done.
    case raiseGoal
    /// Train a model, which creates a store, or name another store.
    case train
  }

  /// Creates an error.
  public init(_ code: Code, _ message: String, remedy: Remedy? = nil, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
    self.remedy = remedy
  }

  /// The message, followed by the cause.
  public var description: String { cause.map { "\(message): \($0)" } ?? message }
}
