import Foundation
import GraphIR
import GraphRuntime
import ONNXFormat
import Testing
import TestSupport

/// Models of scikit-learn, XGBoost and LightGBM. ONNX Runtime computed what is expected:
/// `Tests/Fixtures/make_onnx_learning.py`.
@Suite struct ImportedLearningTests {
  struct Record: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let model: Data
    let shape: [Int]
    /// nil for NaN.
    let input: [Float?]
    let outputs: [[Double]]
    var testDescription: String { name }
  }

  private struct File: Decodable { let models: [Record] }

  static let records: [Record] = (try? Fixtures.load("onnx/learning.json", as: File.self).models) ?? []

  @Test func everyModelIsThere() { #expect(Self.records.count == 20) }

  @Test(arguments: records) func results(_ record: Record) throws {
    let read = try ONNXImporter().decode(record.model)
    let x = TensorValue(record.input.map { $0 ?? .nan }, shape: Shape(record.shape))
    let executor = try Executor(read.graph, parameters: read.parameters)
    let results = try executor.run([read.graph.inputs[0].name: x]).outputs
    #expect(read.graph.outputs.count == record.outputs.count)
    for (output, expected) in zip(read.graph.outputs, record.outputs) {
      let found = try #require(results[output.name]).doubles
      try #require(found.count == expected.count)
      for (a, b) in zip(found, expected) { #expect(abs(a - b) <= 1e-5 * max(abs(b), 1), "\(output.name)") }
    }
  }
}
