import Checkpointing
import TrainingAlgorithms
import Environments
import Foundation
import GraphIR
import ZooKit
import RunStore
import Testing

/// Agents in the library: trained, stopped, continued.
@Suite struct AgentTrainingTests {
  private static let agents = Recipe.builtIn.filter { $0.environment != nil }.map(\.name)

  /// Every split of a run, in the middle of episodes and rollouts, ends with the bits of the whole.
  @Test(arguments: agents) func everySplitEndsWithTheSameBits(_ model: String) throws {
    let tiny = try TinyZoo()
    let recipe = try Recipe.small(model)
    let copies = try #require(recipe.environment?.copies)
    let steps = 30 * copies
    func train(_ stopping: Int?) throws -> Run {
      let stop = StopFlag()
      return try tiny.zoo.train(
        recipe, steps: steps, seed: 7, options: tiny.options(stop: stop) { if $0.step == stopping { stop.raise() } })
    }
    let whole = try tiny.outcome(train(nil))
    #expect(whole.metrics.contains { $0.key == Metric.evaluation })
    for split in [1, 4, 7, 8, 13, 29] {
      let run = try train(split * copies)
      #expect(run.status == .interrupted && run.step == split * copies)
      let resumed = try tiny.zoo.resume(run.id, options: tiny.options())
      #expect(resumed.status == .done && resumed.step == steps)
      #expect(try tiny.outcome(resumed) == whole, "\(model) at \(split)")
    }
  }

  /// A linear learning rate reaches 0 at the new total.
  @Test func aRunGoesOnWithARaisedTotal() throws {
    let tiny = try TinyZoo()
    let recipe = try Recipe.small("ppo-cartpole")
    let run = try tiny.zoo.train(recipe, steps: 32, seed: 7, options: tiny.options())
    #expect(run.status == .done)
    let raised = try tiny.zoo.resume(run.id, until: 64, options: tiny.options())
    #expect(raised.status == .done && raised.step == 64 && raised.targetStep == 64)
    // The same steps again, but with a stop after the total was raised.
    let stop = StopFlag()
    let other = try tiny.zoo.train(recipe, steps: 32, seed: 7, options: tiny.options())
    try tiny.zoo.resume(other.id, until: 64, options: tiny.options(stop: stop) { if $0.step == 42 { stop.raise() } })
    let resumed = try tiny.zoo.resume(other.id, options: tiny.options())
    #expect(try tiny.outcome(resumed) == tiny.outcome(raised))
    // A run that had the larger total from the start has larger learning rates before 32, so it ends elsewhere.
    let whole = try tiny.zoo.train(recipe, steps: 64, seed: 7, options: tiny.options())
    #expect(try tiny.outcome(whole).digest != tiny.outcome(raised).digest)
    let constant = try recipe.setting(["rate=1e-3", "clipRange=0.2"])
    let first = try tiny.zoo.train(constant, steps: 32, seed: 7, options: tiny.options())
    try tiny.zoo.resume(first.id, until: 64, options: tiny.options())
    let second = try tiny.zoo.train(constant, steps: 64, seed: 7, options: tiny.options())
    #expect(try tiny.outcome(first) == tiny.outcome(second))
  }

  /// Steps grow by three and miss multiples of ten. An evaluated step has a checkpoint, too.
  @Test func checkpointsAreDueWhereAMultipleIsPassed() throws {
    let tiny = try TinyZoo()
    let yaml = AgentExample.ppo.replacing("{every: 12, keep: {last: 2}}", with: "{every: 10, keep: {last: 99}}")
    let recipe = try Recipe(yaml: yaml, source: "pole.yaml").setting("evaluation={every: 25, episodes: 2}")
    let run = try tiny.zoo.train(recipe, steps: 50, seed: 7, options: tiny.options())
    #expect(run.step == 51 && run.status == .done)
    #expect(try tiny.zoo.store.checkpoints(of: run.id).map(\.id.step) == [51, 42, 30, 27, 21, 12, 0])
    let evaluations = try tiny.zoo.store.metrics(of: run.id, keys: [Metric.evaluation])
    #expect(evaluations.map(\.step) == [27, 51])
    let best = try #require(evaluations.max { ($0.value, -$0.step) < ($1.value, -$1.step) })
    #expect(try tiny.zoo.store.checkpoint(of: run.id, at: .best).id.step == best.step)
  }

