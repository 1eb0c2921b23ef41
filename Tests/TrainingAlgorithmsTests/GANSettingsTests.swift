import TrainingAlgorithms
import Datasets
import Foundation
import GraphIR
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
    /// The place of the labels in the critic; nil for none.
    let labels: String?
  }

  /// A tensor's elements.
  struct Numbers: Decodable, Sendable {
    let elements: [Double]

    init(from decoder: any Decoder) throws { elements = try decoder.singleValueContainer().decode([Double].self) }
  }

  let target: Int
  let inputs: [String: FormulaTensor]
  let cases: [String: Case]

  static func load(_ file: String = "gan_settings.json") throws -> GANSettingsFixture { try Fixtures.load(file) }
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
    try expected.check(algorithm, on: TinyGAN.data, parameters, fixture, kernels)
  }
}

extension GANSettingsFixture.Case {
  /// Trains and compares every step, and the state after the last one.
  func check(
    _ algorithm: WGANGP, on data: any Dataset, _ parameters: [String: TensorValue], _ fixture: GANSettingsFixture,
    _ kernels: Kernels
  ) throws {
    let setup = TrainingSetup(data: data, seed: 1, target: fixture.target) {
      ScriptedRunner(try kernels.makeRunner($0, $1), fixture.inputs)
    }
    var trainer = try algorithm.begin(setup, parameters: parameters)
    for (index, step) in steps.enumerated() {
      let metrics = try trainer.advance()
      #expect(Set(metrics.keys) == Set(step.keys), "step \(index + 1)")
      for (metric, value) in step {
        let found = metrics[metric].map { [$0] } ?? []
        #expect(
          mismatch(found, [value], relative: 2e-5, absolute: 2e-6) == nil, "step \(index + 1), \(metric): \(found)")
      }
    }
    func isAveraged(_ name: String) -> Bool { name.hasPrefix("generator-ema/") }
    let found = try trainer.state.tensors
    #expect(Set(found.keys.filter(isAveraged)) == Set(state.keys.filter(isAveraged)))
    for (tensor, value) in state {
      #expect(
        mismatch(found[tensor]?.doubles ?? [], value.elements, relative: 2e-5, absolute: 2e-6) == nil, "\(tensor)")
    }
  }
}
