import ArgumentParser
import Foundation
import ONNXFormat
import ZooKit

/// `zoo import`.
struct ImportCommand: StoreCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Store the graph of an ONNX file under a name of its own.",
    discussion: """
      An ONNX file does not say which of its tensors are trained. zoo decides by their uses and names, and prints the \
      reason for each floating-point tensor that is not trainable. --trainable and --constant decide otherwise. In a \
      PATTERN, * stands for any characters.
      """)

  @Argument(help: "An ONNX file.", completion: .file(extensions: ["onnx"]))
  var file: String

  @Option(help: "The graph's name (default: the file's name without .onnx).")
  var name: String?

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
    let graph: StoredGraph
    if options.exists {
      graph = try options.existing(toWrite: true).importGraph(url, name: name, options: roles)
    } else {
      // A file that can't be imported does not leave an empty store behind.
      graph = try StoredGraph(importing: url, name: name, options: roles)
      try options.zoo().add(graph)
    }
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
