import Autograd
import Foundation
import GraphIR
import NN
import RunStore
import TestSupport
import Testing
import ZooKit

/// The optimisers that recipes can name.
@Suite struct OptimizerTests {
  /// A model of each algorithm.
  private static let models = [
    "wgan-gp-tiny", "ppo-cartpole", "a2c-cartpole", "ddpg-pendulum", "td3-pendulum", "sac-pendulum", "imitate-pendulum",
  ]

  /// Every algorithm trains with every optimiser. The state holds tensors of that optimiser alone, and a resumed run
  /// has the bits of an undisturbed one.
  @Test(arguments: models, Catalogue.standard.optimizers.keys.sorted())
  func trainsAndResumes(_ model: String, _ optimizer: String) throws {
    let tiny = try TinyZoo()
    var settings = ["optimizer={\(optimizer): {\(optimizer == "sgd" ? "momentum: 0.5" : "")}}", "evaluation.every=0"]
    if model == "wgan-gp-tiny" { settings.removeLast() }
    if model == "imitate-pendulum" { settings.append("discriminator.\(settings[0])") }
    let recipe = try Recipe.small(model).setting(settings)
    func train(stoppingAt last: Int?) throws -> Run {
      let stop = StopFlag()
      return try tiny.zoo.train(
        recipe, steps: 32, seed: 7, options: tiny.options(stop: stop) { if $0.step == last { stop.raise() } })
    }
    let whole = try train(stoppingAt: nil)
    let stopped = try train(stoppingAt: 16)
    #expect(stopped.status == .interrupted && stopped.step == 16)
    let resumed = try tiny.zoo.resume(stopped.id, options: tiny.options())
    #expect(try tiny.outcome(resumed) == tiny.outcome(whole))
    let names = try tiny.zoo.store.snapshot(of: whole.id).tensors.keys
    let found = Set(names.flatMap { $0.split(separator: "/").map(String.init) })
    #expect(found.intersection(Catalogue.standard.optimizers.keys) == [optimizer])
  }

  /// The step of signSGD (arXiv:1802.04434), an optimiser outside of the library.
  struct SignSGD: RecipeOptimizer {
    static let name = "sign-sgd"
    static let table: SettingTable<Self> = [.init("floor", \.floor, .nonnegative, "The least gradient that counts.")]
    var rate = 1e-3
    var floor = 0.0

    func validate() throws {}
    func stateTypes(for parameters: [String: TensorType]) -> [String: TensorType] { [:] }
    func step(
      _ parameters: [String: Tensor], _ gradients: [String: Tensor], _ state: [String: Tensor], rate: Tensor?
    ) throws -> (parameters: [String: Tensor], state: [String: Tensor]) {
      noGrad {
        var parameters = parameters
        for (name, gradient) in gradients.sorted(by: { $0.key < $1.key }) {
          let step =
            (rate ?? Tensor(self.rate)) * gradient.sign() * (gradient.abs() .> Tensor(floor)).cast(to: .float32)
          parameters[name] = parameters[name].map { $0 - step }
        }
        return (parameters, state)
      }
    }
  }

  /// A recipe names an optimiser of the program's own catalogue. Its run resumes with that catalogue, and says which
  /// optimiser is missing without.
  @Test func anOptimizerOfItsOwn() throws {
    let tiny = try TinyZoo()
    var catalogue = Catalogue.standard
    catalogue.add(SignSGD.self)
    let zoo = try ModelZoo(at: tiny.zoo.store.path, catalogue: catalogue)
    let text = try Recipe.named("wgan-gp-tiny").text.replacing(
      /adam: .*/, with: "sign-sgd: {rate: 0.01, floor: 1e-6}")
    let recipe = try Recipe(yaml: text, source: "own.yaml", catalogue: catalogue)
    #expect(recipe.wganGP.optimizer == AnyOptimizer(SignSGD(rate: 0.01, floor: 1e-6)))
    let values = recipe.settings.descriptions.filter { $0.path.hasPrefix("optimizer") }
    #expect(values.map(\.path) == ["optimizer.sign-sgd.floor", "optimizer.sign-sgd.rate"])
    #expect(values.map(\.value) == ["1e-06", "0.01"])

    let whole = try zoo.train(recipe, steps: 12, seed: 3, options: tiny.options())
    let half = try zoo.train(recipe, steps: 6, seed: 3, options: tiny.options())
    #expect(try tiny.outcome(zoo.resume(half.id, until: 12, options: tiny.options())) == tiny.outcome(whole))
    let changed = ["optimizer.sign-sgd.rate=0.1"]
    _ = try zoo.resume(half.id, until: 15, setting: changed, options: tiny.options())
    let error = #expect(throws: ModelZooError.self) { try tiny.zoo.resume(half.id, until: 20, options: tiny.options()) }
    #expect(error?.message.contains("settings.optimizer") == true, "\(error?.message ?? "")")
    #expect(throws: RecipeError.self) { try Recipe(yaml: text, source: "own.yaml") }
  }

  /// A run keeps its optimiser: the state of another one is missing.
  @Test(arguments: [
    "optimizer.sgd.rate=0.1", "optimizer={sgd: {}}", "optimizer.adam.eps=1e-3", "optimizer={adam: {rate: 0.1}}",
  ])
  func aRunKeepsItsOptimizer(_ assignment: String) throws {
    let tiny = try TinyZoo()
    let run = try tiny.train(steps: 4)
    let error = #expect(throws: ModelZooError.self) {
      try tiny.zoo.resume(run.id, until: 8, setting: [assignment], options: tiny.options())
    }
    #expect(error?.code == .invalidArgument && error?.message.contains("optimizer.adam.rate") == true)
  }

  @Test("One hyperparameter changes, and the others of the recipe stay")
  func hyperparametersStay() throws {
    let recipe = try Recipe.named("a2c-cartpole").setting("optimizer={rmsprop: {alpha: 0.5}}")
    let changed = try recipe.setting("optimizer.rmsprop.eps=1e-3").settings
    let values = changed.descriptions.filter { $0.path.hasPrefix("optimizer") }.map(\.value)
    #expect(values == ["0.5", "0.001"])
  }
}
