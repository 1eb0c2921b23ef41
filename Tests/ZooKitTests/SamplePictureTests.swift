import TrainingAlgorithms
import Foundation
import GraphIR
import GraphRuntime
import NN
import Pictures
import RunStore
import Testing
import ZooKit

/// Pictures of samples that a run keeps in the course of training.
@Suite struct SamplePictureTests {
  private let tiny: TinyZoo

  init() throws { tiny = try TinyZoo() }

  /// A small GAN with an average of its generator, and pictures at every so many steps.
  private static func text(_ samples: String) -> String {
    """
    name: small
    summary: A small GAN
    algorithm: wgan-gp
    dataset: fashion-mnist
    networks:
      generator: {input: [4], layers: [{linear: 8}, batch-norm, relu, {linear: 784}, tanh]}
      critic: {input: [784], layers: [{linear: 8}, relu, {linear: 1}]}
    settings: {batch: 4, criticSteps: 2, ema: {decay: 0.5}}
    steps: 12
    checkpoint: {every: 5, keep: {last: 9}}
    \(samples)
    """
  }

  private func recipe(_ samples: String = "samples: {every: 2, n: 6}") throws -> Recipe {
    try Recipe(yaml: Self.text(samples), source: "small.yaml")
  }

  private func train(_ recipe: Recipe, steps: Int = 12) throws -> Run {
    try tiny.zoo.train(recipe, steps: steps, seed: 7, options: tiny.options())
  }

  private func pictures(_ run: Run) throws -> [StoredPicture] { try tiny.zoo.samplePictures(of: run.id) }

  @Test func trainingDoesNotDependOnThem() throws {
    let plain = try train(recipe(""))
    #expect(try pictures(plain) == [])
    for (samples, steps) in [
      ("{every: 2, n: 6}", Array(stride(from: 2, through: 12, by: 2))), ("{every: 5}", [5, 10]),
    ] {
      let run = try train(recipe("samples: \(samples)"))
      #expect(try tiny.outcome(run) == tiny.outcome(plain))
      #expect(try pictures(run).map(\.step) == steps)
    }
    // The first samples are the same ones in larger pictures: the noise is fixed.
    let many = try pictures(train(recipe("samples: {every: 4, n: 9}")))
    let few = try pictures(train(recipe("samples: {every: 2, n: 1}")))
    let (grid, one) = (try Self.decoded(many[0]), try Self.decoded(few[1]))
    #expect(many[0].step == 4 && few[1].step == 4 && grid.width == 3 * 30 + 2)
    #expect(Self.tile(grid) == Self.tile(one))
  }

  private static func decoded(_ picture: StoredPicture) throws -> Picture {
    try picture.png.withUnsafeBytes { try Picture(decoding: $0) }
  }

  /// The pixels of the image at a row and a column of a grid of images of 28 x 28 pixels.
  private static func tile(_ grid: Picture, row: Int = 0, column: Int = 0) -> [[UInt8]] {
    (0..<28).map { y in (0..<28).map { x in grid.pixels[(row * 30 + 2 + y) * grid.width + column * 30 + 2 + x] } }
  }

  /// Interrupted after any number of steps, between checkpoints and at them.
  @Test func everySplitHasTheSamePictures() throws {
    let recipe = try recipe()
    let whole = try pictures(train(recipe))
    #expect(whole.count == 6 && Set(whole.map(\.png)).count == 6)
    for split in 1..<12 {
      let run = try train(recipe, steps: split)
      let resumed = try tiny.zoo.resume(run.id, until: 12, options: tiny.options())
      #expect(try pictures(resumed) == whole, "split at \(split)")
    }
  }

  /// From an earlier checkpoint, later pictures are drawn again.
  @Test func fromAnEarlierCheckpointTheyAreDrawnAgain() throws {
    let run = try train(recipe())
    let whole = try pictures(run)
    _ = try tiny.zoo.resume(run.id, steps: 1, from: 5, discardLater: true, options: tiny.options())
    #expect(try pictures(run).map(\.step) == [2, 4, 6])
    _ = try tiny.zoo.resume(run.id, options: tiny.options())
    #expect(try pictures(run) == whole)
    #expect(try tiny.zoo.samplePictures(of: "\(run.id)@10").map(\.step) == [2, 4, 6, 8, 10])
    // A fork begins without pictures, as without metrics.
    let fork = try tiny.zoo.fork("\(run.id)@5", options: tiny.options())
    #expect(try pictures(fork) == [])
    _ = try tiny.zoo.resume(fork.id, options: tiny.options())
    #expect(try pictures(fork) == whole.filter { $0.step > 5 })
  }

