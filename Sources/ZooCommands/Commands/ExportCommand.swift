import ArgumentParser
import FileOutput
import Foundation
import GraphIR
import ONNXFormat
import RunStore
import TensorFiles
import ZooKit

/// `zoo export`.
struct ExportCommand: StoreCommand {
  /// A file format.
  enum FileFormat: String, ExpressibleByArgument, CaseIterable {
    case onnx, onnxtxt, dot, safetensors, npz

    /// Whether the file has nodes, not only parameters.
    var hasGraph: Bool { [.onnx, .onnxtxt, .dot].contains(self) }
  }

  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a network of a run, a graph, or a training step.",
    discussion: """
      safetensors and npz hold the values of the parameters by name, and onnx the graph, too. onnxtxt is ONNX's \
      textual syntax, and dot a drawing for Graphviz. An exported step takes its state, a batch and random draws as \
      inputs. Its outputs are metrics and the next state: NAME.next for each NAME. A file with an ONNX model, as onnx \
      or onnxtxt, is written in another format without being imported.
      """)

  @Argument(help: "RUN, RUN@STEP, RUN@latest, RUN@best, MODEL:trained, the name of a graph, or an ONNX file.")
  var reference: String

  @Option(help: "The network of a run: by default policy, generator-ema, generator, or the only one.")
  var network: String?

  @Option(help: "A program instead, such as 'critic': the training step of that name.")
  var program: String?

  @Flag(help: "Add the training: the whole state, and each program as a TrainingInfoProto.")
  var training = false

  @Flag(help: "Write tensors to FILE.data beside the file, as for a model of more than 2 GiB.")
  var externalData = false

  @Option(help: "The file format (default: as the file's name ends, or onnx; for an ONNX file its other form).")
  var format: FileFormat?

  @Option(
    name: [.customShort("o"), .long],
    help: "The file to write, or - for standard output (default: RUN-NETWORK.onnx or NAME-graph.onnx).",
    completion: .file(extensions: FileFormat.allCases.map(\.rawValue)))
  var output: String?

  @OptionGroup var options: StoreOptions
  @OptionGroup var printing: OutputOptions

  private struct Record: Encodable {
    let file, network, run, stateDigest: String
    let step, parameters, bytes: Int
  }

  private struct GraphFileRecord: Encodable {
    let file, graph: String
    let nodes, parameters, bytes: Int
  }

  func validate() throws {
    guard network == nil || program == nil else { throw ValidationError("--network and --program exclude each other.") }
    guard program == nil || !training else { throw ValidationError("--program and --training exclude each other.") }
    guard program == nil || (format ?? .onnx).hasGraph else {
      throw ValidationError("--format: a program is exported as onnx, onnxtxt or dot.")
    }
    guard !training || format ?? .onnx == .onnx else {
      throw ValidationError("--format: a training is exported as onnx only.")
    }
    guard !externalData || chosenFormat ?? .onnx == .onnx else {
      throw ValidationError("--external-data is for onnx files only.")
    }
  }

  /// The format that the options and the output's name ask for, if any.
  var chosenFormat: FileFormat? {
    format ?? output.flatMap { FileFormat(rawValue: URL(filePath: $0).pathExtension.lowercased()) }
  }

  /// The output of that name; its ending is that of the format, or of any of `formats`.
  func namedOutput(_ formats: [FileFormat] = FileFormat.allCases) throws -> OutputFile? {
    let endings = (format.map { [$0] } ?? formats).map(\.rawValue)
    return try output.map { try options.output($0, endings: endings) }
  }

  func run() throws {
    if let trained = try options.trained(reference) { return try export(trained) }
    if let program { return try exportProgram(program) }
    if let file = ModelFile(reference) { return try export(file) }
    if training { return try exportTraining() }
    let format = chosenFormat ?? .onnx
    let named = try namedOutput()
    let (zoo, found) = try options.hinting(reference) {
      let zoo = try options.existing()
      return (zoo, try zoo.find(reference))
    }
    switch found {
    case .run: try export(zoo.exportedNetwork(reference, network), as: format, to: named)
    case .graph(let name):
      guard network == nil else {
        throw ValidationError("--network is for runs only; '\(reference)' is a graph.")
      }
      try export(zoo.graph(name), as: format, to: named)
    }
  }

  private func export(_ network: ModelZoo.StoredNetwork, as format: FileFormat, to named: OutputFile?) throws {
    let name = URL(filePath: network.fileName).deletingPathExtension().lastPathComponent
    let file = try named ?? options.output("\(name).\(format.rawValue)")
    let bytes = try write(network.onnx, as: format, to: file)
    let count = network.graph.trainableCount
    try printing.report(
      Record(
        file: file.path, network: network.role, run: network.run.id,
        stateDigest: network.checkpoint.stateDigest.description, step: network.checkpoint.id.step, parameters: count,
        bytes: bytes),
      "\(file.path.escapedLine)  \(network.role) of \(network.checkpoint.id), \(Format.count(count)) parameters, "
        + "\(Format.bytes(bytes))", of: file)
  }

  private func export(_ graph: StoredGraph, as format: FileFormat, to named: OutputFile?) throws {
    let file = try named ?? options.output("\(graph.fileName).\(format.rawValue)")
    let bytes = try write(graph.onnx, as: format, to: file)
    let (nodes, count) = (graph.graph.nodes.count, graph.graph.trainableCount)
    try printing.report(
      GraphFileRecord(file: file.path, graph: graph.name, nodes: nodes, parameters: count, bytes: bytes),
      "\(file.path)  graph \(graph.name), \(Format.count(nodes)) nodes, \(Format.count(count)) parameters, ".escapedLine
        + Format.bytes(bytes), of: file)
  }

  /// Writes a model, or only the values of its parameters. Returns the number of bytes.
  func write(_ model: ONNXModel, as format: FileFormat, to file: OutputFile) throws -> Int {
    let data: Data
    switch format {
    case .onnx: return try ONNXExporter.write(model, to: file, externalData: externalData ? true : nil).byteCount
    case .onnxtxt, .dot: data = try self.data(of: ONNXExporter.encode(model), as: format)
    case .safetensors: data = try TensorFileFormat.safetensors.encoded(model.parameters, metadata: model.metadata)
    case .npz: data = try TensorFileFormat.npz.encoded(model.parameters)
    }
    try file.write(data)
    return data.count
  }

  /// The content of a file with a graph.
  func data(of model: Data, as format: FileFormat) throws -> Data {
    switch format {
    case .onnxtxt: try ONNXText.print(model)
    case .dot: try ONNXDrawing.dot(model)
    default: model
    }
  }

  private struct ProgramRecord: Encodable {
    let file, program, run, stateDigest: String
    let step, nodes, bytes: Int
  }

  private func exportProgram(_ name: String) throws {
    let named = try namedOutput([.onnx, .onnxtxt, .dot])
    let format = chosenFormat ?? .onnx
    let program = try options.existing().program(reference, name)
    let base = URL(filePath: program.fileName).deletingPathExtension().lastPathComponent
    let file = try named ?? options.output("\(base).\(format.rawValue)")
    let bytes = try write(program.onnx(), as: format, to: file)
    try printing.report(
      ProgramRecord(
        file: file.path, program: name, run: program.run.id, stateDigest: program.checkpoint.stateDigest.description,
        step: program.checkpoint.id.step, nodes: program.graph.nodes.count, bytes: bytes),
      """
      \(file.path.escapedLine)  \(name) step of \(program.checkpoint.id), \
      \(Format.count(program.graph.nodes.count)) nodes, \(program.state.count) tensors of state, \
      \(Format.bytes(bytes))
      """, of: file)
  }

  private struct TrainingRecord: Encodable {
    let file, run, stateDigest: String
    let programs: [String]
    let step, tensors, bytes: Int
  }

  private func exportTraining() throws {
    let named = try namedOutput([.onnx])
    let (checkpoint, model) = try options.existing().trainingModel(reference, network: network)
    let file = try named ?? options.output("\(checkpoint.id.run)-training.onnx")
    let bytes = try write(model, as: .onnx, to: file)
    let (programs, tensors) = (model.training.map(\.algorithm.name), model.parameters.count)
    try printing.report(
      TrainingRecord(
        file: file.path, run: checkpoint.id.run, stateDigest: checkpoint.stateDigest.description, programs: programs,
        step: checkpoint.id.step, tensors: tensors, bytes: bytes),
      """
      \(file.path.escapedLine)  \(checkpoint.id) with \(programs.joined(separator: ", ")), \
      \(Format.count(tensors)) tensors of state, \(Format.bytes(bytes))
      """, of: file)
  }
}
