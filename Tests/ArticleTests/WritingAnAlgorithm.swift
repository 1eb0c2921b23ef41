import TrainingAlgorithms
import Autograd
import Checkpointing
import Datasets
import GraphIR
import NN
import RunStore
import Testing
import ZooKit

/// A denoising autoencoder: Vincent, Larochelle, Bengio, Manzagol, 2008.
struct Autoencoder: Algorithm {
  let network: Graph
  let settings: AutoencoderSettings

  var roles: [String: Graph] { ["autoencoder": network] }
  var cycle: Int { 1 }
  var firstUpdate: FirstUpdate { FirstUpdate(step: 1, arithmetic: "every step updates the network") }

  var stateTypes: [String: TensorType] {
    var types = parameterTypes
    types.merge(settings.optimizer.base.stateTypes(for: network), under: "autoencoder/\(settings.optimizer.name)")
    return types
  }

  /// E‖x − f(x + σε)‖² / D.
  func step(_ state: NamedTensors, samples: Tensor, noise: Tensor) throws -> StepResult {
    let network = Network(network, parameters: state.scoped("autoencoder"), requiresGrad: true)
    let (output, statistics) = try network.training(samples + settings.noise * noise)
    let loss = Loss.mse(output, samples)
    var next = try state.updated(
      by: settings.optimizer.base, role: "autoencoder", network.parameters, gradients: network.gradients(of: loss))
    next.merge(statistics, under: "autoencoder")
    return (next, ["loss": loss])
  }

  func programs() throws -> [String: Graph] {
    let program = try ProgramBuilder("step", state: stateTypes)
    let type = network.inputs[0].type
    let batch = TensorType(type.dtype, Shape([settings.batch] + type.shape.dropFirst()))
    let result = try step(
      program.state, samples: program.input("data/samples", batch), noise: program.input("normal/noise", batch))
    try program.output(result.metrics)
    program.update(to: result.state)
    return ["step": program.graph]
  }

  func trainer(_ setup: TrainingSetup, _ runner: any ProgramRunner) throws -> any Trainer {
    let data = try setup.samples(for: network, batch: settings.batch)
    return AutoencoderTrainer(batch: settings.batch, data: data, seed: setup.seed, runner: runner)
  }
}

/// Feeds the program of an ``Autoencoder``.
struct AutoencoderTrainer: Trainer {
  static var parts: [StatePart<Self>] {
    [.init("step", \.step), .init("noise", \.noise), .init("shuffle", \.shuffle)]
  }

  let batch: Int
  let data: any Dataset
  let runner: any ProgramRunner
  private(set) var step = 0
  private var noise: RandomStream
  private var shuffle: Shuffle

  init(batch: Int, data: any Dataset, seed: UInt64, runner: any ProgramRunner) {
    (self.batch, self.data, self.runner) = (batch, data, runner)
    noise = RandomStream(seed: seed, name: "noise")
    shuffle = Shuffle(count: data.count, key: RandomStream(seed: seed, name: "shuffle").key)
  }

  mutating func advance() throws -> [String: Double] {
    var (noise, shuffle) = (noise, shuffle)
    let rows = try shuffle.next(batch)
    runner.fill("data/samples", of: "step") { data.fill(rows, into: $0) }
    runner.fill("normal/noise", of: "step") { noise.fillNormal($0) }
    let metrics = try runner.metrics(of: "step", step: step + 1)
    try runner.commit("step")
    (self.noise, self.shuffle, step) = (noise, shuffle, step + 1)
    return metrics
  }
}

/// The settings of an ``Autoencoder``.
struct AutoencoderSettings: AlgorithmSettings {
  static let name = "autoencoder"
  static let table: SettingTable<Self> = [
    .init("batch", \.batch, .count, "Samples of an update."),
    .init("noise", \.noise, .nonnegative, "The standard deviation σ of the noise on samples."),
    .optimizer(\.optimizer, hasRate: true),
  ]

  var batch = 64
  var noise = 0.1
  var optimizer = AnyOptimizer(Adam())

  func networks(_ value: RecipeValue) throws(RecipeError) -> [String: RecipeNetwork] {
    let role = try value.roles(["autoencoder"])[0]
    return ["autoencoder": try RecipeNetwork(role, role: "autoencoder", batch: batch)]
  }

  func algorithm(_ networks: [String: Graph]) throws -> any Algorithm {
    try Autoencoder(network: networks.network("autoencoder"), settings: self)
  }
}

extension ArticleTests {
  @Test func writeAnAlgorithm() throws {
    let store = try path("zoo.sqlite")

    var catalogue = Catalogue.standard
    catalogue.add(AutoencoderSettings.self)
    catalogue.add(Moons.self)

    let zoo = try ModelZoo(at: store, catalogue: catalogue)
    let recipe = try Recipe(
      yaml: """
        name: denoised-moons
        summary: A denoising autoencoder
        licence: MIT
        algorithm: autoencoder
        dataset: moons
        networks: {autoencoder: {input: [2], layers: [{linear: 32}, tanh, {linear: 2}]}}
        settings: {batch: 50, noise: 0.05, optimizer: {adamw: {rate: 1e-2}}}
        steps: 60
        """, source: "denoised-moons.yaml", catalogue: catalogue)
    let whole = try zoo.train(recipe, seed: 1)
    let half = try zoo.train(recipe, steps: 30, seed: 1)
    let resumed = try zoo.resume(half.id, until: 60)

    let digest = { (run: Run) in try zoo.store.checkpoint(of: run.id).stateDigest }
    #expect(try digest(resumed) == digest(whole))
    let losses = try zoo.store.metrics(of: whole.id).filter { $0.key == "loss" }.map(\.value)
    #expect(losses.count == 60 && losses[59] < losses[0] / 2)
  }
}
