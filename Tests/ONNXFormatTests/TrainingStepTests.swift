import Foundation
import GraphIR
import ONNXFormat
import TestSupport
import Testing

/// Training steps (`TrainingInfoProto`) of models.
@Suite struct TrainingStepTests {
  /// w·x, and w - rate·x as the next w.
  private func model() throws -> ONNXModel {
    var main = GraphBuilder(name: "product")
    try main.input("x", TensorType(.float32, [3]))
    try main.parameter("w", TensorType(.float32, [3]))
    try main.append(Node(name: "multiply", op: .mul, inputs: ["w", "x"], outputs: ["y"]))
    try main.output("y")

    var step = GraphBuilder(name: "descent")
    try step.input("gradient", TensorType(.float32, [3]))
    try step.parameter("w", TensorType(.float32, [3]))
    let rate = step.constant(TensorValue([Float(0.5)], shape: []))
    let scaled = try step.add(.mul, ["gradient", rate])
    try step.append(Node(name: "subtract", op: .sub, inputs: ["w", scaled], outputs: ["w.next"]))
    try step.output(scaled)
    step.update("w", to: "w.next")

    var reset = GraphBuilder(name: "reset")
    try reset.parameter("w", TensorType(.float32, [3]))
    let one = TensorValue([Float(1)], shape: [1])
    let shape = reset.constant(TensorValue([Int64(3)], shape: [1]))
    try reset.append(
      Node(
        name: "ones", op: .constantOfShape, inputs: [shape], outputs: ["w.initial"], attributes: ["value": .tensor(one)]
      ))
    reset.update("w", to: "w.initial")
    return ONNXModel(
      graph: main.graph, parameters: ["w": TensorValue([Float(1), 2, 3], shape: [3])],
      training: [TrainingStep(algorithm: step.graph, initialization: reset.graph)])
  }

  @Test func stepsComeBack() throws {
    let model = try model()
    #expect(try ONNXImporter().decode(ONNXExporter.encode(model)) == model)
  }

  /// The bytes of w·x with the step w - y, where y is the model's output.
  private func descent(_ key: String = "w", _ value: String = "w.next") -> Data {
    let weights = WireMessage.tensor("w", [2, 3], .floats(4, [1, 2, 3, 4, 5, 6]))
    var model = WireMessage.model(.graph([.node("Mul", ["w", "x"])], initializers: [weights]))
    let algorithm = WireMessage([
      .message(1, .node("Sub", ["w", "y"], ["w.next"])), .text(2, "descent"), .message(12, .value("w.next", [2, 3])),
    ])
    model.fields.append(
      .message(20, [.message(2, algorithm), .message(4, [.text(1, key), .text(2, value)])]))
    return model.data
  }

  /// A step is defined on the model's graph and the algorithm together: it may read values of the model's graph.
  @Test func aStepMayReadTheModelsValues() throws {
    let step = try #require(try ONNXImporter().decode(descent()).training.first?.algorithm)
    #expect(step.inputs.map(\.name) == ["x"] && step.outputs.isEmpty)
    #expect(step.updates == [.init(parameter: "w", value: "w.next")])
    #expect(step.nodes.map(\.op) == [.mul, .sub])
    let x = TensorValue([Float(0), 1, 2, 0, 1, 2], shape: [2, 3])
    let weights = TensorValue([Float(1), 2, 3, 4, 5, 6], shape: [2, 3])
    let results = try Interpreter.run(step, ["w": weights, "x": x])
    #expect(results.updates["w"]?.elements(as: Float.self) == [1, 0, -3, 4, 0, -6])
  }

  @Test func bindingsNameInitializersAndOutputs() {
    expectError(.malformed, "'descent'", "'v'", "expected the name of an initializer") {
      try ONNXImporter().decode(descent("v"))
    }
    expectError(.malformed, "'descent'", "'z'", "expected the name of an output") {
      try ONNXImporter().decode(descent("w", "z"))
    }
  }

  @Test func aStepSharesParametersWithItsModelAndNoOtherName() throws {
    var other = try model()
    other.parameters = [:]
    other.graph.parameters = []
    other.graph.nodes[0].inputs = ["x", "x"]
    expectError(.graph, "step 'descent'", "'w' of type float32[3]", "found none") { [other] in
      try ONNXExporter.encode(other)
    }
    var shared = try model()
    shared.training[0].algorithm = shared.training[0].algorithm.renaming { $0 == "gradient" ? "y" : $0 }
    expectError(.graph, "step 'descent' has a value 'y'", "'product' uses") { [shared] in
      try ONNXExporter.encode(shared)
    }
  }
}
