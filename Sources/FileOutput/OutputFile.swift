import Foundation

/// A place that a command writes to: a file, a pipe or a device, or standard output.
///
/// A regular file appears whole or not at all: the bytes go into a new file beside it, which is then renamed. A link is
/// followed and stays. A pipe or a device is written to and stays.
///
/// ```swift
/// let output = try OutputFile("grid.png", endings: ["png"])   // before the work, so that it is not done in vain
/// try output.write(picture.pngData())
/// ```
public struct OutputFile: Sendable {
  private enum Kind {
    case standardOutput
    /// A regular file, existing or not, links resolved.
    case regular(path: String)
    /// A pipe or a device, which can be written to but not replaced.
    case special
  }

  /// The path as the user gave it.
  public let path: String
  private let kind: Kind

  /// Whether this is standard output, `-`.
  public var isStandardOutput: Bool { if case .standardOutput = kind { true } else { false } }

  /// Checks that a path can be written to.
  ///
  /// - Parameters:
  ///   - path: a path, or `-` for standard output.
  ///   - endings: the endings of the format's file names, without dots; empty where any name is accepted.
  /// - Throws: ``OutputError`` for a folder, for a path whose folder is missing, and for a regular file with another
  ///   ending.
  public init(_ path: String, endings: [String] = []) throws(OutputError) {
    self.path = path
    guard path != "-" else {
      kind = .standardOutput
      return
    }
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw OutputError(
        .invalidPath, "the output's path is empty or has a NUL in it; name a file, or - for standard output")
    }
    let target = try Self.target(of: path)
    var status = stat()
    if stat(target, &status) == 0 {
      switch status.st_mode & S_IFMT {
      case S_IFDIR: throw OutputError(.isFolder, "'\(path)' is a folder; name a file in it")
      case S_IFREG where !Self.isOpenFile(target): break
      default:
        kind = .special
        return
      }
    } else {
      guard !path.hasSuffix("/") else {
        throw OutputError(
          .missingFolder, "there is no folder '\(path)'; make it first (mkdir -p), and name a file in it")
      }
      let folder = URL(filePath: target).deletingLastPathComponent().path
      guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
        throw OutputError(
          .missingFolder, "there is no folder '\(folder)' to write '\(path)' in; make it first (mkdir -p)")
      }
    }
    let ending = URL(filePath: path).pathExtension.lowercased()
    guard endings.isEmpty || endings.contains(ending) else {
      let expected = endings.map { ".\($0)" }.joined(separator: " or ")
      throw OutputError(.wrongEnding, "'\(path)': expected a file name that ends in \(expected)")
    }
    kind = .regular(path: target)
  }

  /// A place for library code that has a URL.
  ///
  /// - Throws: as ``init(_:endings:)``.
  public init(_ url: URL, endings: [String] = []) throws(OutputError) { try self.init(url.path, endings: endings) }

  /// Writes all of `data`.
  ///
  /// - Throws: ``OutputError`` where the system refuses or the disk is full. The old content of a regular file is then
  ///   unchanged.
  public func write(_ data: Data) throws(OutputError) {
    do {
      switch kind {
      case .standardOutput: try FileHandle.standardOutput.write(contentsOf: data)
      case .regular(let path): try data.write(to: URL(filePath: path), options: .atomic)
      case .special:
        let descriptor = open(path, O_WRONLY)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: data)
        try file.close()
      }
    } catch {
      let name = isStandardOutput ? "standard output" : "'\(path)'"
      throw OutputError(.unwritable, "\(name) can't be written: \(error.systemReason)")
    }
  }

  /// The path with links resolved; it need not exist.
  private static func target(of path: String) throws(OutputError) -> String {
    var target = path
    // The number of links that Linux follows.
    for _ in 0..<40 {
      guard let next = try? FileManager.default.destinationOfSymbolicLink(atPath: target) else { return target }
      // Links of the kernel to open files are no paths.
      guard !isOpenFile(target) else { return target }
      target = next.hasPrefix("/") ? next : URL(filePath: target).deletingLastPathComponent().appending(path: next).path
    }
    throw OutputError(.invalidPath, "'\(path)' is a link that leads to itself")
  }

  /// Whether a path names a file by its descriptor, such as `/dev/stdout` or `/dev/fd/3`. A new file in its place would
  /// not be the open one.
  private static func isOpenFile(_ path: String) -> Bool { path.hasPrefix("/dev/") || path.hasPrefix("/proc/") }
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