  /// The average of the generator draws them, in inference mode.
  @Test func theAverageDrawsThem() throws {
    let run = try train(recipe("samples: {every: 5, n: 4}"))
    for picture in try pictures(run) {
      let network = try tiny.zoo.network("\(run.id)@\(picture.step)")
      #expect(network.role == "generator-ema")
      var noise = RandomStream(seed: 7, name: "progress")
      let results = try Executor(network.graph, parameters: network.parameters).run([
        network.graph.inputs[0].name: noise.normal([4, 4])
      ])
      let samples: [Float] = try #require(results.outputs[network.graph.outputs[0].name]).elements()
      #expect(try Self.decoded(picture) == Picture(images: samples, shape: [4, 1, 28, 28]))
    }
    #expect(try tiny.zoo.sampleSheet(of: run.id).width == 2 * 62 + 3 * 4)
  }

  /// A conditional generator has a row for each class, whose columns have the same noise.
  @Test(arguments: [(25, 2), (64, 6), (3, 1)]) func classesHaveRows(_ count: Int, _ columns: Int) throws {
    let conditional = Self.text("samples: {every: 4, n: \(count)}")
      .replacing("input: [4], ", with: "input: [4], labels: {embed: 3}, ")
      .replacing("input: [784], ", with: "input: [784], labels: concat, ")
      .replacing("criticSteps: 2", with: "criticSteps: 2, classes: 10")
    let run = try train(Recipe(yaml: conditional, source: "small.yaml"), steps: 4)
    let picture = try Self.decoded(#require(pictures(run).first))
    #expect((picture.width, picture.height) == (columns * 30 + 2, 10 * 30 + 2))
    let rows = (0..<10).map { Self.tile(picture, row: $0) }
    #expect(Set(rows).count > 1)
  }

  @Test func theIntervalCanChange() throws {
    let run = try train(recipe(""), steps: 5)
    _ = try tiny.zoo.resume(run.id, until: 10, setting: ["samples.every=3", "samples.n=4"], options: tiny.options())
    #expect(try pictures(run).map(\.step) == [6, 9])
    _ = try tiny.zoo.resume(run.id, until: 12, setting: ["samples.n=9"], options: tiny.options())
    #expect(try pictures(run).map(\.step) == [6, 9, 12])
    let error = #expect(throws: ModelZooError.self) { try tiny.zoo.sampleSheet(of: run.id) }
    #expect(error?.message.contains("62 x 62 at step 6, 92 x 92 at step 12") == true)
    #expect(try tiny.outcome(run) == tiny.outcome(train(recipe(""))))
  }

  @Test(arguments: [
    ("samples: {every: -1}", "samples.every is -1, expected at least 0"), ("samples: {n: 0}", "samples.n is 0"),
    ("samples: {n: 1025}", "samples.n is 1025, expected 1 to 1024"), ("samples: {often: 1}", "unknown key 'often'"),
    ("samples: 5", "samples"),
  ])
  func mistakesAreNamed(_ samples: String, _ part: String) {
    let error = #expect(throws: RecipeError.self) { try recipe(samples) }
    #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
  }

  /// Samples that are no pictures are refused before anything is stored.
  @Test func samplesOfOtherShapesAreRefused() throws {
    let series = try Recipe.small("wgan-gp-series").setting("samples.every=2")
    let error = #expect(throws: ModelZooError.self) { try train(series) }
    #expect(error?.message.contains("samples: a sample is [1, 128], expected a picture") == true)
    #expect(try tiny.zoo.store.runs().isEmpty)
    let plain = try train(Recipe.small("wgan-gp-series"), steps: 2)
    let change = #expect(throws: ModelZooError.self) {
      try tiny.zoo.resume(plain.id, until: 4, setting: ["samples.every=2"], options: tiny.options())
    }
    #expect(change?.message.contains("a sample is [1, 128]") == true)
    #expect(try tiny.zoo.store.run(plain.id).status == .done)
    let other = #expect(throws: RecipeError.self) {
      try Recipe(yaml: Recipe.named("ppo-cartpole").text + "samples: {every: 1}\n", source: "agent.yaml")
    }
    #expect(other?.description.contains("samples is not for ppo; leave it out") == true)
  }
}
