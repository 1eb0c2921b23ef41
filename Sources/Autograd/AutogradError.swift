// Each module has an error struct of this shape. The type names the module that failed, and its codes are closed.

/// An error in a request for gradients.
public struct AutogradError: Error, CustomStringConvertible, Sendable {
  /// The kind of mistake.
  public enum Code: String, Sendable, CaseIterable {
    /// An output that is not a scalar needs `gradOutputs`.
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
    /// An operator has no derivative of the requested order.
    case notDifferentiable
    /// A hook was registered on a tensor without a gradient, or returned a gradient of another type.
    case hook
    /// A function returned gradients that do not fit its inputs, or its recomputation gave another result.
    case function
    /// A NaN was produced in `detectAnomaly {}`.
    case anomaly
    /// Numerical and analytical derivatives differ.
    case gradcheck
    /// The value of a symbolic tensor was requested, or a graph was called with arguments that do not fit it.
    case trace
  }

  /// The kind of mistake.
  public let code: Code
  /// The message: the thing, expected, found, and what to do.
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
