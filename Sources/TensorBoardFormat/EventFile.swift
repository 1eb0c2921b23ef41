import Foundation

/// A file of events that grows: TensorBoard reads it while it is written.
///
/// A new file has a name that readers ignore. ``publish()`` gives it its own and empties the earlier files of the
/// folder, whose events it repeats. TensorBoard reads the files of a folder in the order of their names, which begin
/// with the time.
public final class EventFile {
  private static let beginning = "events.out.tfevents."
  /// The ending of the files that this type writes.
  private static let ending = ".zoo"
  /// The ending before they are published.
  private static let unpublished = ".zoo-part"

  private let folder: String
  private let time: Double
  /// The name of the file in its folder.
  private var name: String
  private let descriptor: Int32

  /// Creates a file with its first event.
  ///
  /// - Parameters:
  ///   - folder: the path of the folder, which exists.
  ///   - time: the time in seconds since 1970.
  /// - Throws: `POSIXError` if the file can't be created or written to.
  public init(in folder: String, at time: Double) throws {
    (self.folder, self.time) = (folder, time)
    name = "\(UUID().uuidString)\(Self.unpublished)"
    descriptor = open("\(folder)/\(name)", O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Self.systemError() }
    try append([LogEvent(time: time, step: 0, .version)])
  }

  deinit { close(descriptor) }

  /// Appends events. When the call returns, other processes see them.
  ///
  /// - Throws: `POSIXError` if the system refuses or the disk is full. The file may then end within an event, and no
  ///   event may follow; readers ignore the last one.
  public func append(_ events: [LogEvent]) throws {
    try events.flatMap(\.record).withUnsafeBytes { bytes in
      var left = bytes
      while !left.isEmpty {
        let count = write(descriptor, left.baseAddress, left.count)
        if count >= 0 {
          left = UnsafeRawBufferPointer(rebasing: left.dropFirst(count))
        } else if errno != EINTR {
          throw Self.systemError()
        }
      }
    }
  }

  /// Shows the file to readers, as the last one of its folder, and empties the earlier files of this type.
  ///
  /// TensorBoard opens the file that it has read last again and again, and stops reading the folder if that is gone. So
  /// an earlier file stays without content, until the next one is published.
  ///
  /// - Throws: `POSIXError` or Foundation's errors if the folder can't be read or changed.
  public func publish() throws {
    let earlier = try Self.files(in: folder)
    // A clock may have been set back.
    let second = max(Int(time), (earlier.compactMap(Self.second).max() ?? 0) + 1)
    let number = String(second)
    // Ten digits, which sort until the year 2286.
    let published = Self.beginning + String(repeating: "0", count: max(0, 10 - number.count)) + number + Self.ending
    guard rename("\(folder)/\(name)", "\(folder)/\(published)") == 0 else { throw Self.systemError() }
    name = published
    // Those that a killed process has not published, too.
    let parts = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(Self.unpublished) }
    for file in parts { try FileManager.default.removeItem(atPath: "\(folder)/\(file)") }
    for file in earlier where Self.second(of: file) != nil {
      let path = "\(folder)/\(file)"
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
      if size == 0 {
        try FileManager.default.removeItem(atPath: path)
      } else if truncate(path, 0) != 0 {
        throw Self.systemError()
      }
    }
  }

  /// The names of the event files in a folder that another program wrote: TensorBoard would mix their values with ours.
  ///
  /// - Throws: Foundation's error if the folder can't be read.
  public static func foreignFiles(in folder: String) throws -> [String] {
    try files(in: folder).filter { second(of: $0) == nil }
  }

  /// The names of the files that TensorBoard reads.
  private static func files(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.contains("tfevents") }.sorted()
  }

  /// The second in the name of a file of this type; nil for others.
  private static func second(of name: String) -> Int? {
    guard name.hasPrefix(beginning), name.hasSuffix(ending) else { return nil }
    return Int(name.dropFirst(beginning.count).dropLast(ending.count))
  }

  private static func systemError() -> POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
