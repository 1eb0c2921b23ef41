// Each module has an error struct of this shape. The type names the module that failed, and its codes are closed.

/// An error of a picture: a code to act on, a message to show, and the underlying error if there is one.
public struct PictureError: Error, CustomStringConvertible, Sendable {
  /// The kinds of failure.
  public enum Code: String, CaseIterable, Sendable {
    /// The values are not images of one or three channels.
    case unsupportedShape
    /// The bytes are not a PNG, JPEG or WebP file, or are a variant that can't be read.
    case unsupportedFormat
    /// The bytes break the rules of their format, or end too early.
    case corrupt
    /// libpng could not encode the picture.
    case encodingFailed
  }

  /// The kind of failure.
  public let code: Code
  /// The message: expected, found, what to do.
  public let message: String
  /// The error that led to this one.
  public let cause: (any Error)?

  /// Creates an error from its parts.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message, followed by the cause if there is one.
  public var description: String {
    cause.map { "\(message) (\($0))" } ?? message
  }
}
