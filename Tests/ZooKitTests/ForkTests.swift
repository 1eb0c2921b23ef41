import TrainingAlgorithms
import Foundation
import ZooKit
import RunStore
import Testing

/// Runs that start from another run's checkpoint, and settings that change during a run.
@Suite struct ForkTests {
  /// Models, each with a setting that a run can change.
  private static let changes = [
    ("wgan-gp-tiny", "optimizer.adam.rate=3e-3"), ("wgan-gp-tiny", "penalty.weight=3"), ("wgan-gp-tiny", "batch=6"),
    ("ppo-cartpole", "rate=1e-2"), ("ppo-cartpole", "batch=16"), ("a2c-cartpole", "rate={linear: 1e-2}"),
    ("td3-pendulum-smooth", "penalty.weight=2"), ("sac-pendulum", "batch=8"), ("ddpg-pendulum", "rate=1e-2"),
    ("imitate-pendulum", "discriminator.rate=1e-2"), ("imitate-pendulum", "discriminator.penalty.weight=2"),
  ]

  private func half(_ tiny: TinyZoo, _ model: String) throws -> Run {
    let stop = StopFlag()
    return try tiny.zoo.train(
      Recipe.small(model), steps: 48, seed: 7, checkpointEvery: 8,
      options: tiny.options(stop: stop) { if $0.step >= 24 { stop.raise(because: "the test") } })
  }

