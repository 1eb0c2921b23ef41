/// What ``Store/verify(run:)`` looked at and what it found.
public struct VerificationReport: Sendable, Hashable {
  /// Something that is not as it was written.
  public struct Problem: Sendable, Hashable, CustomStringConvertible {
    /// Where it is, for example `checkpoint 3f9a2c1@400`.
    public let subject: String
    /// What is wrong.
    public let message: String

    init(subject: String, message: String) {
      self.subject = subject.excerpt(120)
      self.message = message.excerpt(280)
    }

    /// Where and what.
    public var description: String { "\(subject): \(message)" }
  }

  /// The number of tensors whose bytes were hashed.
  public internal(set) var tensorCount = 0
  /// The bytes of those tensors.
  public internal(set) var byteCount = 0
  /// The number of checkpoints whose state digest was computed again.
  public internal(set) var checkpointCount = 0
  /// The number of graphs that were checked.
  public internal(set) var graphCount = 0
  /// What is wrong; empty for a sound file.
  public internal(set) var problems: [Problem] = []

  /// Whether nothing is wrong.
  public var isSound: Bool { problems.isEmpty }
}
