import Synchronization

/// A wish, from another thread or a signal handler, that training end at the next step.
public final class StopFlag: Sendable {
  private let flag = Atomic<Bool>(false)

  /// A flag that is not raised.
  public init() {}

  /// Whether the flag was raised.
  public var isRaised: Bool { flag.load(ordering: .relaxed) }

  /// Asks training to write a checkpoint and end.
  public func raise() { flag.store(true, ordering: .relaxed) }
}
