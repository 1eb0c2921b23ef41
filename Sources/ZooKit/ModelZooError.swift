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
  /// The remedy, if one is known. The message does not say how the user of a program asks for it.
  public let remedy: Remedy?

  /// A remedy for an error.
  public enum Remedy: Sendable, Hashable {
    /// To draw samples of the reference, whose run trains no agent.
    case sample(String)
    /// To evaluate the reference, whose run trains an agent.
    case evaluate(String)
    /// To begin a run from the reference, with a setting that its run can't change.
    case fork(String, setting: String)
    /// To allow that bits differ.
    case allowInexact
    /// To raise the run's target.
    case raiseTarget
    /// To train a model, which makes a store, or to name another store.
    case train
  }

  /// An error.
  public init(_ code: Code, _ message: String, remedy: Remedy? = nil, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
    self.remedy = remedy
  }

  /// The message, and the cause behind it.
  public var description: String { cause.map { "\(message): \($0)" } ?? message }
}
