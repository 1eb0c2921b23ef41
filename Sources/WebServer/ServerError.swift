/// An error of the server's settings or of a request.
public struct ServerError: Error, CustomStringConvertible, Sendable {
  /// The kind of error.
  public enum Code: String, Sendable, CaseIterable {
    /// The address can't be listened at.
    case address
    /// A request asks for something that does not exist.
    case notFound
    /// A request has a parameter that can't be understood.
    case badRequest
    /// A graph can't be drawn.
    case drawing
  }

  /// The kind of error.
  public let code: Code
  /// The explanation: the thing, the expectation, the finding, and a remedy.
  public let message: String
  /// The error behind this one, if any.
  public let cause: (any Error)?

  /// An error.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    (self.code, self.message, self.cause) = (code, message, cause)
  }

  /// The message.
  public var description: String { message }
}
