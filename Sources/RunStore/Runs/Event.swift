import Foundation

/// An event of a run other than a step.
public struct Event: Hashable, Sendable {
  /// The kind of event.
  public enum Kind: String, Sendable, CaseIterable, Codable {
    /// Training ended before the target, with a checkpoint.
    case interrupted
    /// Training continued from a checkpoint.
    case resumed
    /// The run started as a copy of another run's checkpoint.
    case forked
    /// The state came from a file.
    case imported
    /// The target or a setting was changed.
    case changed
    /// Checkpoints after the one that training continued from were deleted.
    case discarded
    /// The policy could not be evaluated.
    case evaluationFailed
    /// An evaluation of the policy ended training before the target.
    case finished
    /// A log for another program could not be written further.
    case logFailed
  }

  /// The kind of event.
  public var kind: Kind
  /// The number of finished steps at the time.
  public var step: Int
  /// The time of the event.
  public var created: Date
  /// The sentence for the user.
  public var message: String

  /// An event; by default of now.
  public init(_ kind: Kind, step: Int, created: Date = Date(), message: String) {
    self.kind = kind
    self.step = step
    self.created = created
    self.message = message
  }
}
