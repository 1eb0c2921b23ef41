import Synchronization

/// The Python processes that compute the parallel environments of a Gymnasium environment, some environments each.
///
/// One request runs at a time. All workers receive it before the first answer is read, so that they compute in
/// parallel. When one has failed, all are killed, and every later request throws the same error.
final class PythonWorkers: Sendable {
  /// The description of the environments.
  let description: GymnasiumDescription
  /// The environments of each worker.
  let places: [Range<Int>]
  private let workers: [PythonWorker]
  private let failure = Mutex<EnvironmentError?>(nil)

  /// Starts workers and creates their environments.
  /// - Parameters:
  ///   - request: the environments of all workers. Only the first worker makes the trial.
  ///   - count: the number of workers, at most that of environments.
  ///   - python: as for `PythonWorker`.
  ///   - timeout: as for `PythonWorker`.
  init(
    _ request: GymnasiumRequest, count: Int, python: String?, timeout: Duration
  ) throws(EnvironmentError) {
    let places = (0..<count).map { $0 * request.count / count..<($0 + 1) * request.count / count }
    var workers: [PythonWorker] = []
    for place in places {
      workers.append(
        try PythonWorker(
          id: request.id, title: Self.title(of: workers.count, with: place, of: count), python: python,
          timeout: timeout))
    }
    try workers[0].send(request.part(places[0]))
    let description = try GymnasiumDescription(from: workers[0])
    var other = request
    (other.trial, other.obstacle) = (.none, description.savingObstacle)
    for (worker, place) in zip(workers, places).dropFirst() {
      try worker.send(other.part(place))
    }
    for worker in workers.dropFirst() {
      let found = try GymnasiumDescription(from: worker)
      guard found.observationParts == description.observationParts, found.actionSpace == description.actionSpace else {
        throw EnvironmentError(
          .invalidSetting,
          "\(request.id): its spaces differ from process to process, expected equal ones; use one worker")
      }
    }
    (self.description, self.places, self.workers) = (description, places, workers)
  }

  private static func title(of worker: Int, with place: Range<Int>, of count: Int) -> String {
    guard count > 1 else { return "the environment's worker" }
    let (first, last) = (place.lowerBound, place.upperBound - 1)
    let environments = first == last ? "environment \(first)" : "environments \(first) to \(last)"
    return "worker \(worker + 1) of \(count) (\(environments))"
  }

  /// The numbers of the processes.
  var processIdentifiers: [Int32] { workers.map(\.processIdentifier) }

  /// A message for each worker that receives one.
  private typealias Round = [(worker: PythonWorker, message: [UInt8])]

  /// Sends a request to all workers and returns their results.
  /// - Parameters:
  ///   - request: the request.
  ///   - check: a request that all workers must have answered before.
  ///   - body: returns the body of the request for the worker with these environments; by default it is empty.
  func ask(
    _ request: PythonWorker.Request, after check: PythonWorker.Request? = nil,
    _ body: (Range<Int>) -> [UInt8] = { _ in [] }
  ) throws(EnvironmentError) -> [[UInt8]] {
    try exchange((check.map { [round($0)] } ?? []) + [round(request, body)])
  }

  /// Restores a state. No environment changes before all workers have read theirs.
  /// - Parameter body: returns the state for the worker with these environments.
  func restore(_ body: (Range<Int>) -> [UInt8]) throws(EnvironmentError) {
    _ = try exchange([round(.readState, body), round(.restoreState)])
  }

  /// Sends a request to the worker with an environment and returns its result. The body is the environment's index
  /// among those of the worker.
  func ask(_ request: PythonWorker.Request, ofEnvironment copy: Int) throws(EnvironmentError) -> [UInt8] {
    guard let worker = places.firstIndex(where: { $0.contains(copy) }) else {
      preconditionFailure("expected an environment of \(places), found \(copy)")
    }
    var message = [request.rawValue]
    message.append(memoryOf: [UInt64(copy - places[worker].lowerBound)])
    return try exchange([[(workers[worker], message)]])[0]
  }

  /// Kills the workers after a violation.
  /// - Returns: the error to throw.
  func fail(_ what: String) -> EnvironmentError {
    failure.withLock { failure in
      let error = workers[0].fail(what)
      workers.forEach { $0.end() }
      failure = error
      return error
    }
  }

  private func round(_ request: PythonWorker.Request, _ body: (Range<Int>) -> [UInt8] = { _ in [] }) -> Round {
    zip(workers, places).map { ($0, [request.rawValue] + body($1)) }
  }

  /// The results of the last of some rounds. No other request comes between them.
  private func exchange(_ rounds: [Round]) throws(EnvironmentError) -> [[UInt8]] {
    try failure.withLock { failure -> Result<[[UInt8]], EnvironmentError> in
      if let failure { return .failure(failure) }
      do throws(EnvironmentError) {
        var results: [[UInt8]] = []
        for round in rounds { results = try Self.results(of: round) }
        return .success(results)
      } catch {
        if error.code == .worker {
          workers.forEach { $0.end() }
          failure = error
        }
        return .failure(error)
      }
    }.get()
  }

  /// After a refusal, the answers of the other workers are read, too: the conversation with them goes on.
  private static func results(of round: Round) throws(EnvironmentError) -> [[UInt8]] {
    for (worker, message) in round { try worker.send(message) }
    var (results, refusal): ([[UInt8]], EnvironmentError?) = ([], nil)
    for (worker, _) in round {
      do throws(EnvironmentError) {
        results.append(try worker.answer())
      } catch {
        guard error.code != .worker else { throw error }
        refusal = refusal ?? error
      }
    }
    if let refusal { throw refusal }
    return results
  }
}