  /// A fork has the bits of its parent's continuation, and leaves the parent unchanged.
  @Test(arguments: ["wgan-gp-tiny", "ppo-cartpole", "sac-pendulum"]) func aForkHasTheStateOfItsParent(_ model: String)
    throws
  {
    let tiny = try TinyZoo()
    let parent = try half(tiny, model)
    let before = try tiny.outcome(parent)
    let fork = try tiny.zoo.fork("\(parent.id)@16", name: "branch", options: tiny.options())
    #expect(fork.parent == CheckpointID(run: parent.id, step: 16) && fork.step == 16 && fork.status == .interrupted)
    #expect(fork.targetStep == 48 && fork.name == "branch")
    #expect(try tiny.zoo.store.events(of: fork.id).map(\.kind) == [.forked])
    #expect(
      try tiny.zoo.store.checkpoint(of: fork.id).stateDigest
        == tiny.zoo.store.checkpoint(of: parent.id, at: .step(16)).stateDigest)
    let grown = try tiny.zoo.resume(fork.id, options: tiny.options())
    #expect(try tiny.outcome(parent) == before)
    let whole = try tiny.zoo.resume(parent.id, options: tiny.options())
    #expect(grown.status == .done)
    #expect(try tiny.outcome(grown).digest == tiny.outcome(whole).digest)
  }

  /// A setting changes the later steps of a run and of its fork alike, and no earlier step.
  @Test(arguments: changes) func aSettingChangesTheCourse(_ model: String, _ assignment: String) throws {
    let tiny = try TinyZoo()
    let run = try half(tiny, model)
    let plain = try tiny.zoo.resume(tiny.zoo.fork(run.id, options: tiny.options()).id, options: tiny.options())
    let fork = try tiny.zoo.fork(run.id, setting: [assignment], options: tiny.options())
    let forked = try tiny.zoo.resume(fork.id, options: tiny.options())
    let resumed = try tiny.zoo.resume(run.id, setting: [assignment], options: tiny.options())
    #expect(try tiny.outcome(resumed).digest == tiny.outcome(forked).digest)
    #expect(try tiny.outcome(resumed).digest != tiny.outcome(plain).digest)
    let event = try #require(tiny.zoo.store.events(of: run.id).first { $0.kind == .changed })
    #expect(event.step == run.step && event.message.contains("→"), "\(event.message)")
    #expect(resumed.settings == forked.settings && resumed.settings != run.settings)
  }

  @Test func intervalsChangeAndLeaveTheStateAlone() throws {
    let tiny = try TinyZoo()
    let run = try half(tiny, "ppo-cartpole")
    let plain = try tiny.zoo.resume(tiny.zoo.fork(run.id, options: tiny.options()).id, options: tiny.options())
    let assignments = ["evaluation.every=4", "checkpoint.every=6", "checkpoint.keep={last: 9}"]
    let resumed = try tiny.zoo.resume(run.id, setting: assignments, options: tiny.options())
    #expect(try tiny.outcome(resumed).digest == tiny.outcome(plain).digest)
    let rows = try tiny.zoo.store.metrics(of: run.id, keys: [Metric.evaluation]).map(\.step).filter { $0 > run.step }
    #expect(rows == [28, 32, 36, 40, 44, 48])
    #expect(try tiny.zoo.store.checkpoints(of: run.id).count == 9)
  }

  @Test(arguments: [
    "gamma=0.9", "envs=4", "normalize=false", "rolloutSteps=16", "penalty={network: critic, weight: 1}",
  ])
  func whatARunKeepsIsRefused(_ assignment: String) throws {
    let tiny = try TinyZoo()
    let run = try half(tiny, "ppo-cartpole")
    let error = #expect(throws: ModelZooError.self) {
      try tiny.zoo.resume(run.id, setting: [assignment], options: tiny.options())
    }
    #expect(error?.code == .invalidArgument)
    #expect(error?.remedy == .fork(run.id, setting: assignment))
    #expect(try tiny.zoo.store.run(run.id) == run)
  }

  @Test func mistakesAreNamedAndLeaveNothing() throws {
    let tiny = try TinyZoo()
    let run = try half(tiny, "ppo-cartpole")
    #expect(throws: RecipeError.self) { try tiny.zoo.resume(run.id, setting: ["rat=1"], options: tiny.options()) }
    #expect(throws: RecipeError.self) { try tiny.zoo.fork(run.id, setting: ["rat=1"], options: tiny.options()) }
    // The state holds two environments and the tensors of Adam.
    for setting in ["envs=4", "optimizer={rmsprop: {}}", "optimizer={sgd: {}}"] {
      let error = #expect(throws: ModelZooError.self) {
        try tiny.zoo.fork(run.id, setting: [setting], options: tiny.options())
      }
      #expect(error?.code == .invalidArgument && error?.message.contains("--set \(setting): the state") == true)
    }
    let named = try tiny.zoo.fork(run.id, name: "one", options: tiny.options())
    let taken = #expect(throws: StoreError.self) { try tiny.zoo.fork(run.id, name: "one", options: tiny.options()) }
    #expect(taken?.code == .nameTaken && taken?.message.contains(named.id) == true)
    try tiny.zoo.fork(run.id, name: "one", sharesName: true, options: tiny.options())
    #expect(try tiny.zoo.store.runs().count == 3)
  }

  /// Batch normalisation of one sample lets no gradient through.
  @Test func aBatchThatANetworkCanNotLearnFromIsRefused() throws {
    let tiny = try TinyZoo()
    let run = try tiny.train(steps: 5)
    for isFork in [false, true] {
      let error = #expect(throws: ModelZooError.self) {
        if isFork {
          try tiny.zoo.fork(run.id, setting: ["batch=1"], options: tiny.options())
        } else {
          try tiny.zoo.resume(run.id, until: 10, setting: ["batch=1"], options: tiny.options())
        }
      }
      for word in ["'generator'", "batchnorm", "a batch of 1 samples"] {
        #expect(error?.description.lowercased().contains(word) == true, "\(error?.description ?? "")")
      }
    }
    #expect(try tiny.zoo.store.runs() == [run])
    #expect(try tiny.zoo.resume(run.id, until: 10, setting: ["batch=2"], options: tiny.options()).status == .done)
  }

  @Test func moreStepsLeaveTheTarget() throws {
    let tiny = try TinyZoo()
    let recipe = try Recipe.small("ppo-cartpole").setting("rate={linear: 1e-2}")
    let whole = try tiny.zoo.train(recipe, steps: 40, seed: 7, options: tiny.options())
    let stop = StopFlag()
    stop.raise()
    var run = try tiny.zoo.train(recipe, steps: 40, seed: 7, options: tiny.options(stop: stop))
    for expected in [16, 32] {
      run = try tiny.zoo.resume(run.id, steps: 16, options: tiny.options())
      #expect(run.status == .interrupted && run.step == expected && run.targetStep == 40)
    }
    // At most the remaining ones.
    run = try tiny.zoo.resume(run.id, steps: 16, options: tiny.options())
    #expect(run.status == .done && run.step == 40)
    #expect(try tiny.outcome(run) == tiny.outcome(whole))
    let error = #expect(throws: ModelZooError.self) { try tiny.zoo.resume(run.id, steps: 1, options: tiny.options()) }
    #expect(error?.remedy == .raiseTarget)
    run = try tiny.zoo.resume(run.id, until: 48, options: tiny.options())
    #expect(try tiny.zoo.store.events(of: run.id).contains { $0.kind == .changed && $0.message == "target: 40 → 48" })
  }
}
