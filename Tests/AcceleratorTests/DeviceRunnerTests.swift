import Accelerator
import GraphIR
import GraphRuntime
import StableHLO
import TestSupport
import Testing

@Suite("Programs on a device", .enabled(if: CPUPlugin.isAvailable, "\(CPUPlugin.missing)"))
struct DeviceRunnerTests {
  /// `step`: w' = w - mean of the rows of x, with its sum as a metric. `act`: 2 · w.
  private func programs() throws -> [String: Graph] {
    var step = GraphBuilder(name: "step")
    let x = try step.input("data/x", TensorType(.float32, [4, 3]))
    let w = try step.parameter("w", TensorType(.float32, [3]))
    let mean = try step.add(.reduceMean, [x, step.constant(TensorValue(integers: [0]))], ["keepdims": .int(0)])
    let next = try step.add(.sub, [w, mean])
    try step.append(
      Node(name: "sum", op: .reduceSum, inputs: [next], outputs: ["sum"], attributes: ["keepdims": .int(0)]))
    try step.output("sum")
    try step.output(next)
    step.update("w", to: next)
    var act = GraphBuilder(name: "act")
    let read = try act.parameter("w", TensorType(.float32, [3]))
    try act.append(Node(name: "double", op: .add, inputs: [read, read], outputs: ["action"]))
    try act.output("action")
    return ["step": step.graph, "act": act.graph]
  }

  private func fill(_ runner: DeviceRunner, _ numbers: [Float]) {
    runner.fill("data/x", of: "step") { for index in $0.indices { $0[index] = numbers[index] } }
  }

  private static let rows: [Float] = [1, 2, 3, 3, 2, 1, 0, 4, 0, 0, 0, 8]

  @Test("a step computes beside the state, and a commit adopts it", arguments: [1, 2, 4])
  func commit(devices: Int) throws {
    let start = TensorValue([Float(1), 2, 4])
    let client = try CPUPlugin.client(devices: devices)
    let runner = try DeviceRunner(programs(), tensors: ["w": start], on: client, threads: 1)
    fill(runner, Self.rows)
    try runner.compute("step")
    // The means are 1, 2 and 3.
    #expect(runner.output("sum", of: "step").elements(as: Float.self) == [1])
    #expect(try runner.tensors == ["w": start], "the state is as before")
    try runner.compute("act")
    #expect(runner.output("action", of: "act").elements(as: Float.self) == [2, 4, 8])
    try runner.commit("step")
    #expect(try runner.tensors["w"]?.elements(as: Float.self) == [0, 0, 1])
    try runner.compute("act")
    #expect(runner.output("action", of: "act").elements(as: Float.self) == [0, 0, 2])
    // A second commit without a step changes nothing.
    try runner.commit("step")
    #expect(try runner.tensors["w"]?.elements(as: Float.self) == [0, 0, 1])
    try runner.compute("step")
    try runner.compute("step")
    try runner.commit("step")
    #expect(try runner.tensors["w"]?.elements(as: Float.self) == [-1, -2, -2])
  }

  @Test("a diverged step is seen and can be left out") func divergence() throws {
    let start = TensorValue([Float(1), 2, 4])
    let runner = try DeviceRunner(programs(), tensors: ["w": start], on: CPUPlugin.client(), threads: 1)
    fill(runner, [Float](repeating: .nan, count: 12))
    try runner.compute("step")
    #expect(runner.output("sum", of: "step").elements(as: Float.self)[0].isNaN)
    #expect(try runner.tensors == ["w": start])
    fill(runner, Self.rows)
    try runner.compute("step")
    try runner.commit("step")
    #expect(try runner.tensors["w"]?.elements(as: Float.self) == [0, 0, 1])
  }

  @Test("more devices than there are") func tooMany() throws {
    let path = try #require(PluginSearch().path(of: .cpuXLA))
    let error = #expect(throws: AcceleratorError.self) { try DeviceClient.open(DeviceChoice(named: path, count: 1000)) }
    #expect(error?.code == .device)
    #expect(error?.message.contains("expected 1000 devices, found") == true, "\(error as Any)")
  }
}
