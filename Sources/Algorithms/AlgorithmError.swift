/// What is wrong with an algorithm's settings, its networks, or the course of a run.
public struct AlgorithmError: Error, CustomStringConvertible, Sendable {
  /// The kind of mistake.
  public enum Code: String, Sendable, CaseIterable {
    /// A number is out of range.
    case setting
    /// Networks or data do not fit each other.
    case network
    /// A loss is no longer a finite number.
    case diverged
    /// A checkpoint lacks something, or has something else than the algorithm needs.
    case state
  }

  /// The kind of mistake.
  public let code: Code
  /// The thing, what was expected and what was found.
  public let message: String
  /// The path of the setting that is wrong, as recipes have it: `penalty.weight`; nil if it is none or several.
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
