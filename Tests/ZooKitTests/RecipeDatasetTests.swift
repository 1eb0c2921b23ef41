import TrainingAlgorithms
import Datasets
import Foundation
import GraphIR
import RunStore
import Testing
import ZooKit

/// Points on a circle, of a count and a radius that a recipe gives.
private struct Circle: RecipeDataset {
  static let name = "circle"
  static let table: SettingTable<Self> = [
    .init("count", \.count, .count, "The number of points."), .init("radius", \.radius, .positive, "The radius."),
  ]

  var count = 64
  var radius = 1.0

  func load(folder: URL?) throws -> any Dataset {
    let values = (0..<count).flatMap { index in
      let angle = 2 * Float.pi * Float(index) / Float(count)
      return [Float(radius) * cosf(angle), Float(radius) * sinf(angle)]
    }
    return ArrayDataset(name: Self.name, sampleShape: [2], values: values)
  }
}

/// WGAN-GP without changes of samples.
private struct Unchanged: AlgorithmSettings {
  static let name = "unchanged"
  static let table = WGANGPSettings.table.at(\Self.base)
  var base = WGANGPSettings()

  func networks(_ value: RecipeValue) throws(RecipeError) -> [String: RecipeNetwork] { try base.networks(value) }
  func algorithm(_ networks: [String: Graph]) throws -> any Algorithm { try base.algorithm(networks) }
}

/// Data sets with settings that recipes give.
@Suite struct RecipeDatasetTests {
  private static let catalogue = {
    var catalogue = Catalogue.standard
    catalogue.add(Circle.self)
    return catalogue
  }()

  private func recipe(_ dataset: String, algorithm: String = "wgan-gp", _ catalogue: Catalogue = catalogue) throws
    -> Recipe
  {
    try Recipe(
      yaml: """
        name: circle
        summary: WGAN-GP on a circle
        licence: MIT
        algorithm: \(algorithm)
        dataset: \(dataset)
        networks:
          generator: {input: [4], layers: [{linear: 8}, relu, {linear: 2}]}
          critic: {input: [2], layers: [{linear: 8}, softplus, {linear: 1}]}
        settings: {batch: 4}
        steps: 6
        """, source: "circle.yaml", catalogue: catalogue)
  }

  @Test func namesAndSettingsAreRead() throws {
    for (text, count, length) in [
      ("circle", 64, Float(1)), ("{name: circle}", 64, 1), ("{name: circle, count: 9}", 9, 1),
      ("{radius: 0.25, name: circle, count: 12, validation: 0.25}", 12, 0.25),
    ] {
      let settings = try #require(try recipe(text).dataset)
      #expect(settings.name == "circle" && settings.path == nil)
      let data = try Self.catalogue.load(settings)
      var sample: [Float] = [0, 0]
      sample.withUnsafeMutableBufferPointer { data.fill([0], into: $0) }
      #expect(data.count == count && sample == [length, 0])
      #expect(try JSONDecoder().decode(DatasetSettings.self, from: JSONEncoder().encode(settings)) == settings)
    }
    #expect(try recipe("{name: circle, validation: 0.25}").dataset?.validation == 0.25)
    let assigned = try DatasetSettings(source: "circle", assignments: ["count=5"], catalogue: Self.catalogue)
    #expect(try assigned == recipe("{name: circle, count: 5}").dataset)
  }

  @Test(arguments: [
    ("{name: circle, cuont: 9}", "unknown key 'cuont' in dataset; did you mean 'count'?"),
    ("{name: circle, radius: -1}", "expected a number above 0"),
    ("{name: cirlce}", "did you mean 'circle'?"), ("cirlce", "did you mean 'circle'?"),
    ("{name: mnist, count: 9}", "unknown key 'count' in dataset"),
    ("{name: circle, augment: {flip: diagonal}}", "dataset.augment.flip"),
  ])
  func mistakesAreNamed(_ dataset: String, _ message: String) {
    let error = #expect(throws: RecipeError.self) { try recipe(dataset) }
    #expect(error.map { "\($0)".contains(message) } == true, "\(String(describing: error))")
  }

  /// A run keeps the settings: a resume in a program with other defaults trains on the same samples.
  @Test func aRunKeepsTheSettings() throws {
    let tiny = try TinyZoo()
    let zoo = try ModelZoo(at: tiny.folder.appending(path: "circle.sqlite").path, catalogue: Self.catalogue)
    let whole = try zoo.train(recipe("{name: circle, radius: 0.5}"), seed: 3)
    let half = try zoo.train(recipe("{name: circle, radius: 0.5}"), steps: 3, seed: 3)
    let resumed = try zoo.resume(half.id, until: 6)
    #expect(
      try zoo.store.checkpoint(of: resumed.id).stateDigest == zoo.store.checkpoint(of: whole.id).stateDigest)
    let other = try zoo.train(recipe("circle"), seed: 3)
    #expect(try zoo.store.checkpoint(of: other.id).stateDigest != zoo.store.checkpoint(of: whole.id).stateDigest)

    let error = #expect(throws: DatasetError.self) {
      try ModelZoo(at: tiny.folder.appending(path: "circle.sqlite").path).resume(half.id, until: 7)
    }
    #expect(error?.code == .unknownDataset && error?.message.contains("there is no data set 'circle'") == true)
  }

  /// `augment` is an error for an algorithm that does not change its samples.
  @Test func augmentationThatNobodyAppliesIsRefused() throws {
    var catalogue = Self.catalogue
    catalogue.add(Unchanged.self)
    let error = #expect(throws: RecipeError.self) {
      try recipe("{images: photos, augment: {flip: horizontal}}", algorithm: "unchanged", catalogue)
    }
    #expect(error?.message.contains("unchanged does not change samples; leave dataset.augment out") == true)
    #expect(throws: Never.self) { try recipe("{images: photos}", algorithm: "unchanged", catalogue) }
  }
}
