import ArgumentParser
import Foundation
import ONNXFormat
import RunStore
import ZooKit

/// `zoo import`.
struct ImportCommand: StoreCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Store the graph of an ONNX file, or the run that was exported with its training.",
    discussion: """
      A file of 'export --training' becomes a new run, or with --into the newest checkpoint of the run that it came \
      from.

      An ONNX file does not say which of its tensors are trained. zoo decides by their uses and names, and prints the \
      reason for each floating-point tensor that is not trainable. --trainable and --constant decide otherwise. In a \
      PATTERN, * stands for any characters.
      """)

  @Argument(help: "An ONNX file, as .onnx or .onnxtxt.", completion: .file(extensions: ONNXFile.fileExtensions))
  var file: String

  @Option(help: "The graph's name (default: the file's name without its ending), or a name for the run.")
  var name: String?

  @Option(help: ArgumentHelp("The run whose newest checkpoint the state in the file becomes.", valueName: "run"))
  var into: String?

  @OptionGroup var dimensions: DimensionOptions

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("Make the initializers of these names trainable parameters.", valueName: "pattern"))
  var trainable: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("Make the initializers of these names constants.", valueName: "pattern"))
  var constant: [String] = []

  @OptionGroup var options: StoreOptions
  @OptionGroup var output: OutputOptions

  /// The most initializers that are listed.
  private static let mostListed = 12

  func run() throws {
    let url = URL(filePath: file)
    let roles = ImportOptions(
      dimensions: try dimensions.extents(), trainable: trainable, constant: constant)
    // A file that can't be imported does not leave an empty store behind.
    let zoo = try options.exists ? options.existing(toWrite: true) : nil
    // Before the work of the import.
    if let name { try zoo?.store.requireUnused(name: name) }
    let imported = try ONNXImporter(roles).readModel(url)
    if RunFile.isRun(imported.model) { return try importRun(imported.model, zoo) }
    guard into == nil else {
      throw ValidationError(
        "--into: '\(file)' is no checkpoint of a run, expected one of '\(ZooProgram.current.name) export --training'."
      )
    }
    let graph = try StoredGraph(imported, of: url, name: name, options: roles)
    try (zoo ?? options.zoo()).add(graph)
    let record = try GraphRecord(graph)
    guard !output.json else { return try printJSON(record) }
    print("\(record.heading)\n")
    record.lines.forEach { print($0) }
    let others = record.untrainable
    if !others.isEmpty { print("not trainable") }
    for initializer in others.prefix(Self.mostListed) {
      print("  \(initializer.name)  \(initializer.type)  \(initializer.role): \(initializer.reason)".escapedLine)
    }
    if others.count > Self.mostListed { print("  and \(Format.count(others.count - Self.mostListed)) more") }
    for note in graph.details?.notes ?? [] { print("note: \(note)".escapedLine) }
    print("")
    nextCommands(for: graph).forEach { print($0) }
  }

  private func importRun(_ model: ONNXModel, _ zoo: ModelZoo?) throws {
    guard trainable.isEmpty, constant.isEmpty, dimensions.dim.isEmpty else {
      throw ValidationError(
        "'\(file)' is a checkpoint of a run; --trainable, --constant and --dim are for other models.")
    }
    guard into == nil || name == nil else { throw ValidationError("--into and --name exclude each other.") }
    let checkpoint = try RunFile(model)
    let run: Run
    if let into {
      run = try (zoo ?? options.existing(toWrite: true)).importState(checkpoint, into: into)
    } else {
      run = try (zoo ?? options.zoo()).importRun(checkpoint, named: name)
    }
    guard !output.json else { return try printJSON(RunRecord(run)) }
    print(
      "run \(run.id)  \(run.model.escapedLine)  step \(Format.count(run.step))  imported from \(checkpoint.origin)"
        + (checkpoint.isUnchanged ? "" : ", trained on by another program"))
    let goal = run.status == .done ? " --until N" : ""
    print("continue:  \(ZooProgram.current.name) resume \(run.id)\(goal)\(options.hint)")
  }

  private func nextCommands(for graph: StoredGraph) -> [String] {
    let (program, name) = (ZooProgram.current.name, graph.name.word)
    let inputs = graph.graph.inputs.map { " --input \("\($0.name)=\($0.name).npy".word)" }.joined()
    return [
      "see it:     \(program) show \(name)\(options.hint)",
      "run it:     \(program) run \(name)\(inputs)\(options.hint)",
      "export it:  \(program) export \(name) -o \("\(graph.fileName).onnx".word)\(options.hint)",
    ]
  }
}
