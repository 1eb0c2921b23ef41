import TrainingAlgorithms
import GraphIR

/// A runner whose samples, draws and labels of three classes are those of a fixture. Learning rates are the trainer's.
final class ScriptedRunner: ProgramRunner {
  private let base: any ProgramRunner
  private let inputs: [String: FormulaTensor]
  private var criticSteps = 0
  /// The names in a fixture of an input of the critic's and the generator's programs.
  private static let names = [
    "data/real": ["real"], "data/labels": ["labels"], "normal/noise": ["noise", "generatorNoise"],
    "uniform/alpha": ["alpha"], "uniform/labels": ["fakeLabels", "generatorLabels"],
  ]

  init(_ base: any ProgramRunner, _ inputs: [String: FormulaTensor]) {
    self.base = base
    self.inputs = inputs
  }

  var programs: [String: Graph] { base.programs }
  var tensors: [String: TensorValue] { get throws { try base.tensors } }
  func output(_ name: String, of program: String) -> TensorValue { base.output(name, of: program) }
  func commit(_ program: String) throws { try base.commit(program) }

  func compute(_ program: String) throws {
    try base.compute(program)
    if program != "generator" { criticSteps += 1 }
  }

  func fill(_ input: String, of program: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
    guard input != "schedule/rate" else { return try base.fill(input, of: program, body) }
    let isGenerator = program == "generator"
    guard let name = Self.names[input]?[isGenerator ? 1 : 0],
      let values = inputs["step\(isGenerator ? criticSteps : criticSteps + 1).\(name)"]
    else { preconditionFailure("the fixture has no '\(input)'") }
    var scratch = [Float](repeating: 0, count: values.shape.reduce(1, *))
    try scratch.withUnsafeMutableBufferPointer { try body($0) }
    let numbers: [Float] = values.value(.float32).elements()
    base.fill(input, of: program, with: input == "data/labels" ? numbers.map { ($0 * 3).rounded(.down) } : numbers)
  }
}
