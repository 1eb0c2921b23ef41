/// An entry of an event file, with its time and its step.
public struct LogEvent: Sendable {
  /// The content of an event.
  public enum Content: Sendable {
    /// The start of a file. Every file has it first, and only there.
    case version
    /// A start, after which readers forget the values of earlier events at the event's step and later ones.
    case start
    /// Values of a step.
    case values([LogValue])
    /// A graph, of which a log shows one.
    case graph([LogGraphNode])
  }

  /// Seconds since 1970.
  public var time: Double
  /// The step of the run.
  public var step: Int
  /// The content.
  public var content: Content

  /// An event.
  public init(time: Double, step: Int, _ content: Content) {
    self.time = time
    self.step = step
    self.content = content
  }

  /// The event as a record of a file: the length in 8 bytes and its checksum, the message and its checksum.
  ///
  /// Source: `tensorflow/core/lib/io/record_writer.h`, TFRecord.
  public var record: [UInt8] {
    func bytes(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number.littleEndian, Array.init) }
    let message = EventEncoding.encoded(self)
    let length = bytes(UInt64(message.count))
    return length + bytes(CRC32C.masked(of: length)) + message + bytes(CRC32C.masked(of: message))
  }
}
