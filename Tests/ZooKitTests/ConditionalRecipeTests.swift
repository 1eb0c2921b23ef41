import TrainingAlgorithms
import Foundation
import GraphIR
import NN
import ONNXFormat
import RunStore
import Testing
import ZooKit

/// Runs of conditional GANs, from recipes to samples of a class.
@Suite struct ConditionalRecipeTests {
  private static func text(
    _ critic: String, layers: String = "[{linear: 8}, relu, {linear: 1}]", settings: String = ""
  ) -> String {
    """
    name: small
    summary: A small conditional GAN
    algorithm: wgan-gp
    dataset: fashion-mnist
    networks:
      generator: {input: [4], labels: {embed: 3}, layers: [{linear: 8}, batch-norm, relu, {linear: 784}, tanh]}
      critic: {input: [784], \(critic)layers: \(layers)}
    settings: {batch: 4, criticSteps: 2, classes: 10\(settings)}
    steps: 20
    """
  }

  private static let recipes = [
    text("labels: concat, "), text("labels: projection, "),
    text("labels: projection, ", layers: "[{spectral-norm: {linear: 8}}, relu, {spectral-norm: {linear: 1}}]"),
    text("", settings: ", classifier: {weight: 1}"),
    text("labels: concat, ", settings: ", classifier: {weight: 1}, ema: {decay: 0.5}"),
  ]

  @Test(arguments: recipes.indices) func everySplitEndsWithTheSameBits(_ index: Int) throws {
    let recipe = try Recipe(yaml: Self.recipes[index], source: "small.yaml")
    let tiny = try TinyZoo()
    let whole = try tiny.zoo.train(recipe, steps: 7, seed: 7, options: tiny.options())
    for split in 1..<7 {
      let run = try tiny.zoo.train(recipe, steps: split, seed: 7, options: tiny.options())
      let resumed = try tiny.zoo.resume(run.id, until: 7, options: tiny.options())
      #expect(try tiny.outcome(resumed) == tiny.outcome(whole), "split at \(split)")
    }
    // The run moves as an ONNX file.
    let file = try RunFile(ONNXImporter().decode(ONNXExporter.encode(tiny.zoo.trainingModel(whole.id).1)))
    #expect(file.isUnchanged)
  }

  @Test func aClassHasItsOwnSamples() throws {
    let tiny = try TinyZoo()
    let run = try tiny.zoo.train(
      Recipe(yaml: Self.recipes[0], source: "small.yaml"), steps: 4, seed: 7, options: tiny.options())
    let specification = try RunSpecification(json: run.settings, run: run.id, catalogue: .standard)
    #expect(specification.labels?.count == 10 && specification.labels?[1] == "Trouser")
    func pixels(_ labels: ModelZoo.SampleLabels, count: Int = 4) throws -> [UInt8] {
      try tiny.zoo.sample(run.id, count: count, seed: 3, labels: labels).picture().pixels
    }
    #expect(try pixels(.one("Trouser")) == pixels(.one("1")))
    #expect(try pixels(.one("1")) != pixels(.one("2")))
    #expect(try pixels(.inTurn, count: 1) == pixels(.one("0"), count: 1))
    let rows = try tiny.zoo.sample(run.id, count: 3, seed: 3, labels: .rows).picture()
    #expect(rows.width == 3 * 30 + 2 && rows.height == 10 * 30 + 2)
    // A row is what its class has for the same noise.
    let one = try tiny.zoo.sample(run.id, count: 3, seed: 3, labels: .one("9")).picture()
    let last = (0..<28).map { row in (0..<28).map { rows.pixels[(9 * 30 + 2 + row) * rows.width + 2 + $0] } }
    let first = (0..<28).map { row in (0..<28).map { one.pixels[(2 + row) * one.width + 2 + $0] } }
    #expect(last == first)
    for label in ["10", "-1", "trouser", ""] {
      let error = #expect(throws: ModelZooError.self) { try pixels(.one(label)) }
      #expect(error?.message.contains("no class '\(label)'; expected 0 to 9, or one of T-shirt/top, Trouser") == true)
    }
    let plain = try tiny.train(steps: 1)
    let error = #expect(throws: ModelZooError.self) { try tiny.zoo.sample(plain.id, labels: .one("1")) }
    #expect(error?.message.contains("takes no labels") == true)
    #expect(try RunSpecification(json: plain.settings, run: plain.id, catalogue: .standard).labels == nil)
  }

  @Test(arguments: [
    ("labels: concat, ", "labels: plane, ", "networks.critic.labels is 'plane', which is not known"),
    ("labels: concat, ", "", "the critic takes no labels and has no classifier"),
    ("classes: 10", "classes: 0", "settings.classes is 0, expected at least 1"),
    (", classes: 10", "", "needs the setting 'classes'"),
    ("labels: {embed: 3}, ", "", "the generator takes none"),
    ("labels: {embed: 3}", "labels: {embd: 3}", "unknown key 'embd' in networks.generator.labels"),
    ("input: [4]", "input: [2, 2]", "expected one extent, to which labels are concatenated"),
    ("input: [784], labels: concat", "input: [1, 28, 28], labels: projection", "[batch, features]"),
  ])
  func mistakesAreNamed(_ old: String, _ new: String, _ saying: String) throws {
    let text = Self.recipes[0]
    #expect(text.contains(old))
    let error = #expect(throws: RecipeError.self) {
      try Recipe(yaml: text.replacing(old, with: new), source: "small.yaml")
    }
    #expect(error?.description.contains(saying) == true, "\(error?.description ?? "")")
  }

  @Test func aDataSetHasAsManyClasses() throws {
    let tiny = try TinyZoo()
    let recipe = try Recipe(yaml: Self.recipes[0].replacing("classes: 10", with: "classes: 9"), source: "small.yaml")
    let error = #expect(throws: AlgorithmError.self) { try tiny.zoo.train(recipe, steps: 1, options: tiny.options()) }
    #expect(error?.message.contains("classes is 9, expected the 10 of 'fashion-mnist'") == true)
    #expect(try tiny.zoo.store.runs().isEmpty)
  }
}