  @Test func whatIsStoredIsPlainJSON() throws {
    let tiny = try TinyZoo()
    let recipe = try Recipe(yaml: AgentExample.a2c, source: "swing.yaml")
    let run = try tiny.zoo.train(recipe, steps: 1, seed: 7, options: tiny.options())
    let json = try #require(JSONSerialization.jsonObject(with: Data(run.settings.utf8)) as? [String: Any])
    #expect(Set(json.keys) == ["algorithm", "settings", "checkpoint"] && json["algorithm"] as? String == "a2c")
    let settings = try #require(json["settings"] as? [String: Any])
    #expect((settings["environment"] as? [String: Any])?["id"] as? String == "Pendulum-v1")
    #expect(settings["rate"] as? Double == 7e-4)
    #expect(
      settings["optimizer"] as? [String: [String: Double]] == ["rmsprop": ["rate": 0.01, "alpha": 0.9, "eps": 1e-4]])
    let specification = try RunSpecification(json: run.settings, run: run.id, catalogue: .standard)
    #expect(specification.settings.isEqual(to: recipe.settings) && specification.dataset == nil)
    #expect(try tiny.zoo.store.runGraphs(of: run.id).networks.keys.sorted() == ["actor", "critic", "policy"])
  }

  @Test func divergenceKeepsTheLastGoodState() throws {
    let tiny = try TinyZoo()
    let recipe = try Recipe.small("ppo-pendulum").setting(["rate=1e30", "evaluation.every=0"])
    let error = #expect(throws: ModelZooError.self) {
      try tiny.zoo.train(recipe, steps: 400, seed: 7, checkpointEvery: 1000, options: tiny.options())
    }
    #expect(
      error?.code == .training && (error?.cause as? AlgorithmError)?.code == .diverged, "\(String(describing: error))")
    let run = try #require(tiny.zoo.store.runs(RunFilter(status: .failed)).first)
    #expect(run.step > 0)
    #expect(try tiny.zoo.store.verify().isSound)
    let state = try tiny.zoo.store.snapshot(of: run.id)
    for (name, tensor) in state.tensors { #expect(tensor.doubles.allSatisfy { $0.isFinite }, "\(name)") }
  }

  /// A trainer whose environment fails in its ninth step.
  private struct Failing: Trainer {
    let base: any ProgramRunner
    let error: any Error
    var step = 0
    var runner: any ProgramRunner { base }
    static var parts: [StatePart<Self>] { [.init("step", \.step)] }

    mutating func advance() throws -> [String: Double] {
      step += 1
      if step == 9 { throw error }
      return ["return": Double(step)]
    }
  }

  private struct NoPrograms: Error {}

  private final class Idle: ProgramRunner {
    let programs: [String: Graph] = [:]
    let tensors: [String: TensorValue] = [:]
    func fill(_ input: String, of program: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Void) {}
    func compute(_ program: String) throws { throw NoPrograms() }
    func output(_ name: String, of program: String) -> TensorValue { TensorValue(scalar: Int64(0)) }
    func commit(_ program: String) throws { throw NoPrograms() }
  }

  /// The state at the failure is incomplete, so it is not kept. After a divergence, the state before it is kept.
  @Test(
    arguments: [
      (EnvironmentError(.worker, "the worker died"), 6), (AlgorithmError(.diverged, "a loss is nan"), 9),
    ] as [(any Error & Sendable, Int)])
  func anEnvironmentThatFailsCostsTheStepsSinceTheLastCheckpoint(_ failure: any Error & Sendable, _ kept: Int) throws {
    let tiny = try TinyZoo()
    let store = tiny.zoo.store
    let run = NewRun(
      model: "failing", recipe: "", seed: 1, algorithm: "ppo", settings: "{}", targetStep: 20, backend: "cpu",
      machine: MachineClass.current, threads: 1)
    let claim = try store.createRun(run, graphs: [:], initial: TrainingState(step: 0))
    let loop = TrainingLoop(
      store: store, claim: claim, policy: CheckpointPolicy(every: 3), target: 20, options: tiny.options())
    let error = #expect(throws: ModelZooError.self) { try loop.run { Failing(base: Idle(), error: failure) } }
    #expect(error?.code == .training && error?.description.contains("\(failure)") == true)
    let stored = try store.run(claim.run)
    #expect(stored.status == .failed && stored.step == kept)
    #expect(try store.checkpoint(of: claim.run).id.step == kept)
    #expect(try store.metrics(of: claim.run).map(\.step).max() == min(kept, 8))
  }
}
