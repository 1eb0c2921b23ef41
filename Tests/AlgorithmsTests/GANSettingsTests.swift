import Algorithms
import Datasets
import Foundation
import GraphIR
import GraphRuntime
import NN
import TestSupport
import Testing

/// `gan_settings.json`: trainings by PyTorch, written by `make_gan_settings.py`.
struct GANSettingsFixture: Decodable {
  struct Case: Decodable, Sendable {
    let settings: WGANGPSettings
    /// The metrics of each step.
    let steps: [[String: Double]]
    /// The state after the last step, without optimisers.
    let state: [String: Numbers]
  }

  /// A tensor's elements.
  struct Numbers: Decodable, Sendable {
    let elements: [Double]

    init(from decoder: any Decoder) throws { elements = try decoder.singleValueContainer().decode([Double].self) }
  }

  let target: Int
  let inputs: [String: FormulaTensor]
  let cases: [String: Case]

  static func load() throws -> GANSettingsFixture { try Fixtures.load("gan_settings.json") }
}

/// Losses, lazy penalties, learning rates and averages against PyTorch's trainings.
@Suite struct GANSettingsTests {
  static let names = ((try? GANSettingsFixture.load())?.cases.keys.sorted()) ?? []

  @Test func everySettingHasACase() throws {
    let cases = try GANSettingsFixture.load().cases.values.map(\.settings)
    #expect(Set(cases.map(\.loss)) == Set(AdversarialLoss.allCases))
    #expect(Set(cases.map { $0.penalty.weight > 0 }).count == 2 && Set(cases.map { $0.penalty.every }).count > 2)
    #expect(cases.contains { $0.ema.decay != nil } && cases.contains { $0.generatorOptimizer != nil })
    #expect(Set(cases.map { [$0.rate.isConstant, $0.generatorRate?.isConstant ?? $0.rate.isConstant] }).count == 4)
  }

  @Test(arguments: names, Kernels.allCases) func aTrainingIsPyTorchs(_ name: String, kernels: Kernels) throws {
    let fixture = try GANSettingsFixture.load()
    let expected = try #require(fixture.cases[name])
    let generator = try Sequential(
      "generator", input: [3], layers: [Linear(5), BatchNorm(), Activation.tanh, Linear(4), Activation.tanh])
    let critic = try Sequential(
      "critic", input: [4], layers: [Linear(6), Activation.softplus, Linear(5), Activation.tanh, Linear(1)])
    let algorithm = try WGANGP(generator: generator.graph, critic: critic.graph, settings: expected.settings)
    var parameters: [String: TensorValue] = [:]
    for (name, input) in fixture.inputs where name.contains(".") && !name.hasPrefix("step") {
      parameters[name] = input.value(.float32)
    }
    let setup = TrainingSetup(data: TinyGAN.data, seed: 1, target: fixture.target) {
      ScriptedRunner(try kernels.makeRunner($0, $1), fixture.inputs)
    }
    var trainer = try algorithm.begin(setup, parameters: parameters)
    for (index, step) in expected.steps.enumerated() {
      let metrics = try trainer.advance()
      #expect(Set(metrics.keys) == Set(step.keys), "step \(index + 1)")
      for (metric, value) in step {
        let found = metrics[metric].map { [$0] } ?? []
        #expect(
          mismatch(found, [value], relative: 2e-5, absolute: 2e-6) == nil, "step \(index + 1), \(metric): \(found)")
      }
    }
    let state = try trainer.state.tensors
    #expect(Set(state.keys.filter { $0.hasPrefix("generator-ema/") }) == Set(expected.state.keys.filter(isAveraged)))
    for (tensor, value) in expected.state {
      let found = state[tensor]?.doubles ?? []
      #expect(mismatch(found, value.elements, relative: 2e-5, absolute: 2e-6) == nil, "\(tensor)")
    }
  }

  private func isAveraged(_ name: String) -> Bool { name.hasPrefix("generator-ema/") }
}

/// A runner whose samples and draws are those of a fixture. The learning rates are the trainer's.
private final class ScriptedRunner: ProgramRunner {
  private let base: any ProgramRunner
  private let inputs: [String: FormulaTensor]
  private var criticSteps = 0

  init(_ base: any ProgramRunner, _ inputs: [String: FormulaTensor]) {
    self.base = base
    self.inputs = inputs
  }

  var programs: [String: Graph] { base.programs }
  var tensors: [String: TensorValue] { base.tensors }
  func output(_ name: String, of program: String) -> TensorValue { base.output(name, of: program) }
  func commit(_ program: String) throws { try base.commit(program) }

  func compute(_ program: String) throws {
    try base.compute(program)
    if program != "generator" { criticSteps += 1 }
  }

  func fill(_ input: String, of program: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
    guard input != "schedule/rate" else { return try base.fill(input, of: program, body) }
    let isGenerator = program == "generator"
    let source = isGenerator ? "generatorNoise" : String(input.drop { $0 != "/" }.dropFirst())
    guard let values = inputs["step\(isGenerator ? criticSteps : criticSteps + 1).\(source)"] else {
      preconditionFailure("the fixture has no '\(source)'")
    }
    var scratch = [Float](repeating: 0, count: values.shape.reduce(1, *))
    try scratch.withUnsafeMutableBufferPointer { try body($0) }
    base.fill(input, of: program, with: values.value(.float32).elements())
  }
}
