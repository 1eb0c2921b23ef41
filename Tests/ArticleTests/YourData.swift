import Datasets
import Foundation
import GraphIR
import RunStore
import Testing
import ZooKit

/// Points on two interleaved half circles.
struct Moons: Dataset {
  let name = "moons"
  let count = 1000
  let sampleShape = [2]
  let fingerprint: DatasetFingerprint
  private let values: [Float]

  init() {
    var stream = RandomStream(seed: 1, name: "moons")
    var values: [Float] = []
    for index in 0..<count {
      let angle = Float.pi * stream.uniform(1)[0]
      let isUpper = index % 2 == 0
      values += isUpper ? [cosf(angle), sinf(angle)] : [1 - cosf(angle), 0.5 - sinf(angle)]
    }
    self.values = values
    fingerprint = DatasetFingerprint(shape: [count] + sampleShape, of: values)
  }

  func fill(_ rows: some Collection<Int>, into buffer: UnsafeMutableBufferPointer<Float>) {
    for (slot, row) in rows.enumerated() {
      (buffer[2 * slot], buffer[2 * slot + 1]) = (values[2 * row], values[2 * row + 1])
    }
  }
}

extension ArticleTests {
  @Test func bringYourData() throws {
    let store = try path("zoo.sqlite")

    var catalogue = Catalogue.standard
    catalogue.add(DatasetSource("moons") { _ in Moons() })

    let zoo = try ModelZoo(at: store, catalogue: catalogue)
    let recipe = try Recipe(
      yaml: """
        name: moons
        summary: WGAN-GP on two half circles
        licence: MIT
        algorithm: wgan-gp
        dataset: moons
        networks:
          generator: {input: [4], layers: [{linear: 32}, relu, {linear: 2}]}
          critic: {input: [2], layers: [{linear: 32}, softplus, {linear: 1}]}
        settings: {batch: 32}
        steps: 50
        """, source: "moons.yaml", catalogue: catalogue)
    let run = try zoo.train(recipe, seed: 1)

    #expect(run.status == .done && run.step == 50)
    let specification = try RunSpecification(json: run.settings, run: run.id, catalogue: catalogue)
    #expect(specification.dataset?.name == "moons" && specification.fingerprint == Moons().fingerprint)
  }
}
