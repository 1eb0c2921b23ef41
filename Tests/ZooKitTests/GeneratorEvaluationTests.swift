import TrainingAlgorithms
import Foundation
import RunStore
import Testing
import ZooKit

/// Evaluations of a generator during its training. They do not change the training, and the least is the best.
@Suite struct GeneratorEvaluationTests {
  private let tiny: TinyZoo

  init() throws { tiny = try TinyZoo() }

  private static let recipe = """
    name: small
    summary: A small GAN
    algorithm: wgan-gp
    dataset: fashion-mnist
    networks:
      generator: {input: [4], layers: [{linear: 8}, batch-norm, relu, {linear: 784}, tanh]}
      critic: {input: [784], layers: [{linear: 8}, relu, {linear: 1}]}
    settings: {batch: 4, criticSteps: 2, optimizer: {adam: {rate: 1e-2}}, ema: {decay: 0.5}}
    evaluation: {every: 3, samples: 30}
    steps: 12
    checkpoint: {every: 5, keep: {last: 2}}
    """

  private func recipe(_ settings: String...) throws -> Recipe {
    try Recipe(yaml: Self.recipe, source: "small.yaml").setting(settings)
  }

  private func evaluations(_ run: Run) throws -> [Int: Double] {
    let metrics = try tiny.zoo.store.metrics(of: run.id, keys: [Metric.evaluation])
    return Dictionary(uniqueKeysWithValues: metrics.map { ($0.step, $0.value) })
  }

  private func trainJudge() throws {
    let judge = try Recipe(yaml: GeneratorComparisonTests.classifier, source: "judge.yaml")
    _ = try tiny.zoo.train(judge, seed: 7, name: "judge", options: tiny.options())
  }

  @Test func trainingKeepsItsBits() throws {
    let run = try tiny.zoo.train(recipe(), seed: 7, options: tiny.options())
    let plain = try tiny.zoo.train(recipe("evaluation.every=0"), seed: 7, options: tiny.options())
    let (with, without) = (try tiny.outcome(run), try tiny.outcome(plain))
    #expect(with.digest == without.digest)
    #expect(with.metrics.filter { $0.key != Metric.evaluation } == without.metrics)
    #expect(try Set(evaluations(run).keys) == [3, 6, 9, 12] && evaluations(plain).isEmpty)
    #expect(try tiny.zoo.store.graphs(of: run.id) == tiny.zoo.store.graphs(of: plain.id))
  }

  @Test func theLeastIsTheBest() throws {
    let run = try tiny.zoo.train(recipe(), seed: 7, options: tiny.options())
    let evaluations = try evaluations(run)
    let least = try #require(evaluations.min { $0.value < $1.value })
    #expect(run.bestEvaluation == .least && Set(evaluations.values).count == 4)
    #expect(try tiny.zoo.store.checkpoint(of: run.id, at: .best).id.step == least.key)
    #expect(try tiny.zoo.store.checkpoints(of: run.id).map(\.id.step).contains(least.key))
  }

  @Test(arguments: ["swd", "fid", "kid"]) func everySplitEndsWithTheSameBits(_ metric: String) throws {
    try trainJudge()
    let recipe = try recipe("evaluation.features=judge", "evaluation.metric=\(metric)")
    let whole = try tiny.zoo.train(recipe, seed: 7, options: tiny.options())
    #expect(try evaluations(whole).count == 4)
    for split in [1, 2, 3, 4, 6, 11] {
      let part = try tiny.zoo.train(recipe, steps: split, seed: 7, options: tiny.options())
      let resumed = try tiny.zoo.resume(part.id, until: 12, options: tiny.options())
      #expect(try tiny.outcome(resumed) == tiny.outcome(whole), "\(metric), split at \(split)")
    }
  }

  /// As after a kill between the checkpoint and its evaluation.
  @Test func aMissingEvaluationComesFirst() throws {
    let whole = try tiny.zoo.train(recipe(), seed: 7, options: tiny.options())
    let part = try tiny.zoo.train(recipe("evaluation.every=0"), steps: 6, seed: 7, options: tiny.options())
    let resumed = try tiny.zoo.resume(part.id, until: 8, setting: ["evaluation.every=3"], options: tiny.options())
    let expected = try evaluations(whole)
    #expect(try evaluations(resumed) == [6: expected[6] ?? .nan])
  }

