import ArgumentParser
import Foundation
import ZooKit
import Synchronization

/// The signals that end training, received by one thread where nothing computes.
///
/// Every thread blocks the signals, and a thread of their own waits for them: no handler ever runs, so none can
/// interrupt code that is not prepared for it.
///
/// Without a flag (see ``raise(_:)``), a signal ends the process as usual. With one, the first signal ends training
/// with a checkpoint, as batch systems expect of SIGUSR1, SIGUSR2 and SIGTERM. A Ctrl-C after that ends the process at
/// once. Other signals that a batch system sends in a row do not interrupt the checkpoint.
enum Signals {
  private struct State {
    var flag: StopFlag?
    var first: Int32?
  }

  private static let names = [
    SIGINT: "Ctrl-C", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP", SIGUSR1: "SIGUSR1", SIGUSR2: "SIGUSR2",
  ]
  private static let state = Mutex(State())

  /// Blocks the signals in this thread and in all threads that it starts, and starts to wait for them.
  ///
  /// Must be called before the first thread starts.
  static func receive() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in names.keys where !(number == SIGHUP && isIgnored(number)) {
      // A blocked signal reaches `sigwait` even if it is ignored, but a child process would inherit that.
      signal(number, SIG_DFL)
      sigaddset(&signals, number)
    }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    Thread.detachNewThread { [signals] in wait(for: signals) }
  }

  /// Sets the flag that the first signal raises, while a run trains; nil afterwards.
  static func raise(_ flag: StopFlag?) { state.withLock { $0.flag = flag } }

  /// The shell's exit code for the signal that stopped training; nil if none did.
  static var exitCode: ExitCode? { state.withLock(\.first).map { ExitCode(128 + $0) } }

  /// Whether the parent process, such as `nohup`, lets the process ignore the signal.
  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }

  private static func wait(for signals: sigset_t) {
    var signals = signals
    var number: Int32 = 0
    while sigwait(&signals, &number) == 0 {
      let isFirst = state.withLock { state -> Bool? in
        guard state.first == nil else { return false }
        guard let flag = state.flag else { return nil }
        state.first = number
        flag.raise(because: names[number] ?? "a signal")
        return true
      }
      switch isFirst {
      case true?: explain(after: 1)
      case false? where number != SIGINT: break
      default: end(by: number)
      }
    }
  }

  /// Explains after `seconds` why the process has not ended yet: a step is slow.
  private static func explain(after seconds: Double) {
    DispatchQueue.global().asyncAfter(deadline: .now() + seconds) {
      Terminal.error.write(
        "stopping after this step; Ctrl-C ends at once, and the run resumes from its last checkpoint\n",
        within: .zero)
    }
  }

  private static func end(by number: Int32) {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, number)
    signal(number, SIG_DFL)
    kill(getpid(), number)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}
