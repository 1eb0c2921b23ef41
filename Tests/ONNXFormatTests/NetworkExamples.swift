import GraphIR
import ONNXFormat

extension Example {
  /// A small WGAN-GP generator: Gemm, BatchNormalization, LeakyRelu, Gemm, Tanh, with a symbolic batch.
  static func generator() throws -> Example {
    var builder = GraphBuilder(name: "generator", symbols: ["batch"])
    try builder.input("z", TensorType(.float32, [-1, 5]))
    var parameters: [String: TensorValue] = [:]
    func parameter(_ name: String, _ value: TensorValue, isTrainable: Bool = true) throws -> String {
      parameters[name] = value
      return try builder.parameter(name, value.type, isTrainable: isTrainable)
    }
    let first = try builder.add(
      .gemm,
      ["z", parameter("linear1.weight", numbers([8, 5])), parameter("linear1.bias", numbers([8], seed: 1))],
      ["transB": .int(1)])
    let normal = try builder.add(
      .batchNormalization,
      [
        first, parameter("norm1.weight", numbers([8], seed: 2)), parameter("norm1.bias", numbers([8], seed: 3)),
        parameter("norm1.running_mean", numbers([8], seed: 4), isTrainable: false),
        parameter("norm1.running_var", numbers([8], seed: 5, low: 0.5, high: 3), isTrainable: false),
      ], ["epsilon": .float(0.8)])
    let active = try builder.add(.leakyRelu, [normal], ["alpha": .float(0.2)])
    let second = try builder.add(
      .gemm, [active, parameter("linear2.weight", numbers([3, 8], seed: 6)), parameter("linear2.bias", numbers([3]))],
      ["transB": .int(1)])
    let shape = builder.constant(TensorValue(integers: [-1, 1, 3]))
    try builder.output(try builder.add(.reshape, [try builder.add(.tanh, [second]), shape]))
    return Example(
      name: "generator",
      model: ONNXModel(
        graph: builder.graph, parameters: parameters, producerName: "zoo", producerVersion: "0.1",
        documentation: "A generator in small.",
        metadata: ["run": "3f9a2c1", "step": "20000", "recipe": "wgan-gp-fashion", "stateDigest": "é"]),
      calls: [[numbers([1, 5])], [numbers([7, 5], seed: 7)]])
  }

  /// Batch normalisation in training: its running statistics are updates, not outputs.
  static func trainingNorm() throws -> Example {
    var builder = GraphBuilder(name: "norm")
    try builder.input("x", TensorType(.float32, [4, 3]))
    var parameters: [String: TensorValue] = [:]
    for (index, name) in ["weight", "bias", "running_mean", "running_var"].enumerated() {
      parameters[name] = numbers([3], seed: Double(index), low: 0.5, high: 2)
      try builder.parameter(name, TensorType(.float32, [3]), isTrainable: index < 2)
    }
    let outputs = try builder.add(
      .batchNormalization, ["x", "weight", "bias", "running_mean", "running_var"], ["training_mode": .int(1)],
      outputCount: 3)
    try builder.output(outputs[0])
    builder.update("running_mean", to: outputs[1])
    builder.update("running_var", to: outputs[2])
    return Example(
      name: "training-norm", model: ONNXModel(graph: builder.graph, parameters: parameters), calls: [[numbers([4, 3])]])
  }

  /// Celu of float64, which ONNX defines for float32 only.
  static func doubleCelu() throws -> Example {
    var builder = GraphBuilder(name: "celu")
    let x = numbers([2, 3]).doubles
    try builder.input("x", TensorType(.float64, [2, 3]))
    try builder.output(try builder.add(.celu, ["x"], ["alpha": .float(0.5)]))
    return Example(
      name: "celu-float64", model: ONNXModel(graph: builder.graph, parameters: [:]),
      calls: [[TensorValue(x, shape: [2, 3])]])
  }
}