  @Test func aStopBeforeAnEvaluationLosesNothing() throws {
    let stop = StopFlag()
    let options = tiny.options(stop: stop) { if $0.step == 2 { stop.raise(because: "the test") } }
    let part = try tiny.zoo.train(recipe(), seed: 7, options: options)
    #expect(part.step == 2 && part.status == .interrupted)
    let resumed = try tiny.zoo.resume(part.id, options: tiny.options())
    #expect(try tiny.outcome(resumed) == tiny.outcome(tiny.zoo.train(recipe(), seed: 7, options: tiny.options())))
  }

  /// The network of features is that of the start.
  @Test func otherFeaturesAreRefused() throws {
    try trainJudge()
    let recipe = try recipe("evaluation.features=judge", "evaluation.metric=fid")
    let run = try tiny.zoo.train(recipe, steps: 4, seed: 7, options: tiny.options())
    let fixed = try tiny.zoo.train(
      recipe.setting("evaluation.features=judge@4"), steps: 4, seed: 7, options: tiny.options())
    _ = try tiny.zoo.resume("judge", until: 8, options: tiny.options())
    let error = #expect(throws: ModelZooError.self) {
      try tiny.zoo.resume(run.id, until: 8, options: tiny.options())
    }
    #expect(error?.message.contains("'judge' has changed since run \(run.id) began") == true)
    #expect(try tiny.zoo.resume(fixed.id, until: 8, options: tiny.options()).step == 8)
    #expect(
      try tiny.zoo.resume(run.id, until: 8, setting: ["evaluation.every=0"], options: tiny.options()).step == 8)
    let settings = ["evaluation.every=3", "evaluation.metric=kid"]
    let fork = try tiny.zoo.fork("\(run.id)@3", setting: settings, options: tiny.options())
    let forked = try tiny.zoo.resume(fork.id, until: 6, options: tiny.options())
    #expect(try Set(evaluations(forked).keys) == [3, 6])
  }

  @Test func theMetricOfARunStays() throws {
    let run = try tiny.zoo.train(recipe(), steps: 4, seed: 7, options: tiny.options())
    for setting in ["evaluation.samples=20", "evaluation.metric=kid", "evaluation.features=judge"] {
      let error = #expect(throws: (any Error).self) {
        try tiny.zoo.resume(run.id, until: 8, setting: [setting], options: tiny.options())
      }
      #expect(error.map { "\($0)" }?.contains("evaluation") == true)
    }
    let changed = try tiny.zoo.resume(run.id, until: 8, setting: ["evaluation.every=4"], options: tiny.options())
    #expect(try Set(evaluations(changed).keys) == [3, 4, 8])
  }

  @Test(arguments: [
    ("evaluation.metric=fid", "evaluation.metric is fid, expected swd, as evaluation.features is none"),
    ("evaluation.layer=x", "evaluation.layer is x, expected none"),
    ("evaluation.samples=1", "evaluation.samples is 1, expected at least 2"), ("evaluation.every=-1", "at least 0"),
    ("evaluation.metric=inception", "fid, kid, swd"), ("evaluation.episodes=3", "unknown key 'episodes'"),
  ])
  func mistakesAreNamed(_ setting: String, _ part: String) throws {
    let recipe = try recipe()
    let error = #expect(throws: RecipeError.self) { try recipe.setting(setting) }
    #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
  }

  @Test func missingFeaturesAreAnErrorBeforeTheRun() throws {
    let recipe = try recipe("evaluation.features=judge", "evaluation.metric=fid")
    #expect(throws: StoreError.self) { try tiny.zoo.train(recipe, seed: 7, options: tiny.options()) }
    let file = try self.recipe("evaluation.features=judge.onnx", "evaluation.metric=fid")
    #expect(throws: (any Error).self) { try tiny.zoo.train(file, seed: 7, options: tiny.options()) }
    #expect(try tiny.zoo.store.runs().isEmpty)
  }

  /// Only GANs and agents have evaluations in a recipe.
  @Test func otherAlgorithmsHaveNone() throws {
    let text = GeneratorComparisonTests.classifier + "\nevaluation: {every: 3}"
    let error = #expect(throws: RecipeError.self) { try Recipe(yaml: text, source: "judge.yaml") }
    #expect(error?.description.contains("evaluation is not for supervised") == true)
  }
}
