import Foundation
import Synchronization

/// A call on its own thread: tasks share a few threads, which calls that wait for locks would exhaust.
final class Background<Success: Sendable>: Sendable {
  private let outcome = Mutex<Result<Success, any Error>?>(nil)

  init(_ body: @escaping @Sendable () throws -> Success) {
    let thread = Thread { [self] in
      let result = Result { try body() }
      outcome.withLock { $0 = result }
    }
    thread.start()
  }

  /// The result of the call, or its error.
  func wait() throws -> Success {
    while true {
      if let result = outcome.withLock({ $0 }) { return try result.get() }
      Thread.sleep(forTimeInterval: 0.005)
    }
  }
}
