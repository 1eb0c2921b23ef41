/// The checkpoints that stay when a new one is written. The ``CheckpointSelector/best`` one stays in addition.
public struct KeepPolicy: Hashable, Sendable {
  /// The number of latest checkpoints that stay, at least 1.
  public var last: Int
  /// The number of steps whose multiples have a checkpoint that stays, the first at or after each multiple.
  public var every: Int?

  /// A policy; by default the last three checkpoints stay.
  public init(last: Int = 3, every: Int? = nil) {
    precondition(last >= 1, "expected at least 1 last checkpoint that stays, found \(last)")
    precondition(every ?? 1 >= 1, "expected at least 1 step between checkpoints that stay, found \(every ?? 0)")
    self.last = last
    self.every = every
  }
}
