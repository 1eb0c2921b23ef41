/// What is wrong with an ONNX file, or with a graph that can't become one.
public struct ONNXError: Error, CustomStringConvertible, Sendable {
  /// The kind of mistake.
  public enum Code: String, Sendable, CaseIterable {
    /// Bytes that are no ONNX model: broken encoding, or a message that lacks what it must have.
    case malformed
    /// Bytes that would take more depth or memory than ``Limits`` allow.
    case limit
    /// A model that is right but uses something that our vocabulary does not have.
    case unsupported
    /// A tensor whose type, shape and data do not fit together.
    case tensor
    /// Data beside the model that can't be used.
    case externalData
    /// A graph that breaks the rules of the intermediate representation.
    case graph
    /// A file that can't be read or written.
    case file
  }

  /// The kind of mistake.
  public let code: Code
  /// The thing, what was expected and what was found.
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
