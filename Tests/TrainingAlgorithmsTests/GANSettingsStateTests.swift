import TrainingAlgorithms
import Checkpointing
import Foundation
import GraphIR
import NN
import TestSupport
import Testing

/// Programs, state and exact resume with each of the settings that WGAN-GP's paper lacks.
@Suite struct GANSettingsStateTests {
  private static let changes: [String: @Sendable (inout WGANGPSettings) -> Void] = [
    "hinge": {
      $0.loss = .hinge
      $0.penalty.weight = 0
    },
    "lazy": { $0.penalty.every = 4 },
    "linear": { $0.rate = .linear(1e-2) },
    "two optimisers": {
      $0.generatorOptimizer = AnyOptimizer(SGD(rate: 1e-2, momentum: 0.5))
      $0.generatorRate = .linear(1e-2)
    },
    "average": { $0.ema.decay = 0.9 },
    "all": {
      $0.loss = .leastSquares
      $0.penalty.every = 2
      $0.rate = .linear(1e-2)
      $0.generatorRate = .constant(3e-3)
      $0.ema.decay = 0.5
    },
  ]

  private func algorithm(_ name: String) throws -> WGANGP {
    try TinyGAN.algorithm(try #require(Self.changes[name]))
  }

  /// At and between the generator's updates (every third step), the penalties and the epochs (every second).
  @Test(arguments: changes.keys.sorted(), 0...8)
  func aRunGoesOnBitForBit(_ name: String, from split: Int) throws {
    let algorithm = try algorithm(name)
    var whole = try algorithm.begin(TinyGAN.setup(), parameters: TinyGAN.parameters())
    var states = [try whole.state]
    for _ in 0..<9 {
      _ = try whole.advance()
      states.append(try whole.state)
    }
    #expect(Set(states).count == 10)
    var rest = try algorithm.resume(TinyGAN.setup(), states[split])
    for step in split..<9 {
      _ = try rest.advance()
      #expect(try rest.state == states[step + 1], "step \(step + 1)")
    }
  }

  @Test func aLazyPenaltyHasAProgramOfItsOwn() throws {
    let lazy = try algorithm("lazy").programs()
    #expect(lazy.keys.sorted() == ["critic", "critic-without-penalty", "generator"])
    #expect(lazy["critic"]?.inputs.map(\.name).sorted() == ["data/real", "normal/noise", "uniform/alpha"])
    let without = try #require(lazy["critic-without-penalty"])
    #expect(without.inputs.map(\.name).sorted() == ["data/real", "normal/noise"])
    #expect(without.outputs.map(\.name) == ["critic", "wasserstein"])
    #expect(Set(without.updates.map(\.parameter)) == Set(lazy["critic"]?.updates.map(\.parameter) ?? []))
    let free = try algorithm("hinge").programs()
    #expect(free.keys.sorted() == ["critic", "generator"])
    #expect(free["critic"]?.inputs.map(\.name).sorted() == ["data/real", "normal/noise"])
    #expect(free["critic"]?.outputs.map(\.name) == ["critic", "margin"])
  }

  /// α is drawn for the steps with a penalty, the first of each four.
  @Test func onlyPenaltiesDrawAlpha() throws {
    var trainer = try algorithm("lazy").begin(TinyGAN.setup(), parameters: TinyGAN.parameters())
    var (counters, penalties): ([UInt64?], [Bool]) = ([], [])
    for _ in 0..<9 {
      penalties.append(try trainer.advance()["penalty"] != nil)
      counters.append(try trainer.state.streams["alpha"]?.counter)
    }
    #expect(penalties == [true, false, false, false, true, false, false, false, true])
    #expect(counters == [1, 1, 1, 1, 2, 2, 2, 2, 3])
  }

  @Test(arguments: [(5, 16, 10.0, 80), (4, 6, 10, 12), (3, 1, 10, 3), (6, 3, 10, 6), (5, 16, 0, 5)])
  func aCycleHasEveryProgram(_ criticSteps: Int, _ every: Int, _ weight: Double, _ cycle: Int) throws {
    let algorithm = try TinyGAN.algorithm {
      $0.criticSteps = criticSteps
      $0.penalty.every = every
      $0.penalty.weight = weight
    }
    #expect(algorithm.cycle == cycle)
  }

  @Test func aLinearRateIsAnInput() throws {
    func inputs(_ name: String) throws -> [String] {
      try algorithm(name).programs().filter { $0.value.inputs.contains { $0.name == "schedule/rate" } }.keys.sorted()
    }
    #expect(try inputs("linear") == ["critic", "generator"])
    #expect(try inputs("two optimisers") == ["generator"])
    #expect(try inputs("all") == ["critic", "critic-without-penalty"])
    #expect(try inputs("average") == [])
  }

  @Test func theAverageIsANetwork() throws {
    let algorithm = try algorithm("average")
    #expect(algorithm.roles.keys.sorted() == ["critic", "generator", "generator-ema"])
    #expect(algorithm.roles["generator-ema"] == algorithm.generator)
    var trainer = try algorithm.begin(TinyGAN.setup(), parameters: TinyGAN.parameters())
    let state = try trainer.state.tensors
    for parameter in algorithm.generator.parameters {
      #expect(state["generator-ema/\(parameter.name)"] == state["generator/\(parameter.name)"])
    }
    // No optimiser changes it, and it follows the generator's updates, not the critic's.
    #expect(!state.keys.contains { $0.hasPrefix("generator-ema/adam") })
    for _ in 0..<2 { _ = try trainer.advance() }
    let unchanged = try trainer.state.tensors["generator-ema/batchnorm1.running_mean"]
    #expect(unchanged == state["generator/batchnorm1.running_mean"])
    _ = try trainer.advance()
    let next = try trainer.state.tensors
    #expect(next["generator-ema/batchnorm1.running_mean"] == next["generator/batchnorm1.running_mean"])
    #expect(next["generator-ema/linear1.weight"] != next["generator/linear1.weight"])
    #expect(next["generator-ema/linear1.weight"] != state["generator/linear1.weight"])
  }

  private static let mistakes: [(String, @Sendable (inout WGANGPSettings) -> Void)] = [
    ("penalty.every", { $0.penalty.every = 0 }), ("ema.decay", { $0.ema.decay = 1 }),
    ("ema.decay", { $0.ema.decay = .nan }), ("generatorOptimizer", { $0.generatorRate = .constant(0) }),
    ("optimizer", { $0.rate = .linear(-1) }),
  ]

  @Test(arguments: mistakes.indices) func aSettingOutOfRangeIsNamed(_ index: Int) throws {
    let (setting, change) = Self.mistakes[index]
    let error = #expect(throws: AlgorithmError.self) { try TinyGAN.algorithm(change) }
    #expect(error?.code == .setting && error?.setting == setting)
  }

  /// A rate belongs to an optimiser: neither says something else than the other.
  @Test func ratesAndOptimizersAgree() {
    var settings = WGANGPSettings()
    #expect(settings.rate == .constant(1e-4) && settings.generatorRate == nil)
    settings.rate = .linear(2e-4)
    #expect(settings.optimizer.base.rate == 2e-4)
    settings.generatorOptimizer = AnyOptimizer(SGD(rate: 1))
    #expect(settings.generatorRate == .linear(1))
    settings.generatorRate = .constant(2)
    #expect(settings.generatorOptimizer == AnyOptimizer(SGD(rate: 2)) && settings.rate == .linear(2e-4))
    settings.generatorRate = nil
    #expect(settings.generatorOptimizer == nil)
    settings.generatorRate = .linear(3)
    #expect(settings.generatorOptimizer == AnyOptimizer(Adam(rate: 3, betas: [0, 0.9])))
    settings.generatorOptimizer = nil
    settings.rate = .constant(1e-4)
    #expect(settings == WGANGPSettings())
  }

  @Test(arguments: changes.keys.sorted()) func settingsComeBackFromJSON(_ name: String) throws {
    let settings = try algorithm(name).settings
    #expect(try JSONDecoder().decode(WGANGPSettings.self, from: JSONEncoder().encode(settings)) == settings)
  }

  @Test func everyMixtureOfRatesComesBackFromJSON() throws {
    for rate in [Schedule.constant(1), .linear(1)] {
      for own in [nil, Schedule.constant(2), .linear(2)] {
        var settings = WGANGPSettings()
        settings.rate = rate
        settings.generatorRate = own
        #expect(try JSONDecoder().decode(WGANGPSettings.self, from: JSONEncoder().encode(settings)) == settings)
      }
    }
  }
}
