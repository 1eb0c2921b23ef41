import ArgumentParser
import FileOutput
import Foundation
import GraphIR
import GraphRuntime
import ONNXFormat
import TensorFiles
import ZooKit

/// `zoo run`.
struct RunCommand: StoreCommand {
  /// The format of files with results.
  enum FileFormat: String, ExpressibleByArgument, CaseIterable { case npy, pb }

  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a network on tensors from files.",
    discussion: """
      An input is an array of NumPy (.npy), a tensor of ONNX (.pb), or all tensors of a .npz or .safetensors file. \
      Without --output-dir, shapes and ranges of the results are printed.
      """)

  @Argument(help: "An ONNX file, the name of a graph, RUN, RUN@STEP, RUN@latest, RUN@best or MODEL:trained.")
  var reference: String

  @Option(help: "The network of a run: by default generator or policy, or the only one.")
  var network: String?

  @Option(
    name: .long, help: "NAME=FILE for one input, or FILE for a .npz or .safetensors file with names.",
    completion: .file(extensions: ["npy", "pb", "npz", "safetensors"]))
  var input: [String] = []

  @OptionGroup var dimensions: DimensionOptions

  @Option(help: "The folder for a file for each output.", completion: .directory)
  var outputDir: String?

  @Option(help: "The format of these files.")
  var format = FileFormat.npy

  @OptionGroup var options: StoreOptions
  @OptionGroup var printing: OutputOptions

  private struct Record: Encodable {
    let name, type: String
    let minimum, maximum: Double?
    let file: String?
  }

  func run() throws {
    let values = try input.reduce(into: [String: TensorValue]()) { values, text in
      for (name, value) in try Self.tensors(text) {
        guard values.updateValue(value, forKey: name) == nil else {
          throw ModelZooError(.invalidArgument, "input '\(name)' is given twice")
        }
      }
    }
    let results = try run(values)
    let records = try results.map { name, value in
      let numbers = value.doubles.filter { !$0.isNaN }
      return Record(
        name: name, type: value.type.description, minimum: numbers.min(), maximum: numbers.max(),
        file: try outputDir.map { try write(value, name, in: $0) })
    }
    if printing.json { return print(try jsonText(records)) }
    for record in records {
      let range = record.minimum.flatMap { low in record.maximum.map { "  \(low) to \($0)" } } ?? ""
      print("\(record.name)  \(record.type)\(range)\(record.file.map { "  \($0.escapedLine)" } ?? "")")
    }
  }

  /// The outputs in the graph's order.
  private func run(_ values: [String: TensorValue]) throws -> [(String, TensorValue)] {
    let executor: Executor
    var inputs = values
    let extents = try dimensions.extents()
    // All values are known, so that shapes that they determine are, too.
    let known = ImportOptions(dimensions: extents, values: values, areInputsKnown: true)
    if let model = try model(ONNXImporter(known)) {
      executor = try Executor(model.graph, parameters: model.parameters)
      inputs = [:]
    } else {
      let (zoo, found) = try options.hinting(reference) {
        let zoo = try options.existing()
        return (zoo, try zoo.find(reference))
      }
      let (graph, parameters) =
        switch found {
        case .run: try network(of: zoo)
        case .graph(let name): try self.graph(name, of: zoo)
        }
      executor = try Executor(graph.fixing(extents), parameters: parameters)
    }
    let results = try executor.run(inputs).outputs
    return executor.graph.outputs.compactMap { output in results[output.name].map { (output.name, $0) } }
  }

  /// The model in a file, or a trained model; nil if the reference is of the store.
  private func model(_ importer: ONNXImporter) throws -> ONNXModel? {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: reference, isDirectory: &isFolder), !isFolder.boolValue {
      return try importer.read(URL(filePath: reference))
    }
    return try options.trained(reference).map { try importer.decode($0.data(network)) }
  }

  private func network(of zoo: ModelZoo) throws -> (Graph, [String: TensorValue]) {
    let stored = try zoo.network(reference, network)
    return (stored.graph, stored.parameters)
  }

  private func graph(_ name: String, of zoo: ModelZoo) throws -> (Graph, [String: TensorValue]) {
    guard network == nil else { throw ValidationError("--network is for runs only; '\(reference)' is a graph.") }
    let stored = try zoo.graph(name)
    return (stored.graph, stored.parameters)
  }

  /// The tensors of one argument by name.
  private static func tensors(_ text: String) throws -> [String: TensorValue] {
    guard let sign = text.firstIndex(of: "=") else { return try loadParameters(from: text) }
    let (name, path) = (String(text[..<sign]), String(text[text.index(after: sign)...]))
    guard URL(filePath: path).pathExtension.lowercased() == "pb" else { return [name: try loadTensor(from: path)] }
    do {
      return [name: try ONNXTensor.decode(Data(contentsOf: URL(filePath: path)))]
    } catch let error as ONNXError {
      throw ModelZooError(.invalidArgument, "'\(path)' is no tensor of ONNX", cause: error)
    } catch {
      throw ModelZooError(.invalidArgument, "can't read '\(path)': \(error.systemReason)")
    }
  }

  private func write(_ value: TensorValue, _ name: String, in folder: String) throws -> String {
    let file = name.map { $0.isLetter || $0.isNumber || "._-".contains($0) ? $0 : "_" }
    let path = "\(folder)/\(String(file)).\(format.rawValue)"
    switch format {
    case .npy: try save(tensor: value, to: path)
    case .pb: try OutputFile(path).write(ONNXTensor.encode(value, name: name))
    }
    return path
  }
}
