import ArgumentParser
import Dispatch
import Foundation
import ModelZoo
import Synchronization

/// Turns the first Ctrl-C or SIGTERM into a wish to stop; a second one kills as usual.
final class Signals {
  /// The first signal that came; 0 before it.
  private final class Received: Sendable {
    let number = Atomic<Int32>(0)
  }

  private let received = Received()
  private let sources: [any DispatchSourceSignal]

  init(raising flag: StopFlag) {
    let queue = DispatchQueue(label: "zoo.signals")
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: queue)
    }
    for (source, number) in zip(sources, [SIGINT, SIGTERM]) {
      source.setEventHandler { [received] in
        received.number.store(number, ordering: .relaxed)
        flag.raise()
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
        // Most often training has ended by then. It has not in an evaluation, or where an environment is slow.
        queue.asyncAfter(deadline: .now() + 1) {
          Terminal.error.write(
            "stopping after this step and its evaluation; once more ends at once, and the run goes on from its last checkpoint\n"
          )
        }
      }
      source.resume()
    }
  }

  /// The shell's code for the signal that stopped training; nil where none did.
  var exitCode: ExitCode? {
    let number = received.number.load(ordering: .relaxed)
    return number == 0 ? nil : ExitCode(128 + number)
  }
}
