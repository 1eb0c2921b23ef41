import GraphRuntime
import Foundation
import GraphIR
import ZooKit
import ONNXFormat
import Testing

/// Networks of a trained run in ONNX Runtime. `ZOO_PYTHON` names a Python with onnx and onnxruntime.
@Suite struct ExportTests {
  static let python = ProcessInfo.processInfo.environment["ZOO_PYTHON"]

  @Test(
    .enabled(if: python != nil, "ZOO_PYTHON names no Python with onnx and onnxruntime"),
    arguments: Recipe.builtIn.map(\.name))
  func onnxRuntimeAgreesWithTrainedNetworks(_ model: String) throws {
    let tiny = try TinyZoo(images: 128)
    let (zoo, folder) = (tiny.zoo, tiny.folder.appending(path: "models"))
    // Enough steps to change running statistics, and few samples, since some networks are deep.
    let run = try zoo.train(Recipe.small(model), steps: 20, seed: 7, options: tiny.options())
    // An expert's steps are a graph without inputs.
    let roles = try zoo.store.runGraphs(of: run.id).networks.filter { !$0.value.inputs.isEmpty }.keys.sorted()
    #expect(!roles.isEmpty)
    for role in roles {
      let target = folder.appending(path: role)
      try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
      let (network, _) = try zoo.export(run.id, network: role, to: target.appending(path: "model.onnx"))
      for (index, batch) in [1, 7].enumerated() {
        try writeCall(of: network, batch: batch, to: target.appending(path: "test_data_set_\(index)"))
      }
    }
    let said = try Self.check(folder)
    #expect(said.status == 0 && said.lines.filter { $0.hasPrefix("ok ") }.count == roles.count, "\(said.lines)")
  }

  /// The verdict of the cross-check on the models in a folder.
  static func check(_ folder: URL) throws -> (status: Int32, lines: [Substring]) {
    let process = Process()
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../CrossChecks/onnx_export.py")
    process.executableURL = URL(filePath: try #require(python))
    process.arguments = [script.path, folder.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let said = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, said.split(separator: "\n"))
  }

  /// One call of a network, in the layout of ONNX's backend tests.
  private func writeCall(of network: ModelZoo.StoredNetwork, batch: Int, to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var stream = RandomStream(seed: 3, name: "export")
    var inputs: [String: TensorValue] = [:]
    for (index, input) in network.graph.inputs.enumerated() {
      // Labels are the only integers.
      let isLabels = input.type.dtype == .int64
      let value =
        isLabels
        ? TensorValue((0..<batch).map { Int64($0 % 10) })
        : stream.normal(Shape([batch] + input.type.shape.dropFirst()))
      inputs[input.name] = value
      try ONNXTensor.encode(value, name: input.name).write(to: folder.appending(path: "input_\(index).pb"))
    }
    let results = try Executor(network.graph, parameters: network.parameters).run(inputs)
    for (index, output) in network.graph.outputs.enumerated() {
      let expected = try #require(results.outputs[output.name])
      try ONNXTensor.encode(expected, name: output.name).write(to: folder.appending(path: "output_\(index).pb"))
    }
  }
}
