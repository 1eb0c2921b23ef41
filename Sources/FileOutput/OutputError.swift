// Each module has an error struct of this shape. The type names the module that failed, and its codes are closed.

/// An output that can't be written.
public struct OutputError: Error, CustomStringConvertible, Sendable {
  /// The kinds of failure.
  public enum Code: String, CaseIterable, Sendable {
    /// The path is empty, or has a NUL.
    case invalidPath
    /// The path is that of a folder.
    case isFolder
    /// The folder to write in is missing.
    case missingFolder
    /// The file name has an ending of another format.
    case wrongEnding
    /// The file is one that the program needs, such as the store of its runs.
    case isNeeded
    /// The system refuses to write, or the disk is full.
    case unwritable
  }

  /// The kind of failure.
  public let code: Code
  /// The message: path, expected, found, what to do.
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
