import Checkpointing
import Foundation
import GraphIR
import ZooKit
import RunStore
import Testing

/// Every kind of mistake, with a message that names the thing and the expectation.
@Suite struct ModelZooErrorTests {
  private struct Case: Sendable {
    let code: ModelZooError.Code
    let phrases: [String]
    let body: @Sendable (TinyZoo, Run) throws -> Void
  }

  private static let tiny = "wgan-gp-tiny"
  private static let cases = [
    Case(code: .invalidArgument, phrases: ["0 steps", "at least 1"]) { tiny, _ in
      try tiny.zoo.train(Recipe.named(Self.tiny), steps: 0, options: tiny.options())
    },
    Case(code: .invalidArgument, phrases: ["every -1 steps"]) { tiny, _ in
      try tiny.zoo.train(Recipe.named(Self.tiny), checkpointEvery: -1, options: tiny.options())
    },
    Case(code: .invalidArgument, phrases: ["0 threads", "1 to 64"]) { tiny, run in
      var options = tiny.options()
      options.threads = 0
      try tiny.zoo.resume(run.id, steps: 1, options: options)
    },
    Case(code: .invalidArgument, phrases: ["at step 2", "target is 2", "nothing is left"]) { tiny, run in
      try tiny.zoo.resume(run.id, options: tiny.options())
    },
    Case(code: .invalidArgument, phrases: ["steps and until"]) { tiny, run in
      try tiny.zoo.resume(run.id, steps: 1, until: 3, options: tiny.options())
    },
    Case(code: .invalidArgument, phrases: ["@2' names a checkpoint already"]) { tiny, run in
      try tiny.zoo.resume("\(run.id)@2", steps: 1, from: 0, options: tiny.options())
    },
    Case(code: .invalidArgument, phrases: ["no network 'actor'", "critic, generator"]) { tiny, run in
      _ = try tiny.zoo.network(run.id, "actor")
    },
    Case(code: .invalidArgument, phrases: ["0 samples", "1 to 10000"]) { tiny, run in
      _ = try tiny.zoo.sample(run.id, count: 0)
    },
    Case(code: .invalidArgument, phrases: ["0 steps"]) { tiny, _ in
      _ = try Benchmark(Recipe.named(Self.tiny), steps: 0)
    },
    Case(code: .invalidArgument, phrases: ["no target"]) { tiny, run in
      try tiny.zoo.resume(stored(in: tiny, settings: run.settings, target: nil), options: tiny.options())
    },
    Case(code: .invalidArgument, phrases: ["outputs [6]", "name a generator"]) { tiny, run in
      _ = try tiny.zoo.sample(stored(in: tiny, settings: run.settings)).picture()
    },
    Case(code: .invalidRun, phrases: ["settings of run", "can't be read"]) { tiny, _ in
      try tiny.zoo.resume(stored(in: tiny, settings: "{}"), options: tiny.options())
    },
    Case(code: .invalidRun, phrases: ["has no 'generator/linear1.weight'"]) { tiny, run in
      _ = try tiny.zoo.network(stored(in: tiny, settings: run.settings) { $0["generator/linear1.weight"] = nil })
    },
    Case(code: .invalidRun, phrases: ["needs a network 'critic'", "found generator"]) { tiny, run in
      try tiny.zoo.resume(stored(in: tiny, settings: run.settings, roles: ["generator"]), options: tiny.options())
    },
    Case(code: .inexact, phrases: ["began with 1 thread", "there are 2", "allow other bits"]) { tiny, run in
      var options = tiny.options()
      options.threads = 2
      try tiny.zoo.resume(run.id, steps: 1, options: options)
    },
    Case(code: .inexact, phrases: ["computed by 'plan'", "now by 'cpu'"]) { tiny, run in
      var options = tiny.options()
      options.execution = .eager
      try tiny.zoo.resume(run.id, steps: 1, options: options)
    },
    Case(code: .invalidRun, phrases: ["computed by 'abacus'", "does not know"]) { tiny, run in
      try tiny.zoo.resume(stored(in: tiny, settings: run.settings, backend: "abacus"), options: tiny.options())
    },
    Case(code: .training, phrases: ["stopped; its last checkpoint is", "@1", "at step 2"]) { tiny, _ in
      try tiny.zoo.train(
        Recipe.named(Self.tiny).setting("optimizer.adam.rate=1e30"), steps: 9, options: tiny.options())
    },
    Case(code: .trainedModel, phrases: ["no trained model", "'nope'"]) { tiny, _ in
      _ = try tiny.zoo.sample("nope:trained")
    },
    Case(code: .noStore, phrases: ["no store", "nowhere.sqlite"]) { tiny, _ in
      _ = try ModelZoo(existing: tiny.folder.appending(path: "nowhere.sqlite").path)
    },
  ]

  /// A stored run with the networks of a recipe whose samples have six elements.
  private static func stored(
    in tiny: TinyZoo, settings: String, target: Int? = 9, roles: Set<String> = ["generator", "critic"],
    backend: String = "cpu",
    _ change: (inout [String: TensorValue]) -> Void = { _ in }
  ) throws -> String {
    let recipe = try Recipe(yaml: RecipeExample.text, source: "small.yaml")
    var tensors: [String: TensorValue] = [:]
    for (role, network) in recipe.networks {
      var stream = RandomStream(seed: 1, name: role)
      for (name, value) in network.initialParameters(from: &stream) { tensors["\(role)/\(name)"] = value }
    }
    change(&tensors)
    let run = NewRun(
      model: recipe.name, recipe: recipe.text, seed: 1, algorithm: "wgan-gp", settings: settings, targetStep: target,
      backend: backend, machine: MachineClass.current, threads: 1)
    let claim = try tiny.zoo.store.createRun(
      run, graphs: recipe.networks.mapValues(\.graph).filter { roles.contains($0.key) },
      initial: TrainingState(step: 0, tensors: tensors))
    try tiny.zoo.store.release(claim, status: .interrupted)
    return claim.run
  }

  @Test func everyCodeIsTried() {
    #expect(Set(Self.cases.map(\.code)) == Set(ModelZooError.Code.allCases))
  }

  @Test(arguments: cases.indices) func aMistakeIsNamed(_ index: Int) throws {
    let tiny = try TinyZoo()
    let run = try tiny.train(steps: 2)
    let test = Self.cases[index]
    let error = try #require(throws: ModelZooError.self) { try test.body(tiny, run) }
    #expect(error.code == test.code)
    for phrase in test.phrases { #expect("\(error)".contains(phrase), "\(error)") }
    // The existing run is unchanged.
    #expect(try tiny.zoo.store.run(run.id) == run)
  }
}
