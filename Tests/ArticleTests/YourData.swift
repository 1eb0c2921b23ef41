import Datasets
import Foundation
import GraphIR
import RunStore
import Testing
import ZooKit

/// Points on two interleaved half circles.
struct Moons: RecipeDataset {
  static let name = "moons"
  static let table: SettingTable<Self> = [
    .init("count", \.count, .count, "The number of points."),
    .init("noise", \.noise, .nonnegative, "The standard deviation of the noise."),
    .init("seed", \.seed, .natural, "The seed of the points."),
  ]

  var count = 1000
  var noise = 0.1
  var seed = 1

  func load(folder: URL?) throws -> any Dataset {
    var stream = RandomStream(seed: UInt64(seed), name: "moons")
    let (turns, shifts) = (stream.uniform(count), stream.normal(2 * count))
    let points = turns.enumerated().flatMap { index, turn in
      let (x, y) = (cosf(.pi * turn), sinf(.pi * turn))
      return index % 2 == 0 ? [x, y] : [1 - x, 0.5 - y]
    }
    let values = zip(points, shifts).map { $0 + Float(noise) * $1 }
    return ArrayDataset(name: Self.name, sampleShape: [2], values: values)
  }
}

extension ArticleTests {
  @Test func bringYourData() throws {
    let store = try path("zoo.sqlite")

    var catalogue = Catalogue.standard
    catalogue.add(Moons.self)

    let zoo = try ModelZoo(at: store, catalogue: catalogue)
    let recipe = try Recipe(
      yaml: """
        name: moons
        summary: WGAN-GP on two half circles
        licence: MIT
        algorithm: wgan-gp
        dataset: {name: moons, noise: 0.05}
        networks:
          generator: {input: [4], layers: [{linear: 32}, relu, {linear: 2}]}
          critic: {input: [2], layers: [{linear: 32}, softplus, {linear: 1}]}
        settings: {batch: 32}
        steps: 50
        """, source: "moons.yaml", catalogue: catalogue)
    let run = try zoo.train(recipe, seed: 1)

    #expect(run.status == .done && run.step == 50)
    let specification = try RunSpecification(json: run.settings, run: run.id, catalogue: catalogue)
    #expect(specification.dataset?.name == "moons")
    var moons = Moons()
    moons.noise = 0.05
    #expect(try specification.fingerprint == moons.load(folder: nil).fingerprint)
  }
}
