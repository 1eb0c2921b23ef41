import TrainingAlgorithms
import Foundation
import ZooKit
import RunStore
import Synchronization
import Testing

/// Training, stopping and continuing in the library.
@Suite struct TrainingTests {
  private static let steps = 11

  @Test(arguments: 1..<steps) func everySplitEndsWithTheSameBits(_ split: Int) throws {
    let tiny = try TinyZoo()
    let whole = try tiny.outcome(tiny.train(steps: Self.steps))
    let run = try tiny.train(steps: split)
    let resumed = try tiny.zoo.resume(run.id, until: Self.steps, options: tiny.options())
    #expect(resumed.id == run.id && resumed.status == .done && resumed.step == Self.steps)
    #expect(try tiny.outcome(resumed) == whole)
  }

  @Test func aStepAtATimeEndsWithTheSameBits() throws {
    let tiny = try TinyZoo()
    let run = try tiny.train(steps: 1)
    for step in 2...Self.steps { try tiny.zoo.resume(run.id, until: step, options: tiny.options()) }
    #expect(try tiny.outcome(run) == tiny.outcome(tiny.train(steps: Self.steps)))
  }

  @Test(arguments: [0, 4]) func aRaisedFlagEndsTrainingWithACheckpoint(_ step: Int) throws {
    let tiny = try TinyZoo()
    let stop = StopFlag()
    if step == 0 { stop.raise() }
    let run = try tiny.zoo.train(
      Recipe.named("wgan-gp-tiny"), steps: Self.steps, seed: 7,
      options: tiny.options(stop: stop) { if $0.step == step { stop.raise() } })
    #expect(run.status == .interrupted && run.step == step && run.targetStep == Self.steps)
    #expect(try tiny.zoo.store.checkpoint(of: run.id).id.step == step)
    // Without a number, the steps left to the target are run.
    let resumed = try tiny.zoo.resume(run.id, options: tiny.options())
    #expect(resumed.status == .done)
    #expect(try tiny.outcome(resumed) == tiny.outcome(tiny.train(steps: Self.steps)))
  }

  @Test func progressIsTold() throws {
    let tiny = try TinyZoo()
    let told = Mutex<[TrainingProgress]>([])
    let options = tiny.options { progress in told.withLock { $0.append(progress) } }
    let run = try tiny.zoo.train(Recipe.named("wgan-gp-tiny"), steps: 6, seed: 7, options: options)
    try tiny.zoo.resume(run.id, until: 8, options: options)
    let all = told.withLock { $0 }
    #expect(all.map(\.step) == Array(1...8))
    #expect(all.map(\.target) == [6, 6, 6, 6, 6, 6, 8, 8])
    #expect(all.map(\.end) == all.map(\.target))
    #expect(all.allSatisfy { $0.run == run.id && $0.rate > 0 })
    #expect(all[5].remainingSeconds == 0)
    // The generator's loss appears with the fifth step and stays until its next update.
    #expect(all.map { $0.metrics["generator"] != nil } == [false, false, false, false, true, true, false, false])
    let rows = try tiny.zoo.store.metrics(of: run.id, keys: ["critic"]).map(\.value)
    #expect(all.compactMap { $0.metrics["critic"] } == rows)
  }

  @Test func divergenceKeepsTheLastGoodState() throws {
    let tiny = try TinyZoo()
    let recipe = try Recipe.named("wgan-gp-tiny").setting("optimizer.adam.rate=1e30")
    let before = try tiny.zoo.train(recipe, steps: 1, seed: 7, options: tiny.options())
    let error = #expect(throws: ModelZooError.self) {
      try tiny.zoo.train(recipe, steps: 50, seed: 7, checkpointEvery: 1000, options: tiny.options())
    }
    let run = try #require(tiny.zoo.store.runs(RunFilter(status: .failed)).first)
    #expect(error?.code == .training && (error?.cause as? AlgorithmError)?.code == .diverged)
    let message = "\(try #require(error))"
    for phrase in [run.id, "\(run.id)@1", "at step 2", "'critic' became", "were finite"] {
      #expect(message.contains(phrase), "\(message)")
    }
    #expect(run.step == 1 && run.message?.contains("at step 2") == true)
    #expect(try tiny.outcome(run) == tiny.outcome(before))
    #expect(try tiny.zoo.store.verify().isSound)
  }

  @Test func aRunThatIsTakenOverEndsWithAnError() throws {
    let tiny = try TinyZoo()
    let other = try Store(path: tiny.zoo.store.path)
    let error = #expect(throws: ModelZooError.self) {
      try tiny.zoo.train(
        Recipe.named("wgan-gp-tiny"), steps: 50, checkpointEvery: 3,
        options: tiny.options { progress in
          if progress.step == 5 {
            do { _ = try other.resume(progress.run, force: true) } catch { Issue.record(error) }
          }
        })
    }
    #expect(error?.code == .training && (error?.cause as? StoreError)?.code == .claimLost)
    // The new owner's data are unchanged.
    let run = try #require(tiny.zoo.store.runs().first)
    #expect(run.status == .running && run.step <= 3)
  }

  @Test func checkpointsAreKeptAsTheRecipeSays() throws {
    let tiny = try TinyZoo()
    let model = try Recipe.named("wgan-gp-tiny").text
    let recipe = try Recipe(
      yaml: model.replacingOccurrences(
        of: "{every: 100, keep: {last: 3}}", with: "{every: 2, keep: {last: 2, every: 6}}"),
      source: "own.yaml")
    let run = try tiny.zoo.train(recipe, steps: 17, options: tiny.options())
    // The last checkpoint is at the target, which is not a multiple of two.
    #expect(try tiny.zoo.store.checkpoints(of: run.id).map(\.id.step) == [17, 16, 12, 6, 0])
    let error = #expect(throws: ModelZooError.self) {
      try tiny.zoo.train(recipe, steps: 1, checkpointEvery: 4, options: tiny.options())
    }
    #expect(error?.code == .invalidArgument && error?.message.contains("a divisor of 6") == true)
  }

  @Test func aStateThatDoesNotFitLeavesTheRunAlone() throws {
    let tiny = try TinyZoo()
    let done = try tiny.zoo.train(
      Recipe.named("wgan-gp-tiny"), steps: 9, checkpointEvery: 3, options: tiny.options())
    // A run like it, but stored with a generator update in every step.
    let store = tiny.zoo.store
    var settings = done.settings
    settings.replace(#""criticSteps":5"#, with: #""criticSteps":1"#)
    let run = NewRun(
      model: done.model, recipe: "", seed: 7, algorithm: done.algorithm, settings: settings, backend: "cpu",
      machine: done.machine, threads: 1)
    let claim = try store.createRun(
      run, graphs: store.graphs(of: done.id), initial: store.snapshot(of: done.id, at: .step(3)))
    try store.commit(store.snapshot(of: done.id, at: .step(9)), claim: claim)
    try store.release(claim, status: .interrupted)
    let error = #expect(throws: AlgorithmError.self) {
      try tiny.zoo.resume(claim.run, steps: 1, from: 3, discardLater: true, options: tiny.options())
    }
    #expect(error?.code == .state)
    #expect(try store.checkpoints(of: claim.run).map(\.id.step) == [9, 3])
    #expect(try store.run(claim.run).status == .interrupted)
  }
}
