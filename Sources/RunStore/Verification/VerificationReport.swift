/// The result of ``Store/verify(run:)``.
public struct VerificationReport: Sendable, Hashable {
  /// Data that differ from the written data.
  public struct Problem: Sendable, Hashable, CustomStringConvertible {
    /// The place, for example `checkpoint 3f9a2c1@400`.
    public let subject: String
    /// The problem.
    public let message: String

    init(subject: String, message: String) {
      self.subject = subject.excerpt(120)
      self.message = message.excerpt(280)
    }

    /// Place and problem.
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
  /// The problems; empty for a sound file.
  public internal(set) var problems: [Problem] = []

  /// Whether there is no problem.
  public var isSound: Bool { problems.isEmpty }
}
