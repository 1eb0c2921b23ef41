import TrainingAlgorithms
import Foundation
import NN
import RunStore
import TestSupport
import Testing
import ZooKit

/// A file of version 2 of the schema, which a program of that version wrote: 48 to 96 steps of a small agent of each
/// algorithm. Its optimisers had Adam by type.
@Suite struct OldStoreTests {
  private static let adam = AnyOptimizer(Adam(betas: [0.8, 0.99]))
  private static let optimizers: [String: [AnyOptimizer]] = [
    "ppo": [AnyOptimizer(Adam(eps: 1e-6))], "a2c": [AnyOptimizer(RMSprop(alpha: 0.9, eps: 1e-5))],
    "ddpg": [adam], "td3": [adam], "sac": [adam],
    "imitation": [adam, AnyOptimizer(Adam(betas: [0, 0.9], eps: 1e-6))],
  ]

  private static func optimizers(_ settings: any AlgorithmSettings) -> [AnyOptimizer] {
    switch settings {
    case let settings as PPOSettings: [settings.optimizer]
    case let settings as A2CSettings: [settings.optimizer]
    case let settings as DDPGSettings: [settings.optimizer]
    case let settings as TD3Settings: [settings.optimizer]
    case let settings as SACSettings: [settings.optimizer]
    case let settings as ImitationSettings: [settings.agent.optimizer, settings.discriminatorOptimizer]
    default: []
    }
  }

  @Test func itsRunsKeepTheirOptimizersAndResume() throws {
    let tiny = try TinyZoo()
    let path = tiny.folder.appending(path: "old.sqlite").path
    try PackedFixture.unpack("version2.sqlite.gz", to: path)
    let zoo = try ModelZoo(at: path)
    let runs = try zoo.store.runs()
    #expect(Set(runs.map(\.algorithm)) == Set(Self.optimizers.keys) && runs.count == 6)
    #expect(try zoo.store.verify().problems == [] && zoo.store.namedGraphs() == [])
    for run in runs {
      let specification = try RunSpecification(json: run.settings, run: run.id, catalogue: .standard)
      #expect(Self.optimizers(specification.settings) == Self.optimizers[run.algorithm], "\(run.algorithm)")
      let before = try zoo.store.checkpoint(of: run.id)
      #expect(try zoo.store.snapshot(of: run.id).digest == before.stateDigest)
      // Another machine may compute other bits; the state, its names and its programs fit all the same.
      var options = tiny.options()
      options.allowInexact = true
      let resumed = try zoo.resume(run.id, until: run.step + 16, options: options)
      #expect(resumed.status == .done && resumed.step >= run.step + 16, "\(run.algorithm)")
      #expect(
        try Set(zoo.store.snapshot(of: run.id).tensors.keys)
          == Set(zoo.store.snapshot(of: run.id, at: .step(run.step)).tensors.keys))
    }
  }
}
