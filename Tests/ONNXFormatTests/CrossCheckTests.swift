import Foundation
import GraphIR
import ONNXFormat
import Testing

/// The verdict of onnx and ONNX Runtime on exported models. `ZOO_PYTHON` names a Python with both.
@Suite struct CrossCheckTests {
  static let python = ProcessInfo.processInfo.environment["ZOO_PYTHON"]

  @Test(.enabled(if: python != nil, "ZOO_PYTHON names no Python with onnx and onnxruntime"))
  func onnxRuntimeAgreesWithTheReference() throws {
    try withTemporaryFolder { folder in
      let networks = try [Example.generator(), Example.trainingNorm(), Example.doubleCelu()]
      let examples = try Op.allCases.flatMap(Example.examples) + networks
      for example in examples { try write(example, to: folder.appendingPathComponent(example.name)) }
      let (status, output) = try runPython("onnx_export.py", folder.path)
      #expect(status == 0, "\(output)")
      let passed = output.split(separator: "\n").filter { $0.hasPrefix("ok ") }.count
      #expect(passed == examples.count, "\(output)")
    }
  }

  @Test(.enabled(if: python != nil, "ZOO_PYTHON names no Python with onnx and onnxruntime"))
  func schemaIsONNXs() throws {
    let (status, output) = try runPython("onnx_schema.py")
    #expect(status == 0, "\(output)")
  }

  /// Writes a model and its calls in the layout of ONNX's backend tests.
  private func write(_ example: Example, to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try ONNXExporter.write(example.model, to: folder.appendingPathComponent("model.onnx"))
    for (index, inputs) in example.calls.enumerated() {
      let data = folder.appendingPathComponent("test_data_set_\(index)")
      try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
      let outputs = try example.evaluate(inputs)
      for (kind, values) in [("input", inputs), ("output", outputs)] {
        for (number, value) in values.enumerated() {
          let name = "\(kind)_\(number)"
          try ONNXTensor.encode(value, name: name).write(to: data.appendingPathComponent("\(name).pb"))
        }
      }
    }
  }

  private func runPython(_ script: String, _ arguments: String...) throws -> (status: Int32, output: String) {
    let scripts = URL(filePath: #filePath).deletingLastPathComponent().appendingPathComponent("../CrossChecks")
    let process = Process()
    process.executableURL = URL(filePath: try #require(Self.python))
    process.arguments = [scripts.appendingPathComponent(script).path] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
