import Foundation

/// A place that a command writes to: a file, a pipe or a device, or standard output.
///
/// A regular file appears whole or not at all: the bytes go into a new file beside it, which then has the old one's
/// permissions and is renamed. A file with further names (hard links) is written in place, so that they stay names of
/// it. A link is followed and stays. A pipe or a device is written to and stays. `/dev/stdout`, `/dev/fd/3` and the
/// like are the open files of this process.
///
/// ```swift
/// let output = try OutputFile("grid.png", endings: ["png"])   // before the work, so that it is not done in vain
/// try output.write(picture.pngData())
/// ```
public struct OutputFile: Sendable {
  /// The path as the user gave it.
  public let path: String
  private let target: OutputTarget
  private let needed: [String]

  /// Whether this is standard output: `-`, or one of its names, such as `/dev/stdout`.
  public var isStandardOutput: Bool { if case .descriptor(STDOUT_FILENO) = target { true } else { false } }

  /// Checks that a path can be written to.
  ///
  /// - Parameters:
  ///   - path: a path, or `-` for standard output.
  ///   - endings: the endings of the format's file names, without dots; empty if any name is accepted.
  ///   - needed: the paths of files that must not be overwritten, under any name.
  /// - Throws: ``OutputError`` for a folder, for a path whose folder is missing, for a file that is needed, and for a
  ///   regular file with another ending or without the right to write to it.
  public init(_ path: String, endings: [String] = [], sparing needed: [String] = []) throws(OutputError) {
    self.path = path
    self.needed = needed
    guard path != "-" else {
      target = .descriptor(STDOUT_FILENO)
      try checkIsFree(of: needed)
      return
    }
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw OutputError(
        .invalidPath, "the output's path is empty or has a NUL in it; name a file, or - for standard output")
    }
    target = try OutputTarget(path)
    try checkIsFree(of: needed)
    guard case .regular(let file, _) = target else { return }
    let ending = URL(filePath: path).pathExtension.lowercased()
    guard endings.isEmpty || endings.contains(ending) else {
      let expected = endings.map { ".\($0)" }.joined(separator: " or ")
      throw OutputError(.wrongEnding, "'\(path)': expected a file name that ends in \(expected)")
    }
    if access(file, W_OK) != 0, errno != ENOENT { throw OutputError.unwritable("'\(path)'", errno) }
  }

  /// A place for library code that has a URL.
  ///
  /// - Throws: as ``init(_:endings:sparing:)``.
  public init(_ url: URL, endings: [String] = [], sparing needed: [String] = []) throws(OutputError) {
    try self.init(url.path, endings: endings, sparing: needed)
  }

  /// Writes all of `data`.
  ///
  /// - Throws: ``OutputError`` if the system refuses or the disk is full. The old content of a regular file without
  ///   further names is then unchanged.
  public func write(_ data: Data) throws(OutputError) {
    do {
      try write { append in try data.withUnsafeBytes { try append($0) } }
    } catch let error as OutputError {
      throw error
    } catch {
      preconditionFailure("only the system refuses to write data")
    }
  }

  /// Writes a content that is never in memory as a whole.
  ///
  /// - Parameter produce: passes pieces of the content to its argument, in order.
  /// - Throws: as ``write(_:)-(Data)``, and the errors of `produce`.
  public func write(_ produce: (_ append: (UnsafeRawBufferPointer) throws -> Void) throws -> Void) throws {
    do { try target.write(produce) } catch let error as POSIXError {
      throw OutputError.unwritable(isStandardOutput ? "standard output" : "'\(path)'", error.code.rawValue)
    }
  }

  /// The place of a second file that belongs to a regular one: its path with a further ending.
  ///
  /// - Throws: ``OutputError`` as ``init(_:endings:sparing:)-(String,_,_)``, and if there is no regular file to stand
  ///   beside, or the second one has further names (hard links), which readers refuse.
  public func neighbour(endingIn ending: String) throws(OutputError) -> OutputFile {
    guard case .regular = target else {
      throw OutputError(
        .invalidPath, "'\(path)' needs a second file beside it, and is no regular file; name a file in a folder")
    }
    let other = try OutputFile("\(path).\(ending)", sparing: needed)
    guard case .regular(_, false) = other.target else {
      throw OutputError(
        .invalidPath, "'\(other.path)' is no regular file, or has further names (hard links); remove it first")
    }
    return other
  }

  private func checkIsFree(of needed: [String]) throws(OutputError) {
    guard let found = target.identity else { return }
    for file in needed where OutputTarget.identity(of: file) == found {
      throw OutputError(.isNeeded, "'\(path)' is the file '\(file)', which is needed; name another one")
    }
  }
}

extension OutputError {
  static func unwritable(_ name: String, _ error: Int32) -> OutputError {
    OutputError(.unwritable, "\(name) can't be written: \(String(cString: strerror(error)))")
  }
}

extension Error {
  /// The system's message for an error of a file, such as `No space left on device`.
  public var systemReason: String {
    func code(_ error: any Error) -> Int32? {
      if let error = error as? POSIXError { return error.code.rawValue }
      let error = error as NSError
      if error.domain == NSPOSIXErrorDomain { return Int32(error.code) }
      return (error.userInfo[NSUnderlyingErrorKey] as? any Error).flatMap(code)
    }
    return code(self).map { String(cString: strerror($0)) } ?? localizedDescription
  }
}
