import Dispatch

/// Runs what blocks, one call after another, on a thread of its own. Trainings beside the server need the processor
/// more.
final class Worker: Sendable {
  private let queue = DispatchQueue(label: "zoo.server", qos: .utility)

  /// Calls `body` and waits for its result without blocking a thread.
  ///
  /// - Throws: the error of `body`.
  func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Swift.Result { try body() }) }
    }
  }
}
