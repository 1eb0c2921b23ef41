import GraphIR
import ZooKit
import RunStore
import Testing

/// The warning before a run without updates.
@Suite struct FirstUpdateTests {
  private static let models = Recipe.builtIn.filter { $0.environment != nil }.map(\.name) + ["wgan-gp-tiny"]

  /// A run gets a warning if and only if some network still has its initial parameters at the end.
  @Test(arguments: models) func theWarningIsRight(_ model: String) throws {
    var recipe = try Recipe.small(model)
    if recipe.environment != nil {
      // With a learning rate that falls to 0, the last update would change nothing.
      recipe = try recipe.setting(["evaluation.every=0", "rate=1e-3"])
    }
    let warned = try check(recipe, steps: [1, 2, 4, 5, 7, 8, 9, 12, 13, 16, 17])
    #expect(warned.first == true && warned.last == false)
  }

  /// Pendulum's episodes all have 200 steps.
  @Test(arguments: [
    ("ddpg-pendulum", "all", [10, 11, 199, 200, 201]), ("td3-pendulum", "1", [11, 200, 399, 400]),
    ("td3-pendulum", "2", [199, 200]),
  ])
  func theWarningIsRightWhereEpisodesDecide(_ model: String, _ updates: String, _ steps: [Int]) throws {
    let settings = ["updateEvery=episode", "updates=\(updates)", "learningStarts=10", "envs=1"]
    let recipe = try Recipe.small(model).setting(settings + ["evaluation.every=0", "rate=1e-3"])
    let warned = try check(recipe, steps: steps)
    #expect(warned.first == true && warned.last == false)
  }

  private func check(_ recipe: Recipe, steps all: [Int]) throws -> [Bool] {
    let tiny = try TinyZoo()
    return try all.map { steps in
      let isWarned = try recipe.warnings(steps: steps).contains { $0.contains("without an update of every network") }
      let run = try tiny.zoo.train(recipe, steps: steps, seed: 7, checkpointEvery: 1000, options: tiny.options())
      let final = try tiny.zoo.store.snapshot(of: run.id)
      let first = try tiny.zoo.store.snapshot(of: tiny.zoo.fork("\(run.id)@0", options: tiny.options()).id)
      let isUntouched = recipe.networks.filter { $0.key != "expert" }.contains { role, network in
        // An agent's second critic has the same graph as the first one.
        network.graph.parameters.filter(\.isTrainable).allSatisfy { parameter in
          let names = ["\(role)/\(parameter.name)", "\(role)1/\(parameter.name)"]
          return names.allSatisfy { first.tensors[$0] == final.tensors[$0] }
        }
      }
      #expect(isWarned == isUntouched, "\(recipe.name), \(steps) steps")
      return isWarned
    }
  }

  @Test func theArithmeticIsSaid() throws {
    let text = try Recipe.named("ppo-cartpole").warnings(steps: 100).joined()
    for phrase in ["ends at step 104", "rolloutSteps x envs", "32 steps in each of 8", "at least 256 steps"] {
      #expect(text.contains(phrase), "\(text)")
    }
    #expect(try Recipe.named("ppo-cartpole").warnings(steps: nil).isEmpty)
    #expect(try Recipe.named("sac-pendulum").warnings(steps: 50).joined().contains("learningStarts"))
  }
}
