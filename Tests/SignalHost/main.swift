// A program with its own signal handlers that uses the library. It computes with and without signals and compares
// every bit.
import GraphRuntime
import Foundation
import GraphIR
import SignalStorm

/// Matrix products and convolutions, large enough for several threads.
func graph() throws -> Graph {
  var builder = GraphBuilder(name: "host")
  try builder.input("x", TensorType(.float32, [256, 256]))
  try builder.input("image", TensorType(.float32, [4, 16, 24, 24]))
  try builder.parameter("w", TensorType(.float32, [256, 256]))
  try builder.parameter("kernel", TensorType(.float32, [16, 16, 3, 3]))
  var (row, image) = ("x", "image")
  for _ in 0..<3 {
    row = try builder.add(.tanh, [builder.add(.gemm, [row, "w"])])
    image = try builder.add(.tanh, [builder.add(.conv, [image, "kernel"], ["pads": .ints([1, 1, 1, 1])])])
  }
  try builder.output(row)
  try builder.output(image)
  // Few columns, and a gradient of a weight.
  let bounds = [0, 3, 1].map { builder.constant(TensorValue(integers: [$0])) }
  try builder.output(builder.add(.matMul, [row, builder.add(.slice, ["w"] + bounds)]))
  try builder.output(builder.add(.gemm, [row, "x"], ["transA": .int(1)]))
  return builder.graph
}

func value(_ shape: Shape, _ seed: Int) -> TensorValue {
  TensorValue((0..<shape.elementCount).map { Float(($0 &* 7919 &+ seed) % 101 - 50) / 400 }, shape: shape)
}

/// Computes with a plan and node by node, first without signals, then `runs` times with signals.
func host(threads: Int, runs: Int) throws {
  let graph = try graph()
  let weights = ["w": value([256, 256], 1), "kernel": value([16, 16, 3, 3], 2)]
  let inputs = ["x": value([256, 256], 3), "image": value([4, 16, 24, 24], 4)]
  let plan = try Plan(graph, state: ProgramState(weights, for: [graph]), threads: threads)
  let executor = try Executor(graph, parameters: weights, backend: CPUBackend(threads: threads))
  for (name, input) in inputs { plan.set(name, to: input) }
  func outputs() throws -> [TensorValue?] {
    storm_set_computing(true)
    defer { storm_set_computing(false) }
    try plan.compute()
    let eager = try executor.run(inputs).outputs
    return graph.outputs.flatMap { [plan.output($0.name), eager[$0.name]] }
  }
  let expected = try outputs()
  guard storm_begin() else {
    print("signals can't be had")
    exit(1)
  }
  var wrong = 0
  for _ in 0..<runs where try outputs() != expected { wrong += 1 }
  let counts = storm_end()
  print(
    "{\"wrong\": \(wrong), \"profiled\": \(counts.profiled), \"used\": \(counts.used), "
      + "\"alarmed\": \(counts.alarmed), \"profiledComputing\": \(counts.profiled_computing)}")
}

guard CommandLine.arguments.count == 3, let threads = Int(CommandLine.arguments[1]),
  let runs = Int(CommandLine.arguments[2])
else {
  print("usage: SignalHost THREADS RUNS")
  exit(64)
}
try host(threads: threads, runs: runs)
