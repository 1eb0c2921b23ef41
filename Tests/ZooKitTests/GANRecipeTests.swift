import TrainingAlgorithms
import Foundation
import GraphIR
import GraphRuntime
import NN
import ONNXFormat
import RunStore
import Testing
import ZooKit

/// Runs of WGAN-GP with other losses, lazy penalties, learning rates and a moving average.
@Suite struct GANRecipeTests {
  private static let settings = [
    ["loss=hinge", "penalty.weight=0"], ["loss=non-saturating", "penalty={at: real, target: 0, every: 4}"],
    ["rate={linear: 1e-2}"], ["generatorOptimizer={sgd: {rate: 1e-2, momentum: 0.5}}"],
    ["ema.decay=0.75"],
    ["loss=least-squares", "penalty.every=3", "rate={linear: 1e-2}", "generatorRate=1e-3", "ema.decay=0.5"],
  ]

  /// A critic with spectral norm, hinge loss and no penalty.
  private static let spectral = """
    name: spectral
    summary: Spectral norm
    algorithm: wgan-gp
    dataset: fashion-mnist
    networks:
      generator: {input: [8], layers: [{linear: 16}, batch-norm, relu, {linear: 784}, tanh, {unflatten: [1, 28, 28]}]}
      critic:
        input: [1, 28, 28]
        layers:
          - spectral-norm: {conv2d: {outputs: 4, kernel: 5, stride: 4}}
          - leaky-relu: 0.1
          - flatten
          - spectral-norm: {linear: 1}
    settings:
      batch: 8
      criticSteps: 2
      loss: hinge
      penalty: {weight: 0}
      optimizer: {adam: {rate: 1e-2, betas: [0.5, 0.9]}}
    steps: 20
    """

  private static func recipe(_ index: Int) throws -> Recipe {
    index < settings.count
      ? try Recipe.named("wgan-gp-tiny").setting(settings[index] + ["batch=4"])
      : try Recipe(yaml: spectral, source: "spectral.yaml")
  }

  @Test(arguments: 0...settings.count) func everySplitEndsWithTheSameBits(_ index: Int) throws {
    let recipe = try Self.recipe(index)
    let tiny = try TinyZoo()
    let whole = try tiny.zoo.train(recipe, steps: 11, seed: 7, options: tiny.options())
    for split in 1..<11 {
      let run = try tiny.zoo.train(recipe, steps: 11, seed: 7, options: tiny.options(stoppingAt: split))
      #expect(run.step == split && run.status == .interrupted)
      let resumed = try tiny.zoo.resume(run.id, options: tiny.options())
      #expect(try tiny.outcome(resumed) == tiny.outcome(whole), "split at \(split)")
    }
  }

  /// The run moves as an ONNX file with its programs, and as a fork.
  @Test(arguments: 0...settings.count) func aRunMoves(_ index: Int) throws {
    let (here, there) = (try TinyZoo(), try TinyZoo())
    let run = try here.zoo.train(
      Self.recipe(index), steps: 20, seed: 7, checkpointEvery: 4, options: here.options(stoppingAt: 8))
    let model = try here.zoo.trainingModel(run.id).1
    let file = try RunFile(ONNXImporter().decode(ONNXExporter.encode(model)))
    let moved = try there.zoo.resume(there.zoo.importRun(file).id, options: there.options())
    let fork = try here.zoo.resume(here.zoo.fork(run.id, options: here.options()).id, options: here.options())
    let whole = try here.zoo.resume(run.id, options: here.options())
    #expect(moved.step == 20 && whole.step == 20)
    #expect(try there.outcome(moved).digest == here.outcome(whole).digest)
    #expect(try here.outcome(fork).digest == here.outcome(whole).digest)
    for name in try here.zoo.store.runGraphs(of: run.id).programs.keys {
      let program = try here.zoo.program(run.id, name)
      let decoded = try ONNXImporter().decode(ONNXExporter.encode(program.onnx()))
      #expect(decoded.graph.outputs.count == program.graph.outputs.count + program.graph.updates.count, "\(name)")
    }
    for role in try here.zoo.store.runGraphs(of: run.id).networks.keys {
      let network = try here.zoo.network(run.id, role)
      #expect(try ONNXImporter().decode(ONNXExporter.encode(network.onnx)).parameters == network.parameters)
    }
  }

