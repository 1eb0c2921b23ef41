import Synchronization

/// A request from another thread to end training at the next step.
public final class StopFlag: Sendable {
  private let flag = Atomic<Bool>(false)
  private let cause = Mutex<String?>(nil)

  /// Creates a flag that is not raised.
  public init() {}

  /// Whether the flag was raised.
  public var isRaised: Bool { flag.load(ordering: .relaxed) }

  /// The first cause, for the run's history.
  public var reason: String? { cause.withLock { $0 } }

  /// Asks training to write a checkpoint and end.
  ///
  /// - Parameter reason: the cause, for the run's history, for example `SIGTERM`.
  public func raise(because reason: String? = nil) {
    cause.withLock { $0 = $0 ?? reason }
    flag.store(true, ordering: .relaxed)
  }
}
