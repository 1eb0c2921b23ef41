import Foundation
import GraphIR
import ONNXFormat
import RunStore
import TensorFiles
import ZooKit

/// A network or a training step of a run: its drawing, and a table of its nodes.
struct GraphPage {
  private static let programPrefix = "program/"

  private let zoo: ModelZoo
  private let run: Run
  private let name: String
  private let graph: Graph

  /// - Throws: `StoreError` if there is no such run; ``ServerError`` with code `notFound` if it has no such graph.
  init(_ id: String, _ name: String, _ zoo: ModelZoo) throws {
    (self.zoo, self.name) = (zoo, name)
    run = try zoo.store.run(id)
    let graphs = try zoo.store.runGraphs(of: id)
    let program = name.hasPrefix(Self.programPrefix) ? String(name.dropFirst(Self.programPrefix.count)) : nil
    guard let graph = program.map({ graphs.programs[$0] }) ?? graphs.networks[name] else {
      throw ServerError(.notFound, "run \(id) has no network or training step '\(name.prefix(100))'")
    }
    self.graph = graph
  }

  private var program: String? {
    name.hasPrefix(Self.programPrefix) ? String(name.dropFirst(Self.programPrefix.count)) : nil
  }

  private struct NodeView {
    let number, anchor, op, name, inputs, output, type, bytes, attributes: String
  }

  private struct Content {
    let title, run, summary, image: String
    let nodes: [NodeView]
    let profileLink: String?
    let profileRuns: Int
    let hasProfile: Bool
    let profileSummary: String
    let profile: [InstructionView]
  }

  private struct NodeLink {
    let name, anchor: String
  }

  private struct InstructionView {
    let title, shapes, bytes, megaflops, microseconds, share: String
    let nodes: [NodeLink]

    init(_ line: PlanProfile.Line) {
      let instruction = line.instruction
      (title, shapes, bytes) = (instruction.title, instruction.detail, Format.bytes(instruction.bytes))
      megaflops = String(format: "%.3f", Double(instruction.flops) / 1e6)
      microseconds = line.microseconds.map { String(format: "%.1f", $0) } ?? ""
      share = line.share.map { String(format: "%.1f %%", $0 * 100) } ?? ""
      nodes = instruction.nodes.map { NodeLink(name: $0, anchor: GraphPage.anchor($0)) }
    }
  }

  /// The runs of a profile.
  private static let profileRuns = 20

  /// The identifier of a node's row.
  private static func anchor(_ node: String) -> String { "node-\(Query.encoded(node))" }

  /// The page. With the parameter `profile`, the plan of a training step is run and timed.
  ///
  /// - Throws: `GraphError` if the stored graph is damaged; `ExecutionError` if the plan can't be run.
  func answer(_ query: Query) throws -> Answer {
    let types = try GraphVerifier.check(graph)
    let nodes = graph.nodes.enumerated().map { index, node in
      let type = node.outputs.first.flatMap { types[$0] }
      return NodeView(
        number: "\(index)", anchor: Self.anchor(node.name), op: node.op.rawValue, name: node.name,
        inputs: node.inputs.joined(separator: ", "),
        output: node.outputs.joined(separator: ", "), type: type.map(graph.describe) ?? "",
        bytes: type.flatMap { $0.shape.isStatic ? Format.count($0.shape.elementCount * $0.dtype.byteCount) : nil }
          ?? "",
        attributes: node.attributes.sorted.map { "\($0.name)=\(Self.text($0.value))" }.joined(separator: " "))
    }
    let isProfiled = query["profile"] != nil
    let profile = try isProfiled ? program.map { try PlanProfile(zoo.plan(run.id, $0), runs: Self.profileRuns) } : nil
    let times = profile.map { profile in
      "\(Format.metric(profile.milliseconds ?? 0)) ms a run of \(Format.count(profile.threads, "thread")), "
        + "\(Format.count(profile.instructions.count, "instruction")), memory of \(Format.bytes(profile.arenaBytes))."
    }
    let content = Content(
      title: "\(name) of \(run.title)", run: run.id,
      summary: "\(Format.count(nodes.count, "node")), \(Format.count(graph.trainableCount)) trainable parameters.",
      image: "/runs/\(run.id)/graphs/\(Query.encoded(name))/graph.svg", nodes: nodes,
      profileLink: program != nil && !isProfiled ? "?profile=1" : nil, profileRuns: Self.profileRuns,
      hasProfile: profile != nil, profileSummary: times ?? "",
      profile: profile?.instructions.map(InstructionView.init) ?? [])
    return Templates.page("graph", title: "\(name) of \(run.title)", content)
  }

  private static func text(_ value: AttributeValue) -> String {
    switch value {
    case .int(let value): "\(value)"
    case .float(let value): "\(value)"
    case .string(let value): value
    case .ints(let values): "\(values)"
    case .floats(let values): "\(values)"
    case .strings(let values): "\(values)"
    case .tensor(let value): "\(value.type)"
    }
  }

  /// The drawing.
  ///
  /// - Throws: ``ServerError`` with code `drawing`; `StoreError`.
  func drawing() throws -> Answer {
    let page = "/runs/\(run.id)/graphs/\(Query.encoded(name))#"
    let dot = try ONNXDrawing.dot(ONNXExporter.encode(onnx())) { page + Self.anchor($0) }
    return .svg(try GraphDrawing.svg(dot))
  }

  /// The file of the graph with the values of the newest checkpoint.
  ///
  /// - Parameter file: `model.onnx` or `model.safetensors`.
  /// - Throws: ``ServerError`` with code `notFound` for another file.
  func download(_ file: String) throws -> Answer {
    let stem = "\(run.name ?? run.id)-\(program ?? name)"
    switch file {
    case "model.onnx":
      return Answer("application/octet-stream", try ONNXExporter.encode(onnx()), fileName: "\(stem).onnx")
    case "model.safetensors" where program == nil:
      let parameters = try zoo.exportedNetwork(run.id, name).parameters
      let data = try TensorFileFormat.safetensors.encoded(parameters)
      return Answer("application/octet-stream", data, fileName: "\(stem).safetensors")
    default: throw ServerError(.notFound, "there is no file '\(file.prefix(100))'; expected model.onnx")
    }
  }

  private func onnx() throws -> ONNXModel {
    try program.map { try zoo.program(run.id, $0).onnx() } ?? zoo.exportedNetwork(run.id, name).onnx
  }
}
