import ArgumentParser
import ZooKit
import ONNXFormat

/// `zoo export`.
struct ExportCommand: StoreCommand {
  /// A file format.
  enum FileFormat: String, ExpressibleByArgument, CaseIterable { case onnx }

  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a network of a run, or a training step, as ONNX.",
    discussion: """
      An exported step takes its state, a batch and random draws as inputs. Its outputs are metrics and the next \
      state: NAME.next for each NAME.
      """)

  @Argument(help: "RUN, RUN@STEP, RUN@latest or RUN@best.")
  var reference: String

  @Option(help: "The network: by default generator or policy, or the only one.")
  var network: String?

  @Option(help: "A program instead, such as 'critic': the training step of that name.")
  var program: String?

  @Option(help: "The file format.")
  var format = FileFormat.onnx

  @Option(
    name: [.customShort("o"), .long], help: "The file to write, or - for standard output (default: RUN-NETWORK.onnx).",
    completion: .file(extensions: ["onnx"]))
  var output: String?

  @OptionGroup var options: StoreOptions
  @OptionGroup var printing: OutputOptions

  private struct Record: Encodable {
    let file, network, run, stateDigest: String
    let step, parameters, bytes: Int
  }

  func validate() throws {
    guard network == nil || program == nil else { throw ValidationError("--network and --program exclude each other.") }
  }

  func run() throws {
    if let program { return try exportProgram(program) }
    let named = try output.map { try options.output($0, endings: ["onnx"]) }
    let network = try options.existing().network(reference, network)
    let file = try named ?? options.output(network.fileName)
    let bytes = try ONNXExporter.encode(network.onnx)
    try file.write(bytes)
    let count = network.graph.trainableCount
    try printing.report(
      Record(
        file: file.path, network: network.role, run: network.run.id,
        stateDigest: network.checkpoint.stateDigest.description, step: network.checkpoint.id.step, parameters: count,
        bytes: bytes.count),
      "\(file.path.escapedLine)  \(network.role) of \(network.checkpoint.id), \(Format.count(count)) parameters, "
        + "\(Format.bytes(bytes.count))", of: file)
  }

  private struct ProgramRecord: Encodable {
    let file, program, run, stateDigest: String
    let step, nodes, bytes: Int
  }

  private func exportProgram(_ name: String) throws {
    let named = try output.map { try options.output($0, endings: ["onnx"]) }
    let program = try options.existing().program(reference, name)
    let file = try named ?? options.output(program.fileName)
    let bytes = try ONNXExporter.encode(program.onnx())
    try file.write(bytes)
    try printing.report(
      ProgramRecord(
        file: file.path, program: name, run: program.run.id, stateDigest: program.checkpoint.stateDigest.description,
        step: program.checkpoint.id.step, nodes: program.graph.nodes.count, bytes: bytes.count),
      """
      \(file.path.escapedLine)  \(name) step of \(program.checkpoint.id), \
      \(Format.count(program.graph.nodes.count)) nodes, \(program.state.count) tensors of state, \
      \(Format.bytes(bytes.count))
      """, of: file)
  }
}
