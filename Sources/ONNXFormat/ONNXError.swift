// Each module has an error struct of this shape. The type names the module that failed, and its codes are closed.

/// An error of an ONNX file, or of a graph that can't become one.
public struct ONNXError: Error, CustomStringConvertible, Sendable {
  /// The kind of mistake.
  public enum Code: String, Sendable, CaseIterable {
    /// Bytes that are no ONNX model: broken encoding, or a message without a required field.
    case malformed
    /// Bytes that would take more depth or memory than ``Limits`` allow.
    case limit
    /// A valid model that uses a feature outside of our vocabulary.
    case unsupported
    /// A tensor whose type, shape and data do not fit together.
    case tensor
    /// External data that can't be used.
    case externalData
    /// A graph that breaks the rules of the intermediate representation.
    case graph
    /// A file that can't be read or written.
    case file
  }

  /// The kind of mistake.
  public let code: Code
  /// The message: thing, expected, found.
  public let message: String
  /// The error behind this one.
  public let cause: (any Error)?

  /// An error.
  public init(code: Code, message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message, and the cause behind it.
  public var description: String { cause.map { "\(message): \($0)" } ?? message }
}
