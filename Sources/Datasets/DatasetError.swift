// Each module has an error struct of this shape. The type names the module that failed, and its codes are closed.

/// An error of a data set: a code to act on, a message to show, and the underlying error if there is one.
public struct DatasetError: Error, CustomStringConvertible, Sendable {
  /// The kinds of failure.
  public enum Code: String, CaseIterable, Sendable {
    /// No data set has this name.
    case unknownDataset
    /// A file is in none of the folders that were searched.
    case notFound
    /// A file exists, but reading it failed.
    case unreadable
    /// A file can't be written.
    case unwritable
    /// A file's content breaks its format: wrong magic number, truncated, trailing bytes, absurd size.
    case corrupt
    /// Pictures of a folder can't be decoded.
    case brokenPictures
    /// A file is well-formed, but holds other content than expected.
    case unexpectedShape
    /// A batch is larger than the data set, or not positive.
    case invalidBatch
    /// A saved shuffle position lies outside the data set.
    case invalidPosition
    /// The data differ from those that a run was started with.
    case changed
  }

  /// The kind of failure.
  public let code: Code
  /// The message: expected, found, what to do.
  public let message: String
  /// The error that led to this one.
  public let cause: (any Error)?

  /// Creates an error from its parts.
  public init(code: Code, message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message, followed by the cause if there is one.
  public var description: String {
    cause.map { "\(message) (\($0))" } ?? message
  }
}
