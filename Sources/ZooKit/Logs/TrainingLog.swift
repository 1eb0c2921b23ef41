import Dispatch
import Foundation
import RunStore
import Synchronization
import TensorBoardFormat

/// Writes the log of a run for TensorBoard while it trains.
///
/// Training only appends to a list; a queue in the background encodes and writes. A log that can't be written ends, and
/// training goes on. Each start writes the history from the store again, in a new file that replaces earlier ones.
/// Steps that a killed process has logged after its last checkpoint are not in it, and none is missing.
package final class TrainingLog: Sendable {
  private struct State {
    var waiting: [LogEvent] = []
    var isScheduled = false
    /// The reason why the log has ended; nil while it goes on.
    var failure: String?
    var isReported = false
  }

  /// Events that wait to be written. A file system that has stopped must not fill the memory.
  private static let mostWaiting = 200_000
  /// The time in which events are collected.
  private static let pause = 0.5
  /// The longest wait at the end of training, in seconds.
  private static let patience = 10.0

  private let place: String
  private let logged: LoggedRun
  private let queue = DispatchQueue(label: "zoo.training-log", qos: .utility)
  private let state = Mutex(State())
  /// Used on the queue only.
  private nonisolated(unsafe) var file: EventFile?

  /// Begins a log with the history of a run.
  ///
  /// - Parameters:
  ///   - logged: the run, up to the step at which training begins.
  ///   - folder: the folder of logs.
  init(_ logged: LoggedRun, in folder: String) {
    self.logged = logged
    place = logged.folder(in: folder)
    queue.async { self.attempt { try self.begin() } }
  }

  /// Adds metrics of a step.
  func add(_ metrics: [Metric], step: Int) {
    guard !metrics.isEmpty else { return }
    add(LogEvent(metrics: metrics, step: step, time: Date().timeIntervalSince1970))
  }

  /// Adds a picture.
  func add(_ picture: StoredPicture) {
    add(LogEvent(picture: picture, time: Date().timeIntervalSince1970))
  }

  /// Writes what waits and the state of the run, within some seconds.
  func finish(_ status: LogValue.Status, step: Int) {
    let time = Date().timeIntervalSince1970
    add(LogEvent(time: time, step: step, .values([LogValue("end", .end(status, at: time))])))
    let done = DispatchSemaphore(value: 0)
    queue.async {
      self.write()
      done.signal()
    }
    if done.wait(timeout: .now() + Self.patience) == .timedOut { fail("its disk does not answer") }
  }

  /// The reason why the log has ended, once; nil while it goes on.
  func takeFailure() -> String? {
    state.withLock { state in
      guard let failure = state.failure, !state.isReported else { return nil }
      state.isReported = true
      return "the log '\(place)' has ended: \(failure); training continues without it, and its metrics are in the store"
    }
  }

  private func add(_ event: LogEvent) {
    let (isFull, isFirst) = state.withLock { state -> (Bool, Bool) in
      guard state.failure == nil else { return (false, false) }
      guard state.waiting.count < Self.mostWaiting else { return (true, false) }
      state.waiting.append(event)
      defer { state.isScheduled = true }
      return (false, !state.isScheduled)
    }
    if isFull { fail("its disk is slower than training") }
    if isFirst { queue.asyncAfter(deadline: .now() + Self.pause) { self.write() } }
  }

  private func begin() throws {
    let file = try logged.newEventFile(in: place)
    try file.append(logged.header())
    _ = try logged.history { try file.append($0) }
    try file.publish()
    self.file = file
  }

  private func write() {
    let events = state.withLock { state in
      defer { state.waiting = [] }
      state.isScheduled = false
      return state.waiting
    }
    attempt { try file?.append(events) }
  }

  private func attempt(_ body: () throws -> Void) {
    do { try body() } catch {
      fail((error as? StoreError)?.message ?? error.systemReason)
      file = nil
    }
  }

  private func fail(_ reason: String) {
    state.withLock { state in
      state.failure = state.failure ?? reason
      state.waiting = []
    }
  }
}
