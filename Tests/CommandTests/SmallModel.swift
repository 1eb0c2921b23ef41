import Foundation
import GraphIR
import ONNXFormat
import TensorFiles

/// A model that can be computed by hand: y = scale · relu(x · weightᵀ + bias) + 1.
enum SmallModel {
  /// Two samples.
  static let samples = TensorValue([1, 2, -1, 1] as [Float], shape: [2, 2])
  /// The results for ``samples``: relu gives [1.5, 10] and [1.5, 0].
  static let results = TensorValue([4, 6, 4, 1] as [Float], shape: [2, 2])
  /// The values of the parameters.
  static let parameters: [String: TensorValue] = [
    "linear.weight": TensorValue([1, -2, 3, 4] as [Float], shape: [2, 2]),
    "linear.bias": TensorValue([4.5, -1] as [Float]), "scale": TensorValue([2, 0.5] as [Float]),
  ]

  /// Writes the model.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - rounds: whether y is rounded, which ends derivatives.
  static func write(to file: URL, rounds: Bool = false) throws {
    var builder = GraphBuilder(name: "small", symbols: ["batch"])
    try builder.input("x", TensorType(.float32, [-1, 2]))
    for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
      try builder.parameter(name, value.type, isTrainable: name != "scale")
    }
    let product = try builder.add(.gemm, ["x", "linear.weight", "linear.bias"], ["transB": .int(1)])
    let scaled = try builder.add(.mul, [builder.add(.relu, [product]), "scale"])
    try builder.constant(TensorValue(scalar: 1 as Float), named: "one")
    try builder.append(Node(name: "last", op: .add, inputs: [scaled, "one"], outputs: [rounds ? "sum" : "y"]))
    if rounds { try builder.append(Node(name: "steps", op: .round, inputs: ["sum"], outputs: ["y"])) }
    try builder.output("y")
    try ONNXExporter.write(
      ONNXModel(
        graph: builder.graph, parameters: parameters, producerName: "tests", producerVersion: "7",
        documentation: "A small model.", metadata: ["licence": "none"]), to: file)
  }

  /// Writes a model that adds `count` buffers of `extent` elements to its input.
  static func writeSum(of count: Int, extent: Int = 2, to file: URL) throws {
    var builder = GraphBuilder(name: "sum")
    let type = TensorType(.float32, [extent])
    var (parameters, value) = ([String: TensorValue](), try builder.input("x", type))
    for index in 0..<count {
      let name = "buffer\(index)"
      parameters[name] = TensorValue(repeating: Double(index), type: type)
      try builder.parameter(name, type, isTrainable: false)
      value = try builder.add(.add, [value, name])
    }
    try builder.output(value)
    try ONNXExporter.write(ONNXModel(graph: builder.graph, parameters: parameters), to: file)
  }
}
