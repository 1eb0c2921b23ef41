import Autograd
import Foundation
import GraphIR
import ONNXFormat
import Testing
import TestSupport

/// Operators that the importer composes, and their first and second derivatives. PyTorch computed what is expected:
/// `Tests/Fixtures/make_onnx_derivatives.py`.
@Suite struct ImportedDerivativeTests {
  struct Record: Decodable, Sendable, CustomTestStringConvertible {
    struct Input: Decodable, Sendable {
      let shape: [Int]
      let values: [Double]
    }

    let name: String
    let model: Data
    let inputs: [String: Input]
    let output: [Double]
    let first: [String: [Double]]
    let second: [String: [Double]]
    var testDescription: String { name }
  }

  private struct File: Decodable { let models: [Record] }

  static let records: [Record] = (try? Fixtures.load("onnx/derivatives.json", as: File.self).models) ?? []

  @Test func everyOperatorIsThere() { #expect(Self.records.count == 41) }

  @Test(arguments: records) func valueAndDerivatives(_ record: Record) throws {
    let read = try ONNXImporter().decode(record.model)
    let inputs = try read.graph.inputs.map { input in
      let values = try #require(record.inputs[input.name])
      return (input.name, Tensor(TensorValue(values.values, shape: Shape(values.shape)), requiresGrad: true))
    }
    let tensors = inputs.map(\.1)
    let output = try read.graph(tensors, parameters: read.parameters.mapValues { Tensor($0) }).outputs[0]
    expectClose(output.value.doubles, record.output, "output")
    let weights = TensorValue((0..<output.shape.elementCount).map { cos(Double($0)) }, shape: output.shape)
    let first = try grad([output], tensors, gradOutputs: [Tensor(weights)], createGraph: true, materializeGrads: true)
      .compactMap { $0 }
    for (input, gradient) in zip(inputs, first) {
      expectClose(gradient.value.doubles, record.first[input.0], "first derivative by \(input.0)")
    }
    // A linear operator has no second derivative: its gradients do not depend on the inputs.
    let squares = first.filter(\.requiresGrad).map { ($0 * $0).sum() }
    let zeros = tensors.map { Tensor.zeros(like: $0) }
    let second =
      try squares.isEmpty
      ? zeros : grad([squares.dropFirst().reduce(squares[0], +)], tensors, materializeGrads: true).compactMap { $0 }
    for (input, gradient) in zip(inputs, second) {
      expectClose(gradient.value.doubles, record.second[input.0], "second derivative by \(input.0)")
    }
  }

  private func expectClose(_ found: [Double], _ expected: [Double]?, _ what: String) {
    guard let expected, found.count == expected.count else {
      Issue.record("\(what): \(found.count) elements, expected \(expected?.count ?? 0)")
      return
    }
    let scale = max(expected.map(abs).max() ?? 0, 1e-6)
    let error = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
    #expect(error <= 1e-6 * scale, "\(what): off by \(error) of \(scale)")
  }
}
