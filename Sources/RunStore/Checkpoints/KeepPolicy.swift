/// The rule for checkpoints that stay when a new one is written. The ``CheckpointSelector/best`` one stays in addition.
public struct KeepPolicy: Hashable, Sendable {
  /// The number of latest checkpoints that stay, at least 1.
  public var last: Int
  /// The first checkpoints at or after multiples of this number of steps stay as well.
  public var every: Int?

  /// A policy; by default the last three checkpoints stay.
  public init(last: Int = 3, every: Int? = nil) {
    precondition(last >= 1, "at least the last checkpoint stays, not \(last)")
    precondition(every ?? 1 >= 1, "checkpoints stay every so many steps, at least 1, not \(every ?? 0)")
    self.last = last
    self.every = every
  }
}
