import ArgumentParser
import Foundation
import GraphIR
import ONNXFormat
import RunStore
import WebServer
import ZooKit

extension ShowCommand {
  /// Prints the card of a graph with a name of its own, or its nodes as text.
  func show(_ stored: StoredGraph) throws {
    guard !metrics, plan == nil, !settings, !samples else {
      throw ValidationError(
        "--metrics, --plan, --settings and --samples are not for graphs; '\(reference)' is a graph.")
    }
    if let graph {
      guard graph.isEmpty || graph == stored.name else {
        throw ValidationError("--graph \(graph): '\(reference)' is one graph; leave its name out.")
      }
      return try show(stored.onnx, named: stored.name)
    }
    if graphs {
      return output.json ? try printJSON([stored.name: "\(stored.graph)"]) : print(stored.graph)
    }
    let record = try GraphRecord(stored)
    guard !output.json else { return try printJSON(record) }
    print("\(record.heading)\n")
    if ModelFile(reference) == nil {
      print("imported    \(record.created.formatted(.iso8601)), \(Format.ago(record.created))")
    }
    if let origin = record.origin {
      print("digest      \(origin.fileDigest)".escapedLine)
      if !origin.documentation.isEmpty { print("about       \(origin.documentation)".escapedLine) }
      for (key, value) in origin.metadata.sorted(by: { $0.key < $1.key }) {
        print("metadata    \(key): \(value)".escapedLine)
      }
      for (name, extent) in origin.dimensions.sorted(by: { $0.key < $1.key }) {
        print("dimension   \(name) = \(extent)".escapedLine)
      }
    }
    record.lines.forEach { print($0) }
    let operators = record.operators.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    print("operators   \(operators.map { "\($0.key) \(Format.count($0.value))" }.joined(separator: ", "))")
    guard let initializers = record.origin?.initializers, !initializers.isEmpty else { return }
    print("")
    var table = Table([.init(title: "TENSOR"), .init(title: "TYPE"), .init(title: "ROLE"), .init(title: "REASON")])
    for tensor in initializers {
      table.add([tensor.name.escapedLine, tensor.type, tensor.role, tensor.reason.escapedLine])
    }
    table.printOut()
  }

  // MARK: ONNX's textual syntax

  /// The most elements of a tensor that is printed with its elements.
  private static let longestTensor = 16

  /// Prints the card of a file, or its model as text.
  func show(_ file: ModelFile) throws {
    guard graph == nil else { return try show(try file.read(), named: file.name) }
    try show(StoredGraph(importing: file.url))
  }

  /// The beginning of a program's name. It may be left out where no network has the same name.
  private static let programPrefix = "program/"

  /// Prints a network or a program of a run; without a name, its usual network.
  func show(_ name: String, of run: Run, _ zoo: ModelZoo) throws {
    let graphs = try zoo.store.runGraphs(of: run.id)
    if name.isEmpty || graphs.networks[name] != nil {
      let network = try zoo.network(reference, name.isEmpty ? nil : name)
      return try show(network.onnx, named: network.role)
    }
    let program = name.hasPrefix(Self.programPrefix) ? String(name.dropFirst(Self.programPrefix.count)) : name
    guard graphs.programs[program] != nil else {
      let known = graphs.networks.keys.sorted() + graphs.programs.keys.sorted().map { Self.programPrefix + $0 }
      throw ModelZooError(
        .invalidArgument,
        "run \(run.id) has no network and no program '\(name)'; it has \(known.joined(separator: ", "))")
    }
    try show(zoo.program(reference, program).onnx(), named: name)
  }

  /// Prints a network of a model with initial values.
  func show(_ name: String, of recipe: Recipe) throws {
    let role = name.isEmpty && recipe.networks.count == 1 ? recipe.networks.keys.first ?? name : name
    guard let network = recipe.networks[role] else {
      throw ModelZooError(
        .invalidArgument,
        "model \(recipe.name) has no network '\(name)'; it has "
          + recipe.networks.keys.sorted().joined(separator: ", "))
    }
    var stream = RandomStream(seed: 0, name: role)
    let parameters = network.initialParameters(from: &stream)
    try show(ONNXModel(graph: network.graph.inferenceMode(), parameters: parameters), named: role)
  }

  private struct DrawingRecord: Encodable {
    let file, graph: String
    let bytes: Int
  }

  private func show(_ model: ONNXModel, named name: String) throws { try show(ONNXExporter.encode(model), named: name) }

  func show(_ model: Data, named name: String) throws {
    if let target {
      let file = try options.output(target, endings: ["svg"])
      let drawing = Data(try GraphDrawing.svg(ONNXDrawing.dot(model)).utf8)
      try file.write(drawing)
      return try output.report(
        DrawingRecord(file: file.path, graph: name, bytes: drawing.count),
        "\(file.path.escapedLine)  \(Format.bytes(drawing.count))", of: file)
    }
    let text = String(decoding: try ONNXText.print(model, longest: Self.longestTensor), as: UTF8.self)
    guard !output.json else { return try printJSON([name: text]) }
    // Names in a file may have control characters, which a terminal would obey.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    print(
      Terminal.output.isTerminal ? lines.map { String($0).escapedLine }.joined(separator: "\n") : text, terminator: "")
  }
}
