import Foundation
import GraphIR
import ONNXFormat

/// A small model with inputs to run it on.
struct Example: CustomStringConvertible {
  let name: String
  let model: ONNXModel
  /// The inputs of each run.
  let calls: [[TensorValue]]

  var description: String { name }

  /// A model of one call of `op`, whose inputs are the graph's.
  ///
  /// - Parameter constants: inputs after those that have to be known before the graph runs; nil for one left out.
  init(
    _ op: Op, _ inputs: [TensorValue], constants: [TensorValue?] = [], _ attributes: Attributes = [:],
    outputCount: Int = 1, variant: String = ""
  ) throws {
    name = variant.isEmpty ? op.rawValue : "\(op.rawValue)-\(variant)"
    var builder = GraphBuilder(name: name)
    var names = try inputs.enumerated().map { try builder.input("x\($0)", $1.type) }
    for (index, constant) in constants.enumerated() {
      names.append(constant == nil ? "" : "c\(index)")
      if let constant { try builder.constant(constant, named: "c\(index)") }
    }
    for output in try builder.add(op, names, attributes, outputCount: outputCount) { try builder.output(output) }
    model = ONNXModel(graph: builder.graph, parameters: [:])
    calls = [inputs]
  }

  init(name: String, model: ONNXModel, calls: [[TensorValue]]) {
    self.name = name
    self.model = model
    self.calls = calls
  }
}

/// As many numbers as `shape` has, between `low` and `high` that look irregular and never change.
func numbers(_ shape: Shape, seed: Double = 0, low: Double = -2, high: Double = 2) -> TensorValue {
  let elements = (0..<shape.elementCount).map { index in
    let wave = (sin(Double(index) * 2.4 + seed * 0.7) + 1) / 2
    return Float(low + (high - low) * wave)
  }
  return TensorValue(elements, shape: shape)
}

/// As ``numbers(_:seed:low:high:)``, half of them true.
func booleans(_ shape: Shape, seed: Double = 0) -> TensorValue {
  TensorValue(numbers(shape, seed: seed).elements(as: Float.self).map { $0 > 0 }, shape: shape)
}
