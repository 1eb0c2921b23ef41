import Accelerator
import ArgumentParser
import FileOutput
import Foundation
import ZooKit
import RunStore

/// The option `--store` for the file with the runs.
public struct StoreOptions: ParsableArguments {
  /// The path that the user gave, if any.
  @Option(name: .long, help: "The file with the runs.", completion: .file())
  public var store: String?

  /// Options without values.
  public init() {}

  /// - Throws: `StoreError` if the path can't name a file.
  public func validate() throws {
    // A path that cannot name a file is wrong usage, not a missing file.
    if let store { try Store.checkPath(store) }
  }

  /// The path of the file: `--store`, `$ZOO_STORE`, or `zoo.sqlite` in the current folder.
  public var path: String {
    let variable = ProcessInfo.processInfo.environment["ZOO_STORE"].flatMap { $0.isEmpty ? nil : $0 }
    return store ?? variable ?? "zoo.sqlite"
  }

  /// An output file; the file with the runs is refused.
  func output(_ path: String, endings: [String] = []) throws -> OutputFile {
    try OutputFile(path, endings: endings, sparing: Store.files(at: self.path))
  }

  /// Whether the file exists.
  var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// The end of a suggested command, which makes it use the same file.
  var hint: String { store.map { " --store \($0.quoted)" } ?? "" }

  /// The zoo of runs that must exist already.
  ///
  /// - Parameter toWrite: whether a read-only file is refused. Opening then waits for locks as trainings do.
  /// - Throws: `ModelZooError` if there is no file, `StoreError` if it is not a zoo's.
  public func existing(toWrite: Bool = false) throws -> ModelZoo {
    try ModelZoo(
      existing: path, catalogue: ZooProgram.current.catalogue, toWrite: toWrite, patience: toWrite ? Self.patience : 10,
      waiting: reportWait)
  }

  /// The zoo of runs; a missing file is created.
  ///
  /// - Throws: `StoreError` if the file can't be created or is not a zoo's.
  public func zoo() throws -> ModelZoo {
    try ModelZoo(
      at: path, catalogue: ZooProgram.current.catalogue, patience: Self.patience, waiting: reportWait)
  }

  /// The run of a reference to no checkpoint: a command that is about all steps would ignore its step.
  ///
  /// - Throws: `ValidationError` for a checkpoint, `StoreError` if there is no such run.
  func run(_ reference: String, in store: Store) throws -> Run {
    let found = try store.resolve(reference)
    guard found.checkpoint == nil else {
      throw ValidationError("'\(reference)' is a checkpoint; expected a run, such as '\(found.run.id)'.")
    }
    return found.run
  }

  /// The networks of a reference: a checkpoint of a run, or a trained model, which needs no store.
  ///
  /// - Throws: as ``existing(toWrite:)`` and `ModelZoo.source(_:)`.
  public func source(_ reference: String) throws -> any NetworkSource {
    if let trained = try trained(reference) { return trained }
    return try hinting(reference) { try existing().source(reference) }
  }

  /// The trained model of a reference `MODEL:trained`; nil for any other text.
  ///
  /// - Throws: `ModelZooError` if there is no such model, or its card is damaged.
  func trained(_ reference: String) throws -> TrainedModel? {
    try ZooProgram.current.catalogue.trainedModel(reference)
  }

  /// Calls `body`, whose error about a reference to nothing then names the trained model that is probably meant.
  func hinting<Value>(_ reference: String, _ body: () throws -> Value) throws -> Value {
    func hinted(_ message: String) -> String {
      let likely = ZooProgram.current.catalogue.likelyTrained(reference)
      return likely.map { "\(message); did you mean '\($0)'?" } ?? message
    }
    do {
      return try body()
    } catch let error as StoreError where error.code == .unknownRun {
      throw StoreError(error.code, hinted(error.message), remedy: error.remedy)
    } catch let error as ModelZooError where error.code == .noStore {
      throw ModelZooError(error.code, hinted(error.message), remedy: error.remedy)
    }
  }

  /// A recipe by its name or path. Its networks may name graphs of the store, if there is one.
  ///
  /// - Throws: as `ModelZoo.recipe(named:)`, and for a file that is not a zoo's.
  func recipe(named name: String) throws -> Recipe {
    // The catalogue's models name no graphs. They are read without the store, which may be locked or damaged.
    guard exists, name.hasSuffix(".yaml") || name.hasSuffix(".yml") else {
      return try ZooProgram.current.catalogue.recipe(named: name)
    }
    return try existing().recipe(named: name)
  }

  /// The longest wait of a command that writes to open the file, in seconds.
  private static let patience = 3600.0

  /// Reports at the start of a wait and then every 30 s that another program has the file locked.
  private var reportWait: @Sendable (TimeInterval) -> Void {
    { [path] seconds in
      guard seconds < 2 || Int(seconds) % 30 == 0 else { return }
      let duration = Format.duration(seconds)
      Terminal.error.write(
        "note: another program has locked '\(path.escapedLine)'; waiting, \(duration) so far\n", within: .zero)
    }
  }
}

/// A command on a file with runs. Its errors name the file in the commands that they suggest.
public protocol StoreCommand: ParsableCommand {
  /// The options that name the file.
  var options: StoreOptions { get }
}

/// The option `--json`.
public struct OutputOptions: ParsableArguments {
  /// Whether the command prints JSON.
  @Flag(name: .long, help: "Print JSON.")
  public var json = false

  /// Options without values.
  public init() {}

  /// Prints the result of a command as JSON or text: on standard error if its file went to standard output.
  func report(_ record: some Encodable, _ text: String, of file: OutputFile?) throws {
    let report = json ? try jsonText(record) : text
    if file?.isStandardOutput == true { Terminal.error.write(report + "\n") } else { print(report) }
  }
}

/// Options of `train` and `resume` for computing.
struct ComputeOptions: ParsableArguments {
  @Option(name: .long, help: "The number of threads (default: all processors; on resume, the run's own number).")
  var threads: Int?

  @Flag(help: "Continue a run although the bits will differ, as with another class of machine or number of threads.")
  var allowInexact = false

  @Flag(help: "Execute programs node by node instead of compiled: the reference, slower.")
  var eager = false

  @Option(
    help: "The device: cuda, cuda:1, tpu, cpu-xla, or the path of a PJRT plugin (on resume, the run's own).",
    completion: .file())
  var device: String?

  @Option(help: "The number of devices that share each batch.")
  var devices: Int?

  @Option(name: .long, help: "The folder or file of the data.", completion: .file())
  var data: String?

  /// The execution that was asked for; nil for the default.
  ///
  /// - Throws: `AcceleratorError` for an unknown device.
  var execution: Execution? {
    get throws {
      if eager { return .eager }
      return try device.map { .device(try DeviceChoice(named: $0, count: devices ?? 1)) }
    }
  }

  func validate() throws {
    guard device == nil || !eager else {
      throw ValidationError("--eager computes on the processor; leave it out, or --device")
    }
    guard devices == nil || device != nil else {
      throw ValidationError("--devices \(devices ?? 0): expected --device too, such as --device cuda")
    }
  }

  var dataPlace: URL? { data.map { URL(filePath: $0) } }
}
