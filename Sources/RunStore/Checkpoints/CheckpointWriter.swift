import Checkpointing
import Dispatch
import Foundation
import Synchronization

/// Writes a run's checkpoints in the background while training continues.
///
/// One snapshot can wait while another one is written. A third ``submit(_:metrics:events:pictures:)`` waits until there
/// is room: training never outruns the disk. It does not wait for another program that keeps the file locked. In that
/// case only the newest snapshot and the best one by its evaluation stay, with the metrics, events and pictures of the
/// others.
///
/// A failed write ends the writer: nothing more is written, and every later call throws its error.
public final class CheckpointWriter: Sendable {
  private struct State {
    /// The waiting checkpoints, oldest first.
    var waiting: [Submission] = []
    var isWriting = false
    var outcome: Result<Checkpoint?, any Error> = .success(nil)
  }

  /// The number of seconds after which a lock is not due to a process that writes a checkpoint.
  private static let longWait = 1.0

  private let store: Store
  private let claim: Claim
  private let keep: KeepPolicy
  private let best: BestEvaluation
  private let queue = DispatchQueue(label: "zoo.checkpoint-writer")
  private let state = Mutex(State())
  private let room = DispatchSemaphore(value: 0)

  /// A writer for the run of `claim`. `best` is the run's best evaluation, by default the greatest.
  public init(
    store: Store, claim: Claim, keep: KeepPolicy = KeepPolicy(), best: BestEvaluation = .greatest
  ) {
    self.store = store
    self.claim = claim
    self.keep = keep
    self.best = best
  }

  /// The last checkpoint on the disk; nil before the first.
  ///
  /// - Throws: the error of a failed write.
  public var lastCheckpoint: Checkpoint? {
    get throws { try state.withLock { $0.outcome }.get() }
  }

  /// Submits a snapshot, with the metrics, events and pictures since the last one.
  ///
  /// - Throws: the error of an earlier failed write.
  public func submit(
    _ snapshot: TrainingState, metrics: [Metric] = [], events: [Event] = [], pictures: [StoredPicture] = []
  ) throws {
    let submission = Submission(snapshot: snapshot, metrics: metrics, events: events, pictures: pictures)
    // The waits are short, to notice a lock soon.
    while try !accept(submission) { _ = room.wait(timeout: .now() + 0.1) }
  }

  private func accept(_ submission: Submission) throws -> Bool {
    let isLocked = (store.waitingSeconds ?? 0) >= Self.longWait
    return try state.withLock { state in
      _ = try state.outcome.get()
      guard state.waiting.isEmpty || isLocked else { return false }
      state.waiting = Submission.thinned(state.waiting + [submission], best: best)
      if !state.isWriting {
        state.isWriting = true
        queue.async { self.writeAll() }
      }
      return true
    }
  }

  private func writeAll() {
    var goesOn = true
    while goesOn {
      var current: Submission?
      let result = Result<Checkpoint?, any Error> {
        // Each attempt takes the first waiting snapshot. One that found a lock waits with the others again.
        try store.commit(claim: claim, keep: keep) {
          let next = state.withLock { state in
            if let current { state.waiting = Submission.thinned([current] + state.waiting, best: best) }
            return state.waiting.removeFirst()
          }
          room.signal()
          current = next
          return next
        }
      }
      goesOn = state.withLock { state in
        state.outcome = result
        if case .failure = result { state.waiting = [] }
        state.isWriting = !state.waiting.isEmpty
        return state.isWriting
      }
    }
    room.signal()
  }

  /// Waits until all submitted checkpoints are on the disk. The writer can be used afterwards.
  ///
  /// - Returns: the last checkpoint; nil if none was written.
  /// - Throws: the error of a failed write.
  @discardableResult
  public func finish() throws -> Checkpoint? {
    queue.sync {}
    return try lastCheckpoint
  }
}
