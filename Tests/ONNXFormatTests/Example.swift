import Foundation
import GraphIR
import ONNXFormat
import TestSupport

/// A small model with inputs for its runs.
struct Example: CustomStringConvertible {
  let name: String
  let model: ONNXModel
  /// The inputs of each run.
  let calls: [[TensorValue]]

  var description: String { name }

  init(name: String, model: ONNXModel, calls: [[TensorValue]]) {
    self.name = name
    self.model = model
    self.calls = calls
  }

  /// A model of each example of `op` in float32, with the graph's inputs.
  static func examples(of op: Op) throws -> [Example] {
    try OpExamples.examples(of: op).map { $0.withDtype(.float32) }.enumerated().map { index, example in
      let graph = try example.graph()
      return Example(
        name: "\(op.rawValue)-\(index)", model: ONNXModel(graph: graph, parameters: [:]),
        calls: [graph.inputs.compactMap { example.feeds[$0.name] }])
    }
  }

  /// The result of a call with the reference kernels: the outputs, followed by the next values of parameters that are
  /// not among them, as in exported models.
  func evaluate(_ inputs: [TensorValue]) throws -> [TensorValue] {
    var feeds = model.parameters
    for (input, value) in zip(model.graph.inputs, inputs) { feeds[input.name] = value }
    let result = try Interpreter.run(model.graph, feeds)
    let names = model.graph.outputs.map(\.name)
    let updates = model.graph.updates.filter { !names.contains($0.value) }
    return names.compactMap { result.outputs[$0] } + updates.compactMap { result.updates[$0.parameter] }
  }
}

/// The elements of a tensor of `shape`, between `low` and `high`: irregular and constant.
func numbers(_ shape: Shape, seed: Double = 0, low: Double = -2, high: Double = 2) -> TensorValue {
  let elements = (0..<shape.elementCount).map { index in
    let wave = (sin(Double(index) * 2.4 + seed * 0.7) + 1) / 2
    return Float(low + (high - low) * wave)
  }
  return TensorValue(elements, shape: shape)
}
