import Foundation

/// The file behind an output's path, and the way in which it is written.
enum OutputTarget {
  /// An open file of this process.
  case descriptor(Int32)
  /// A regular file, existing or not, links resolved.
  case regular(path: String, hasFurtherNames: Bool)
  /// A pipe or a device, which can be written to but not replaced; a link of the kernel to another process's open file.
  case special(path: String)

  /// The file's identity on this machine, independent of its name.
  struct Identity: Equatable {
    let device: UInt64
    let inode: UInt64

    fileprivate init(_ status: stat) { (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino)) }
  }

  /// - Throws: ``OutputError`` for a folder, for a path whose folder is missing, for links in a circle, and for the
  ///   number of a file that is not open.
  init(_ path: String) throws(OutputError) {
    var file = path
    // The number of links that Linux follows.
    for _ in 0..<40 {
      // A link is relative to the folder that contains it, with links resolved.
      guard let folder = Self.realFolder(of: file), !path.hasSuffix("/") else { break }
      let place = (folder == "/" ? "" : folder) + "/" + (file.split(separator: "/").last ?? "")
      if let number = Self.descriptor(at: place) {
        guard fcntl(number, F_GETFD) >= 0 else { throw OutputError.unwritable("'\(path)'", EBADF) }
        self = .descriptor(number)
        return
      }
      guard !"\(folder)/".hasPrefix("/proc/"),
        let next = try? FileManager.default.destinationOfSymbolicLink(atPath: place)
      else {
        try self.init(place, of: path)
        return
      }
      file = next.hasPrefix("/") ? next : "\(folder)/\(next)"
    }
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { throw Self.isFolder(path) }
    if stat(path, &status) != 0, errno == ELOOP {
      throw OutputError(.invalidPath, "'\(path)' is a link that leads to itself")
    }
    let folder = path.hasSuffix("/") ? path : URL(filePath: file).deletingLastPathComponent().path
    throw OutputError(
      .missingFolder,
      "there is no folder '\(folder)' to write '\(path)' in; make it first (mkdir -p), and name a file in it")
  }

  /// - Parameters:
  ///   - file: the place, which is no link, or one of the kernel's.
  ///   - path: the path that the user named, for messages.
  private init(_ file: String, of path: String) throws(OutputError) {
    var status = stat()
    guard stat(file, &status) == 0 else {
      self = .regular(path: file, hasFurtherNames: false)
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw Self.isFolder(path)
    case S_IFREG where !file.hasPrefix("/proc/"):
      self = .regular(path: file, hasFurtherNames: status.st_nlink > 1)
    default: self = .special(path: file)
    }
  }

  private static func isFolder(_ path: String) -> OutputError {
    OutputError(.isFolder, "'\(path)' is a folder; name a file in it")
  }

  /// The folder of a path without links; nil if there is none.
  private static func realFolder(of file: String) -> String? {
    let slash = file.lastIndex(of: "/")
    let folder = slash.map { $0 == file.startIndex ? "/" : String(file[..<$0]) } ?? "."
    guard let real = realpath(folder, nil) else { return nil }
    defer { free(real) }
    var status = stat()
    return stat(real, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR ? String(cString: real) : nil
  }

  /// The number of this process's open file that has a place in `/proc`.
  private static func descriptor(at place: String) -> Int32? {
    let parts = place.split(separator: "/")
    guard parts.count >= 4, parts[0] == "proc", parts[parts.count - 2] == "fd",
      let process = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self"), parts[1] == process
    else { return nil }
    return Int32(parts[parts.count - 1])
  }

  /// The identity of the file at a path; nil if there is none.
  static func identity(of path: String) -> Identity? {
    var status = stat()
    return stat(path, &status) == 0 ? Identity(status) : nil
  }

  /// The identity of the file; nil if there is none.
  var identity: Identity? {
    switch self {
    case .regular(let path, _), .special(let path): return Self.identity(of: path)
    case .descriptor(let number):
      var status = stat()
      return fstat(number, &status) == 0 ? Identity(status) : nil
    }
  }

  /// A function that writes memory to an open file.
  typealias Append = (UnsafeRawBufferPointer) throws -> Void

  /// Writes the memory that `produce` passes to its argument, in order.
  ///
  /// - Throws: the system's error, and that of `produce`.
  func write(_ produce: (Append) throws -> Void) throws {
    switch self {
    case .descriptor(let number): try Self.write(to: dup(number), produce)
    case .special(let path), .regular(let path, true): try Self.write(to: open(path, O_WRONLY | O_TRUNC), produce)
    case .regular(let path, false): try Self.replace(path, produce)
    }
  }

  /// Replaces an old file by a new one with the same owner and permissions.
  private static func replace(_ path: String, _ produce: (Append) throws -> Void) throws {
    let folder = URL(filePath: path).deletingLastPathComponent().path
    let new = "\(folder)/.zoo-output-\(UUID().uuidString)"
    let descriptor = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    var old = stat()
    if descriptor >= 0, stat(path, &old) == 0 {
      // Only the superuser can change the owner. The owner is set first, as its change removes permissions.
      _ = fchown(descriptor, old.st_uid, old.st_gid)
      fchmod(descriptor, old.st_mode & 0o7777)
    }
    do {
      try write(to: descriptor, isKept: true, produce)
      guard rename(new, path) == 0 else { throw systemError() }
    } catch {
      unlink(new)
      throw error
    }
  }

  /// - Parameters:
  ///   - descriptor: a file, which is closed at the end; negative if it could not be opened.
  ///   - isKept: whether the data must be on the disk at the end.
  ///   - produce: writes the content.
  private static func write(
    to descriptor: Int32, isKept: Bool = false, _ produce: (Append) throws -> Void
  ) throws {
    guard descriptor >= 0 else { throw systemError() }
    do {
      try produce { try append($0, to: descriptor) }
      guard !isKept || fsync(descriptor) == 0 else { throw systemError() }
    } catch {
      close(descriptor)
      throw error
    }
    guard close(descriptor) == 0 else { throw systemError() }
  }

  private static func append(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(POSIXError) {
    var left = bytes
    while !left.isEmpty {
      let count = Foundation.write(descriptor, left.baseAddress, left.count)
      if count >= 0 {
        left = UnsafeRawBufferPointer(rebasing: left.dropFirst(count))
      } else if errno == EAGAIN {
        // The pipe may be non-blocking.
        var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&state, 1, -1)
      } else if errno != EINTR {
        throw systemError()
      }
    }
  }

  private static func systemError() -> POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