  @Test func theAverageIsTheGeneratorOfARun() throws {
    let tiny = try TinyZoo()
    let recipe = try Recipe.named("wgan-gp-tiny").setting("ema.decay=0.9")
    let run = try tiny.zoo.train(recipe, steps: 10, seed: 7, options: tiny.options())
    let state = try tiny.zoo.store.snapshot(of: run.id).tensors
    let roles = try tiny.zoo.store.runGraphs(of: run.id).networks.keys.sorted()
    #expect(roles == ["critic", "generator", "generator-ema"])
    for (given, role) in [(nil, "generator-ema"), ("generator", "generator"), ("generator-ema", "generator-ema")] {
      let network = try tiny.zoo.network(run.id, given)
      #expect(network.role == role && network.parameters["linear1.weight"] == state["\(role)/linear1.weight"])
    }
    #expect(state["generator-ema/linear1.weight"] != state["generator/linear1.weight"])
    let samples = try [nil, "generator-ema", "generator"].map {
      try tiny.zoo.sample(run.id, network: $0, count: 4, seed: 3).picture().pixels
    }
    #expect(samples[0] == samples[1] && samples[0] != samples[2])
    // The trainings are equal, and so are the generators.
    let plain = try tiny.zoo.train(Recipe.named("wgan-gp-tiny"), steps: 10, seed: 7, options: tiny.options())
    #expect(try tiny.zoo.sample(plain.id, count: 4, seed: 3).picture().pixels == samples[2])
    let error = #expect(throws: ModelZooError.self) { try tiny.zoo.sample(plain.id, network: "generator-ema") }
    #expect(error?.message.contains("no network 'generator-ema'; it has critic, generator") == true)
    #expect(throws: ModelZooError.self) { try tiny.zoo.sample(plain.id, network: "critic") }
  }

  /// An average starts with the values that the generator starts with.
  @Test func theAverageOfGivenValues() throws {
    let tiny = try TinyZoo()
    let first = try tiny.train(steps: 5)
    let file = tiny.folder.appending(path: "generator.onnx")
    try tiny.zoo.export(first.id, network: "generator", to: file)
    var initial = InitialValues()
    try initial.read(file.path, for: "generator")
    let run = try tiny.zoo.train(
      Recipe.named("wgan-gp-tiny").setting("ema.decay=0.9"), steps: 1, initial: initial, options: tiny.options())
    let (start, given) = (
      try tiny.zoo.store.snapshot(of: run.id, at: .step(0)), try tiny.zoo.store.snapshot(of: first.id)
    )
    #expect(start.tensors["generator-ema/linear1.weight"] == given.tensors["generator/linear1.weight"])
  }

  @Test(arguments: [
    ["rate={linear: 1e-2}"], ["rate=3e-3"], ["generatorRate=3e-3"], ["generatorRate={linear: 1e-2}"],
    ["optimizer.adam.rate=3e-3"], ["generatorOptimizer.adam.rate=3e-3"], ["penalty.weight=0"], ["penalty.weight=2"],
  ])
  func aSettingChangesTheCourse(_ assignments: [String]) throws {
    let tiny = try TinyZoo()
    let recipe = try Recipe.named("wgan-gp-tiny").setting(["penalty.every=2", "generatorRate=1e-4", "batch=4"])
    let run = try tiny.zoo.train(recipe, steps: 20, seed: 7, options: tiny.options(stoppingAt: 9))
    let plain = try tiny.zoo.resume(tiny.zoo.fork(run.id, options: tiny.options()).id, options: tiny.options())
    let fork = try tiny.zoo.fork(run.id, setting: assignments, options: tiny.options())
    let forked = try tiny.zoo.resume(fork.id, options: tiny.options())
    let resumed = try tiny.zoo.resume(run.id, setting: assignments, options: tiny.options())
    #expect(resumed.step == 20)
    #expect(try tiny.outcome(resumed).digest == tiny.outcome(forked).digest)
    #expect(try tiny.outcome(resumed).digest != tiny.outcome(plain).digest)
  }

  @Test func aCycleOfALazyPenaltyIsTimed() throws {
    let tiny = try TinyZoo()
    let recipe = try Recipe.named("wgan-gp-tiny").setting(["penalty.every=4", "batch=4"])
    let result = try Benchmark(recipe, steps: 1, threads: 1, data: tiny.folder.appending(path: "data"))
    #expect(result.steps == 20)
    // One update of the critic in each step, by either program.
    let ratio = try #require(result.updatesPerSecond) / result.stepsPerSecond
    #expect(abs(ratio - 1) < 1e-9, "\(ratio)")
  }

  /// The learning rate decreases to 0 at the target, which may move.
  @Test func aLinearRateEndsAtTheTarget() throws {
    let tiny = try TinyZoo()
    let recipe = try Recipe.named("wgan-gp-tiny").setting(["rate={linear: 1e-2}", "criticSteps=1", "batch=4"])
    let short = try tiny.zoo.train(recipe, steps: 4, seed: 7, options: tiny.options())
    let long = try tiny.zoo.train(recipe, steps: 8, seed: 7, options: tiny.options(stoppingAt: 4))
    #expect(short.step == 4 && long.step == 4)
    let weights = try [short, long].map { try tiny.zoo.store.snapshot(of: $0.id).tensors["critic/linear1.weight"] }
    #expect(weights[0] != weights[1])
    // The first step has the whole rate in both.
    let metrics = try [short, long].map { try tiny.zoo.store.metrics(of: $0.id, keys: ["critic"]).map(\.value) }
    #expect(metrics[0].prefix(2) == metrics[1].prefix(2) && metrics[0][2] != metrics[1][2])
  }
}

extension TinyZoo {
  /// Options that stop a training after a step.
  fileprivate func options(stoppingAt step: Int) -> TrainingOptions {
    let stop = StopFlag()
    return options(stop: stop) { if $0.step >= step { stop.raise(because: "the test") } }
  }
}
