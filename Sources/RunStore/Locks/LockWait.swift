import Foundation
import Synchronization

/// The waits of one connection for locks that other connections hold.
///
/// A commit that waits for a reader holds SQLite's PENDING lock, which keeps every new reader out. A long wait is
/// therefore divided into attempts. Between attempts the lock is free for others.
final class LockWait: Sendable {
  private struct State {
    /// The number of the operation that uses the connection.
    var current = 0
    /// The end of its attempt.
    var deadline = ContinuousClock.now
    /// The waiting operations, with the times at which they started to wait.
    var begun: [Int: ContinuousClock.Instant] = [:]
    var operations = 0
    var lastReport = ContinuousClock.now
    /// Whether an operation with the longest limit has failed because of a lock.
    var hasGivenUp = false
  }

  /// The length of an attempt. Readers wait longer by default.
  static let attempt = 5.0

  private let state = Mutex(State())
  private let report: @Sendable (TimeInterval) -> Void

  /// - Parameter report: called once a second while an operation waits, with the seconds that it has waited.
  init(report: @escaping @Sendable (TimeInterval) -> Void) { self.report = report }

  /// The seconds that the first waiting operation has waited; nil if none waits.
  var seconds: TimeInterval? {
    state.withLock { $0.begun.values.min() }.map { (ContinuousClock.now - $0) / .seconds(1) }
  }

  /// Calls `body` until it finds no lock, for at most `limit` seconds.
  ///
  /// - Parameters:
  ///   - limit: the longest wait in seconds.
  ///   - patience: the length of an attempt in seconds.
  ///   - body: one attempt. It calls its argument when it holds the connection.
  func operation<Result>(
    upTo limit: TimeInterval, patience: TimeInterval, _ body: (_ begin: () -> Void) throws -> Result
  ) throws -> Result {
    let number = state.withLock { state in
      state.operations += 1
      return state.operations
    }
    // After one long wait without success, later waits are shorter.
    let limit = state.withLock(\.hasGivenUp) ? min(limit, patience) : limit
    let end = ContinuousClock.now + .seconds(limit)
    defer { state.withLock { $0.begun[number] = nil } }
    while true {
      do {
        let result = try body {
          state.withLock {
            $0.current = number
            $0.deadline = min(end, .now + .seconds(patience))
          }
        }
        state.withLock { $0.hasGivenUp = false }
        return result
      } catch let error as StoreError where error.code == .busy {
        guard ContinuousClock.now < end else {
          state.withLock { $0.hasGivenUp = limit > patience }
          throw error
        }
        Thread.sleep(forTimeInterval: .random(in: 0.2...0.5))
      }
    }
  }

  /// Whether SQLite should try to get the lock again after `tries` failed attempts. Pauses before it returns true.
  func shouldRetry(after tries: Int) -> Bool {
    let now = ContinuousClock.now
    let (isLate, waited) = state.withLock { state -> (Bool, TimeInterval?) in
      let waited = (now - state.begun[state.current, default: now]) / .seconds(1)
      if state.begun[state.current] == nil { state.begun[state.current] = now }
      let isDue = waited >= 1 && now - state.lastReport >= .seconds(1)
      if isDue { state.lastReport = now }
      return (now >= state.deadline, isDue ? waited : nil)
    }
    if let waited { report(waited) }
    guard !isLate else { return false }
    // Pauses grow to about 0.1 s. They are random, to keep processes that wait for one lock apart.
    Thread.sleep(forTimeInterval: 0.001 * pow(2, Double(min(tries, 6))) * .random(in: 0.5...1.5))
    return true
  }
}
