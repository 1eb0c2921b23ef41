import Foundation
import Synchronization

/// A Python process that computes parallel environments of a Gymnasium environment, and the protocol with it.
///
/// One request runs at a time: its answer is read before the next one is sent. A worker that has failed is killed.
/// Every later request throws the same error.
final class PythonWorker: Sendable {
  /// The kind of a request, in the first byte of a message.
  enum Request: UInt8 {
    case resetAll = 0x72
    case resetSome = 0x6d
    case step = 0x73
    case checkEpisodes = 0x63
    case getState = 0x67
    case readState = 0x70
    case restoreState = 0x6b
    case render = 0x66
  }

  private struct Conversation: ~Copyable {
    var process: ChildProcess
    var failure: EnvironmentError?
  }

  /// The program. The last file starts it.
  private static let script = [
    PackageResources.checks_py, PackageResources.spaces_py, PackageResources.chance_py, PackageResources.pickling_py,
    PackageResources.states_py, PackageResources.trial_py, PackageResources.worker_py,
  ].map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")

  /// The least timeout of a start. Importing packages may take long.
  private static let leastTimeToStart = Duration.seconds(60)

  private let id: String
  private let title: String
  private let timeout: Duration
  private let conversation: Mutex<Conversation>

  /// Starts a worker.
  /// - Parameters:
  ///   - id: the environment's name, the beginning of error messages.
  ///   - title: the worker's name in error messages.
  ///   - python: the interpreter; `nil` for the one of `ZOO_PYTHON`, or else `python3`.
  ///   - timeout: the time that an answer may take per environment; the start has at least 60 seconds.
  init(
    id: String, title: String = "the environment's worker", python: String?, timeout: Duration
  ) throws(EnvironmentError) {
    (self.id, self.title) = (id, title)
    self.timeout = timeout
    let python = python ?? ProcessInfo.processInfo.environment["ZOO_PYTHON"] ?? "python3"
    do throws(POSIXError) {
      conversation = Mutex(Conversation(process: try ChildProcess([python, "-u", "-c", Self.script])))
    } catch {
      throw EnvironmentError(
        .worker,
        "\(id): can't run Python as '\(python)': \(String(cString: strerror(error.code.rawValue))). Install Python 3.10"
          + " or later with Gymnasium (pip install gymnasium), and name it in the environment variable ZOO_PYTHON if it"
          + " isn't python3 on the PATH")
    }
  }

  /// The number of the process.
  var processIdentifier: Int32 { conversation.withLock { $0.process.pid } }

  /// Sends the request to create environments. The answer is a `GymnasiumSummary`.
  func send(_ request: GymnasiumRequest) throws(EnvironmentError) {
    // The order of arguments is part of an environment's pickle.
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let message: Data
    do {
      message = try encoder.encode(request)
    } catch {
      throw EnvironmentError(.invalidSetting, "\(id): its arguments can't be written as JSON", cause: error)
    }
    try send(Array(message))
  }

  /// Sends a request: its kind and its body.
  func send(_ message: [UInt8]) throws(EnvironmentError) {
    _ = try conversation.withLock { conversation in
      talk(in: &conversation) { (process: inout ChildProcess) throws(ChildProcess.Failure) -> [UInt8] in
        try process.send(message, within: max(timeout, Self.leastTimeToStart))
        return []
      }
    }.get()
  }

  /// Waits for the answer to the latest request and returns its result.
  func answer(isStart: Bool = false) throws(EnvironmentError) -> [UInt8] {
    try conversation.withLock { conversation in
      let answer = talk(in: &conversation) { (process: inout ChildProcess) throws(ChildProcess.Failure) -> [UInt8] in
        try process.receive(
          within: timeout, startingWithin: max(timeout, Self.leastTimeToStart), isStart: isStart)
      }
      guard case .success(let bytes) = answer, bytes.first != 0 else { return answer.map { Array($0.dropFirst()) } }
      return .failure(refusal(bytes.dropFirst(), in: &conversation))
    }.get()
  }

  /// Kills the worker after a violation.
  /// - Returns: the error to throw.
  func fail(_ what: String) -> EnvironmentError {
    conversation.withLock { fail(what, in: &$0) }
  }

  /// Kills the worker after the failure of another one.
  func end() {
    conversation.withLock { $0.process.end(within: .zero) }
  }

  private func talk(
    in conversation: inout Conversation, _ action: (inout ChildProcess) throws(ChildProcess.Failure) -> [UInt8]
  ) -> Result<[UInt8], EnvironmentError> {
    if let failure = conversation.failure {
      return .failure(failure)
    }
    do throws(ChildProcess.Failure) {
      return .success(try action(&conversation.process))
    } catch {
      switch error {
      case .ended:
        conversation.process.end(within: .seconds(1))
        return .failure(fail("\(title) \(ending(conversation.process.status))", in: &conversation))
      case .silent:
        return .failure(
          fail(
            "\(title) sent no answer within \(conversation.process.limit) and was killed; increase the timeout",
            in: &conversation))
      }
    }
  }

  private func refusal(_ answer: ArraySlice<UInt8>, in conversation: inout Conversation) -> EnvironmentError {
    let parts = String(decoding: answer, as: UTF8.self).split(separator: "\n", maxSplits: 1).map(String.init)
    guard parts.count == 2, let code = EnvironmentError.Code(rawValue: parts[0]) else {
      return fail("\(title) sent an invalid answer", in: &conversation)
    }
    guard code == .worker else { return EnvironmentError(code, "\(id): \(parts[1])") }
    return fail(parts[1], in: &conversation)
  }

  private func fail(_ what: String, in conversation: inout Conversation) -> EnvironmentError {
    conversation.process.end(within: .zero)
    let lines = String(decoding: conversation.process.lastOutput, as: UTF8.self).split(separator: "\n").suffix(12)
    let output = lines.isEmpty ? "" : "\(EnvironmentError.outputHeading)\(lines.joined(separator: "\n"))"
    let failure = EnvironmentError(.worker, "\(id): \(what)\(output)")
    conversation.failure = failure
    return failure
  }

  /// A description of an exit status of `waitpid`.
  private func ending(_ status: Int32?) -> String {
    guard let status else { return "ended" }
    let signal = status & 0x7f
    return signal == 0
      ? "exited with status \(status >> 8 & 0xff)"
      : "was killed by signal \(signal) (\(String(cString: strsignal(signal))))"
  }
}
