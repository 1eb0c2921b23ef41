import Algorithms
import ArgumentParser
import Foundation
import Synchronization
import ZooKit

/// The command line `list train resume export sample …`, for a catalogue.
///
/// A program with parts of its own is a target whose `main.swift` has, after its imports:
///
/// ```swift
/// var catalogue = Catalogue.standard
/// catalogue.add(DatasetSource("moons") { _ in Moons() })
/// ZooProgram(name: "moons", catalogue: catalogue).main()
/// ```
public struct ZooProgram: Sendable {
  /// The name of the program in its help and messages.
  public let name: String
  /// One line that says what the program does.
  public let abstract: String
  /// The names that recipes and runs can use, and the models.
  public let catalogue: Catalogue
  /// Commands beside the library's.
  public let commands: [any ParsableCommand.Type]

  /// A program.
  ///
  /// - Parameters:
  ///   - name: the name in help and messages.
  ///   - abstract: one line that says what the program does.
  ///   - catalogue: the names that recipes and runs can use, and the models; by default the library's.
  ///   - commands: commands beside the library's.
  public init(
    name: String = "zoo",
    abstract: String = "Trains networks whose losses need gradients of gradients, and resumes them bit for bit.",
    catalogue: Catalogue = .standard, commands: [any ParsableCommand.Type] = []
  ) {
    self.name = name
    self.abstract = abstract
    self.catalogue = catalogue
    self.commands = commands
  }

  private static let running = Mutex<ZooProgram?>(nil)

  /// The program that runs.
  static var current: ZooProgram { running.withLock { $0 } ?? ZooProgram() }

  /// Runs the command of the process's arguments. It ends the process with an exit code unless that is 0.
  ///
  /// Call it before any other thread starts: it blocks signals on all threads, so that none interrupts a computation.
  public func main() {
    // A file that may not grow is then an error of the write, which says so, instead of a signal that ends the process.
    signal(SIGXFSZ, SIG_IGN)
    Signals.receive()
    Self.reserveStandardDescriptors()
    EnvironmentSettings.onSlowTrial { Terminal.error.write("note: \($0.escapedLine)\n", within: .zero) }
    Self.running.withLock { $0 = self }
    do {
      var command = try RootCommand.parseAsRoot()
      do { try command.run() } catch { throw Failure.report(error, in: command) }
    } catch {
      Failure.exit(with: error)
    }
    // Output that can't be printed must not look like no output. A reader that has gone wants no more.
    if fflush(nil) != 0, errno != EPIPE {
      Terminal.error.write("Error: the output can't be written: \(String(cString: strerror(errno)))\n")
      exit(EXIT_FAILURE)
    }
  }
}

extension ZooProgram {
  /// Takes the numbers of standard descriptors that are closed: what is printed must not reach a file or a socket that
  /// is opened later. A use of them fails as before.
  private static func reserveStandardDescriptors() {
    for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(number, F_GETFD) < 0 {
      _ = open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}

/// The command itself: parses, calls the library, prints.
struct RootCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    let (program, name) = (ZooProgram.current, ZooProgram.current.name)
    return CommandConfiguration(
      commandName: name,
      abstract: program.abstract,
      discussion: """
        Runs, graphs, metrics and checkpoints are in one SQLite file: zoo.sqlite in the current folder, $ZOO_STORE, or --store.
        RUN is a run's id, any unique beginning of it, or its name; RUN@STEP, RUN@latest and RUN@best are checkpoints.

        Exit codes: 0 for success, 1 for failure, 64 for wrong usage. After a signal that ended training, with a checkpoint:
        129 (SIGHUP), 130 (Ctrl-C), 138 (SIGUSR1), 140 (SIGUSR2), 143 (SIGTERM).
        Completions: \(name) --generate-completion-script bash|zsh|fish
        """,
      version: ModelZoo.version,
      subcommands: [
        ListCommand.self, ShowCommand.self, TrainCommand.self, ResumeCommand.self, ForkCommand.self, ExportCommand.self,
        SampleCommand.self, EvalCommand.self, PlayCommand.self, VerifyCommand.self, RemoveCommand.self,
        BackupCommand.self, BenchCommand.self, OpsCommand.self,
      ] + program.commands)
  }
}
