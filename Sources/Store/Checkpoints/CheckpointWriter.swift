import Dispatch
import Synchronization

/// Writes a run's checkpoints in the background while training goes on.
///
/// One snapshot can wait while another one is written; a third ``submit(_:metrics:)`` waits until there is room, so training
/// never runs away from the disk. A write that failed ends the writer: nothing is written after it, and every later call
/// throws its error.
public final class CheckpointWriter: Sendable {
  private let store: Store
  private let claim: Claim
  private let keep: KeepPolicy
  private let queue = DispatchQueue(label: "zoo.checkpoint-writer")
  /// One snapshot that is written and one that waits.
  private let room = DispatchSemaphore(value: 2)
  private let outcome = Mutex<Result<Checkpoint?, any Error>>(.success(nil))

  /// A writer for the run that `claim` is of.
  public init(store: Store, claim: Claim, keep: KeepPolicy = KeepPolicy()) {
    self.store = store
    self.claim = claim
    self.keep = keep
  }

  /// The last checkpoint that is on the disk; nil before the first.
  ///
  /// - Throws: the error of the write that failed.
  public var lastCheckpoint: Checkpoint? {
    get throws { try outcome.withLock { $0 }.get() }
  }

  /// Hands a snapshot over, with what was measured since the last one.
  ///
  /// - Throws: the error of an earlier write that failed.
  public func submit(_ snapshot: Snapshot, metrics: [Metric] = []) throws {
    room.wait()
    do { _ = try lastCheckpoint } catch {
      room.signal()
      throw error
    }
    queue.async { [self] in
      defer { room.signal() }
      guard case .success = outcome.withLock({ $0 }) else { return }
      let result = Result<Checkpoint?, any Error> {
        try store.commit(snapshot, claim: claim, metrics: metrics, keep: keep)
      }
      outcome.withLock { $0 = result }
    }
  }

  /// Waits until everything that was handed over is on the disk. The writer can be used afterwards.
  ///
  /// - Returns: the last checkpoint; nil where none was written.
  /// - Throws: the error of a write that failed.
  @discardableResult
  public func finish() throws -> Checkpoint? {
    queue.sync {}
    return try lastCheckpoint
  }
}
