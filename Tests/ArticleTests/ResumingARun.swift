import Checkpointing
import Foundation
import GraphIR
import RunStore
import Testing
import ZooKit

/// A random walk. The next position depends on both properties.
struct Walk: CheckpointedParts {
  static var parts: [StatePart<Self>] { [.init("position", \.position), .init("stream", \.stream)] }

  private(set) var position = 0
  private var stream: RandomStream

  init(seed: UInt64) { stream = RandomStream(seed: seed, name: "walk") }

  mutating func advance() { position += stream.uniform(1)[0] < 0.5 ? -1 : 1 }
}

extension ArticleTests {
  @Test func resumeARun() throws {
    let (store, images) = (try path("zoo.sqlite"), try images())

    let zoo = try ModelZoo(at: store)
    let recipe = try Recipe.named("wgan-gp-tiny")
    let options = TrainingOptions(data: images)
    let whole = try zoo.train(recipe, steps: 40, seed: 7, options: options)
    let half = try zoo.train(recipe, steps: 20, seed: 7, options: options)
    let resumed = try zoo.resume(half.id, until: 40, options: options)
    let digests = try [whole, resumed].map { try zoo.store.checkpoint(of: $0.id).stateDigest }

    #expect(digests[0] == digests[1])
  }

  @Test func checkpointAPart() throws {
    var walk = Walk(seed: 1)
    for _ in 1...10 { walk.advance() }
    var state = TrainingState(step: 10, tensors: [:])
    try walk.save(to: &state, as: "walk")

    var restored = Walk(seed: 2)
    try restored.restore(from: state, as: "walk")
    for _ in 1...10 {
      walk.advance()
      restored.advance()
    }

    #expect(restored.position == walk.position)
  }
}
