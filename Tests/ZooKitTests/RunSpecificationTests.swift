import TrainingAlgorithms
import Foundation
import ZooKit
import NN
import Testing

/// The stored form of a run's settings, which users and other versions read.
@Suite struct RunSpecificationTests {
  @Test func itIsPlainJSON() throws {
    let tiny = try TinyZoo()
    let recipe = try Recipe.named("wgan-gp-tiny").setting("penalty.sided=one")
    let run = try tiny.zoo.train(recipe, steps: 1, checkpointEvery: 50, options: tiny.options())
    let json = try #require(JSONSerialization.jsonObject(with: Data(run.settings.utf8)) as? NSDictionary)
    let fingerprint = try #require(json["fingerprint"] as? [String: Any])
    #expect(fingerprint["shape"] as? [Int] == [40, 1, 28, 28])
    #expect(
      json == [
        "algorithm": "wgan-gp", "dataset": "fashion-mnist", "fingerprint": fingerprint,
        "checkpoint": ["every": 50, "keepLast": 3], "bestEvaluation": "least",
        "settings": [
          "batch": 16, "criticSteps": 5, "loss": "wasserstein",
          "penalty": [
            "weight": 10, "target": 1, "sided": "one", "reduction": "per-sample", "at": "interpolates",
            "inputs": "joint", "output": "sum", "p": 2, "eps": 0,
          ],
          "optimizer": ["adam": ["rate": 1e-3, "betas": [0.5, 0.9], "eps": 1e-8]],
        ],
      ])
  }

  @Test func itComesBackAsItWas() throws {
    let tiny = try TinyZoo()
    var recipe = try Recipe.named("wgan-gp-tiny")
    for side in GradientPenalty.Side.allCases {
      recipe = try recipe.setting("penalty.sided=\(side.rawValue)")
      let run = try tiny.zoo.train(recipe, steps: 1, options: tiny.options())
      let specification = try RunSpecification(json: run.settings, run: run.id, catalogue: .standard)
      #expect(specification.settings.isEqual(to: recipe.settings))
      #expect(specification.checkpoint == recipe.checkpoint)
      let copy = try JSONDecoder().decode(RunSpecification.self, from: JSONEncoder().encode(specification))
      #expect(copy == specification)
    }
  }

  /// Runs that were stored before these settings existed.
  @Test func whatIsMissingFromAnOlderRunHasItsDefault() throws {
    let tiny = try TinyZoo()
    let run = try tiny.zoo.train(Recipe.named("wgan-gp-tiny"), steps: 1, options: tiny.options())
    let specification = try RunSpecification(json: run.settings, run: run.id, catalogue: .standard)
    let newer = [
      #""eps":0,"#, #""inputs":"joint","#, #""output":"sum","#, #""p":2,"#, #""loss":"wasserstein","#,
    ]
    let older = newer.reduce(run.settings) { $0.replacing($1, with: "") }
    #expect(older.count == run.settings.count - newer.reduce(0) { $0 + $1.count })
    #expect(try RunSpecification(json: older, run: run.id, catalogue: .standard) == specification)
  }
}
