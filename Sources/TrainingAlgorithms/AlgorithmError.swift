// Each module has an error struct of this shape. The type names the module that failed, and its codes are closed.

/// An error of an algorithm's settings, of its networks, or of a run.
public struct AlgorithmError: Error, CustomStringConvertible, Sendable {
  /// The kind of mistake.
  public enum Code: String, Sendable, CaseIterable {
    /// A setting is out of range.
    case setting
    /// Networks or data do not fit each other.
    case network
    /// A loss is no longer a finite number.
    case diverged
    /// A checkpoint lacks data, or its data do not fit the algorithm.
    case state
  }

  /// The kind of mistake.
  public let code: Code
  /// The message: thing, expected, found.
  public let message: String
  /// The path of the wrong setting in a recipe: `penalty.weight`; nil if no setting or several settings are wrong.
  public let setting: String?
  /// The error that led to this one.
  public let cause: (any Error)?

  /// An error from its parts.
  public init(_ code: Code, _ message: String, setting: String? = nil, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.setting = setting
    self.cause = cause
  }

  /// The message, and the cause behind it.
  public var description: String { cause.map { "\(message): \($0)" } ?? message }
}
