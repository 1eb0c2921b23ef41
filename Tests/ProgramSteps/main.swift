// Runs each program of a run for many steps from the run's last checkpoint, for a comparison with another runtime.
//
//     ProgramSteps STORE RUN STEPS FOLDER
//
// Writes FOLDER/PROGRAM.npz for each program: `input/K/NAME` for the inputs of the steps k with k mod 8 = K,
// `output/K/NAME` for the outputs of step K, `first/NAME` and `last/NAME` for the tensors after the first and the last
// step.

import Foundation
import GraphIR
import GraphRuntime
import RunStore
import TensorFiles
import ZooKit

let arguments = CommandLine.arguments
guard arguments.count == 5, let steps = Int(arguments[3]), steps > 0 else {
  FileHandle.standardError.write(Data("usage: ProgramSteps STORE RUN STEPS FOLDER\n".utf8))
  exit(64)
}
let (run, folder) = (arguments[2], URL(filePath: arguments[4], directoryHint: .isDirectory))
let zoo = try ModelZoo(at: arguments[1])
let inputSets = 8

for name in try zoo.store.runGraphs(of: zoo.store.resolve(run).run.id).programs.keys.sorted() {
  let program = try zoo.program(run, name)
  let runner = try PlanRunner([name: program.graph], tensors: program.state)
  var stream = RandomStream(seed: 1, name: name)
  var file: [String: TensorValue] = [:]
  for step in 0..<steps {
    for input in program.graph.inputs {
      let key = "input/\(step % inputSets)/\(input.name)"
      let value = file[key] ?? draw(input, &stream)
      file[key] = value
      runner.fill(input.name, of: name) { _ = $0.update(from: value.elements(as: Float.self)) }
    }
    try runner.compute(name)
    for output in program.graph.outputs where step < inputSets {
      file["output/\(step)/\(output.name)"] = runner.output(output.name, of: name)
    }
    try runner.commit(name)
    for (place, number) in [("first", 0), ("last", steps - 1)] where step == number {
      for (name, value) in runner.tensors { file["\(place)/\(name)"] = value }
    }
  }
  try TensorFileFormat.npz.encoded(file).write(to: folder.appending(path: "\(name).npz"))
}

/// Draws the value of an input. A schedule is a learning rate or a range of clipping, which are small.
func draw(_ input: Graph.Value, _ stream: inout RandomStream) -> TensorValue {
  switch input.name.prefix(while: { $0 != "/" }) {
  case "schedule": TensorValue(repeating: 1e-3, type: input.type)
  case "uniform": stream.uniform(input.type.shape)
  default: stream.normal(input.type.shape)
  }
}
