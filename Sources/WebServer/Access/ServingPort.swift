import Synchronization

/// The port of a server, which is known when it listens.
final class ServingPort: Sendable {
  private let stored = Mutex<Int?>(nil)

  /// The port; nil before the server listens.
  var number: Int? { stored.withLock { $0 } }

  func set(_ number: Int) { stored.withLock { $0 = number } }
}
