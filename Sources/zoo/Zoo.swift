import ArgumentParser
import Foundation
import ZooKit

@main
enum Main {
  static func main() {
    // A file that may not grow is then an error of the write, which says so, instead of a signal that ends the process.
    signal(SIGXFSZ, SIG_IGN)
    Signals.receive()
    do {
      var command = try Zoo.parseAsRoot()
      do { try command.run() } catch { throw Failure.ending(with: error) }
    } catch {
      Zoo.exit(withError: error)
    }
    // Output that can't be printed must not look like no output. A reader that has gone wants no more.
    if fflush(nil) != 0, errno != EPIPE {
      Terminal.error.write("Error: the output can't be written: \(String(cString: strerror(errno)))\n")
      exit(EXIT_FAILURE)
    }
  }
}

/// The command `zoo`: parses, calls the library, prints.
struct Zoo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "zoo",
    abstract: "Trains networks whose losses need gradients of gradients, and resumes them bit for bit.",
    discussion: """
      Runs, graphs, metrics and checkpoints are in one SQLite file: zoo.sqlite in the current folder, $ZOO_STORE, or --store.
      RUN is a run's id, any unique beginning of it, or its name; RUN@STEP, RUN@latest and RUN@best are checkpoints.

      Exit codes: 0 for success, 1 for failure, 64 for wrong usage. After a signal that ended training, with a checkpoint:
      129 (SIGHUP), 130 (Ctrl-C), 138 (SIGUSR1), 140 (SIGUSR2), 143 (SIGTERM).
      Completions: zoo --generate-completion-script bash|zsh|fish
      """,
    version: ModelZoo.version,
    subcommands: [
      ListCommand.self, ShowCommand.self, TrainCommand.self, ResumeCommand.self, ForkCommand.self, ExportCommand.self,
      SampleCommand.self, EvalCommand.self, PlayCommand.self, VerifyCommand.self, RemoveCommand.self,
      BackupCommand.self, BenchCommand.self, OpsCommand.self,
    ])
}
