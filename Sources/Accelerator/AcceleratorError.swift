import CPJRT
import Foundation

/// An error of a device or of its plugin.
public struct AcceleratorError: Error, CustomStringConvertible, Sendable {
  /// The kind of error.
  public enum Code: String, Sendable, CaseIterable {
    /// A device has no plugin here, or its plugin can't be loaded.
    case plugin
    /// The plugin lacks the device, or devices of that number.
    case device
    /// The plugin did not compile a program.
    case compilation
    /// A program, or a transfer from or to a device, failed.
    case execution
    /// A choice of devices can't be read.
    case choice
  }

  /// The kind of error.
  public let code: Code
  /// The thing, the expected and the found value.
  public let message: String
  /// The underlying error.
  public let cause: (any Error)?

  /// An error.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message, followed by the underlying error.
  public var description: String { cause.map { "\(message): \($0)" } ?? message }

  /// Throws if a call of the C interface returned a message, which is freed.
  static func check(_ code: Code, _ thing: String, _ message: UnsafeMutablePointer<CChar>?) throws(AcceleratorError) {
    guard let message else { return }
    defer { free(message) }
    throw AcceleratorError(code, "\(thing): \(String(cString: message))")
  }
}
