/// What is wrong with a request for gradients.
public struct AutogradError: Error, CustomStringConvertible, Sendable {
  /// The kind of mistake.
  public enum Code: String, Sendable, CaseIterable {
    /// An output that is no scalar needs `gradOutputs`.
    case nonScalarOutput
    /// `gradOutputs` differ in number, shape or element type from the outputs.
    case gradOutputs
    /// An output or input does not require a gradient.
    case requiresNoGrad
    /// An input is not part of the outputs' graph.
    case unused
    /// The graph was freed by an earlier pass.
    case freed
    /// A tensor that a derivative needs was changed in place.
    case inPlace
    /// An operator has no derivative of the order asked for.
    case notDifferentiable
    /// A hook was registered where no gradient comes by, or gave a gradient of another type.
    case hook
    /// A function gave gradients that do not fit its inputs, or computed something else when it was computed again.
    case function
    /// A number that is not one came up in `detectAnomaly {}`.
    case anomaly
    /// Numerical and analytical derivatives differ.
    case gradcheck
    /// A value was asked of a symbolic tensor, or a graph got arguments that do not fit it.
    case trace
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
