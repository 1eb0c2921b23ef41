import ArgumentParser
import FileOutput
import Foundation
import ZooKit
import RunStore

/// Where the runs are, and how to print.
struct StoreOptions: ParsableArguments {
  @Option(name: .long, help: "The file with the runs.", completion: .file())
  var store: String?

  func validate() throws {
    // A text that names no file is no file that is missing.
    if let store { try Store.checkPath(store) }
  }

  /// The file that is meant: --store, $ZOO_STORE, or zoo.sqlite here.
  var path: String {
    let variable = ProcessInfo.processInfo.environment["ZOO_STORE"].flatMap { $0.isEmpty ? nil : $0 }
    return store ?? variable ?? "zoo.sqlite"
  }

  /// A place to write to, which is not the file with the runs.
  func output(_ path: String, endings: [String] = []) throws -> OutputFile {
    try OutputFile(path, endings: endings, sparing: Store.files(at: self.path))
  }

  /// Whether the file is there.
  var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// What a command that someone may copy needs behind it, to mean the same file.
  var hint: String { store.map { " --store \($0.quoted)" } ?? "" }

  /// The zoo of runs that must exist already.
  ///
  /// - Parameter toWrite: whether a file that may only be read is of no use. Opening then waits for locks as trainings do.
  func existing(toWrite: Bool = false) throws -> ModelZoo {
    try ModelZoo(
      existing: path, catalogue: ZooProgram.current.catalogue, toWrite: toWrite, patience: toWrite ? Self.patience : 10,
      waiting: reportWait)
  }

  /// The zoo of runs; a missing file is created.
  func zoo() throws -> ModelZoo {
    try ModelZoo(
      at: path, catalogue: ZooProgram.current.catalogue, patience: Self.patience, waiting: reportWait)
  }

  /// The longest wait of a command that writes to open the file, in seconds.
  private static let patience = 3600.0

  /// Says at the beginning of a wait and then every half a minute that another program has the file locked.
  private var reportWait: @Sendable (TimeInterval) -> Void {
    { [path] seconds in
      guard seconds < 2 || Int(seconds) % 30 == 0 else { return }
      let duration = Format.duration(seconds)
      Terminal.error.write(
        "note: waiting for a lock that another program has on '\(path.escapedLine)', for \(duration)\n", within: .zero)
    }
  }
}

/// A command on a file with runs.
protocol StoreCommand: ParsableCommand {
  var options: StoreOptions { get }
}

/// `--json`.
struct OutputOptions: ParsableArguments {
  @Flag(name: .long, help: "Print JSON.")
  var json = false

  /// Prints what a command did, as JSON or as text: on standard error where standard output has the file that it wrote.
  func report(_ record: some Encodable, _ text: String, of file: OutputFile?) throws {
    let report = json ? try jsonText(record) : text
    if file?.isStandardOutput == true { Terminal.error.write(report + "\n") } else { print(report) }
  }
}

/// What `train` and `resume` have in common.
struct ComputeOptions: ParsableArguments {
  @Option(name: .long, help: "Threads that operators run on (default: all processors; a resumed run's own).")
  var threads: Int?

  @Flag(help: "Continue a run where other bits come out than where it began: another class of machine, other threads.")
  var allowInexact = false

  @Flag(help: "Execute programs node by node instead of compiled: the reference, slower.")
  var eager = false

  @Option(name: .long, help: "The folder of the data set's files.", completion: .directory)
  var data: String?

  /// The execution that was asked for; nil for what is usual.
  var execution: Execution? { eager ? .eager : nil }

  var dataFolder: URL? { data.map { URL(filePath: $0, directoryHint: .isDirectory) } }
}
