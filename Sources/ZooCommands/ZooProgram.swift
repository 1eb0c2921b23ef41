import TrainingAlgorithms
import ArgumentParser
import Foundation
import Synchronization
import ZooKit

/// A command-line program with the commands `list`, `train`, `resume`, `export`, `sample` and others, for a catalogue.
///
/// A program with its own environments, data sets or models is a target with this `main.swift`, after its imports:
///
/// ```swift
/// var catalogue = Catalogue.standard
/// catalogue.add(Moons.self)
/// ZooProgram(name: "moons", catalogue: catalogue).main()
/// ```
public struct ZooProgram: Sendable {
  /// The name of the program in its help and messages.
  public let name: String
  /// The purpose of the program, in one line.
  public let abstract: String
  /// The names that recipes and runs can use, and the models.
  public let catalogue: Catalogue
  /// Commands in addition to the library's. A ``StoreCommand`` has the option `--store`. A command with the name of one
  /// of the library's replaces it.
  public let commands: [any ParsableCommand.Type]

  /// Creates a program.
  ///
  /// - Parameters:
  ///   - name: the name in help and messages.
  ///   - abstract: the purpose of the program, in one line.
  ///   - catalogue: the names that recipes and runs can use, and the models; by default the library's.
  ///   - commands: commands in addition to the library's, or in place of those with the same names.
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

  /// The running program; the library's own before ``main()``.
  public static var current: ZooProgram { running.withLock { $0 } ?? ZooProgram() }

  /// Runs the command in the process's arguments. Ends the process with an exit code unless that is 0.
  ///
  /// Call it before any other thread starts: it blocks signals on all threads, and none interrupts a computation.
  public func main() {
    // A write beyond the limit of a file's size then fails with an error, instead of a signal that ends the process.
    signal(SIGXFSZ, SIG_IGN)
    Signals.receive()
    Self.reserveStandardDescriptors()
    // Plugins of XLA write notes of their own to standard error otherwise.
    setenv("TF_CPP_MIN_LOG_LEVEL", "2", 0)
    EnvironmentSettings.onSlowTrial { Terminal.error.write("note: \($0.escapedLine)\n", within: .zero) }
    Self.running.withLock { $0 = self }
    do {
      var command = try RootCommand.parseAsRoot()
      do { try command.run() } catch { throw Failure.report(error, in: command) }
    } catch {
      Failure.exit(with: error)
    }
    // A failure to print must not look like empty output. A closed pipe is no failure.
    if fflush(nil) != 0, errno != EPIPE {
      Terminal.error.write("Error: standard output: can't be written: \(String(cString: strerror(errno)))\n")
      exit(EXIT_FAILURE)
    }
  }
}

extension ZooProgram {
  /// Occupies standard descriptors that are closed: output must not reach a file or socket that is opened later. Uses
  /// of these descriptors still fail.
  private static func reserveStandardDescriptors() {
    for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(number, F_GETFD) < 0 {
      _ = open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}

/// The root command, with all commands below it.
struct RootCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    let (program, name) = (ZooProgram.current, ZooProgram.current.name)
    return CommandConfiguration(
      commandName: name,
      abstract: program.abstract,
      discussion: """
        Runs, graphs, metrics and checkpoints are in one SQLite file: --store, $ZOO_STORE, or zoo.sqlite in the current
        folder. RUN is a run's id, any unique beginning of it, or its name; RUN@STEP, RUN@latest and RUN@best are
        checkpoints. A graph that was imported has a name only. MODEL:trained is a model that comes with trained
        networks.

        Exit codes: 0 for success, 1 for failure, 64 for wrong usage. After a signal that ended training with a
        checkpoint: 129 (SIGHUP), 130 (Ctrl-C), 138 (SIGUSR1), 140 (SIGUSR2), 143 (SIGTERM).
        Completions: \(name) --generate-completion-script bash|zsh|fish
        """,
      version: ModelZoo.version,
      subcommands: subcommands(of: program))
  }

  /// The library's commands that the program does not replace, and the program's.
  static func subcommands(of program: ZooProgram) -> [any ParsableCommand.Type] {
    let own = Set(program.commands.map { $0._commandName })
    return library.filter { !own.contains($0._commandName) } + program.commands
  }

  /// The library's commands in the order of the help.
  private static let library: [any ParsableCommand.Type] = [
    ListCommand.self, ShowCommand.self, TrainCommand.self, ResumeCommand.self, ForkCommand.self, ImportCommand.self,
    ExportCommand.self, RunCommand.self, SampleCommand.self, EvalCommand.self, PlayCommand.self, PlotCommand.self,
    WatchCommand.self, StopCommand.self, EditCommand.self, ServeCommand.self, LogCommand.self, SQLCommand.self,
    VerifyCommand.self, RemoveCommand.self,
    BackupCommand.self, ReleaseCommand.self, BenchCommand.self, DataCommand.self, DevicesCommand.self, OpsCommand.self,
  ]
}
