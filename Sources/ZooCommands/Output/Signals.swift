import ArgumentParser
import Foundation
import ZooKit
import Synchronization

/// The signals that end training, received by one thread where nothing computes.
///
/// oneDNN's kernels use the stack register for other purposes while they compute, and a signal handler that runs on
/// such a thread corrupts memory (oneDNN issue 4845). So the signals are blocked in every thread, and a thread of their
/// own waits for them: no handler ever runs.
///
/// Before ``training`` is set, a signal ends the process as usual. After it, the first one asks for a checkpoint and
/// the end, as batch systems expect of SIGUSR1, SIGUSR2 and SIGTERM, and a Ctrl-C after that ends the process at once.
/// Signals that a batch system sends one after another do not interrupt the checkpoint.
enum Signals {
  private struct State {
    var flag: StopFlag?
    var first: Int32?
  }

  private static let names = [
    SIGINT: "Ctrl-C", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP", SIGUSR1: "SIGUSR1", SIGUSR2: "SIGUSR2",
  ]
  private static let state = Mutex(State())

  /// Blocks the signals in this thread and all that it starts, and begins to wait for them.
  ///
  /// Must be called before the first thread starts.
  static func receive() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in names.keys where !(number == SIGHUP && isIgnored(number)) {
      // A blocked signal reaches `sigwait` whatever its disposition, but a child would inherit one that is ignored.
      signal(number, SIG_DFL)
      sigaddset(&signals, number)
    }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    Thread.detachNewThread { [signals] in wait(for: signals) }
  }

  /// The flag that the first signal raises, while a run trains.
  static func raise(_ flag: StopFlag?) { state.withLock { $0.flag = flag } }

  /// The shell's code for the signal that stopped training; nil where none did.
  static var exitCode: ExitCode? { state.withLock(\.first).map { ExitCode(128 + $0) } }

  /// Whether the parent, `nohup` for example, wants the process to ignore the signal.
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

  /// Says why the process has not ended, where it has not after so many seconds: in a slow step.
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
