import Foundation
import ZooKit
import RunStore
import TestSupport

/// A zoo in a temporary folder, with small data.
final class TinyZoo: Sendable {
  let folder: URL
  let zoo: ModelZoo

  init(images: Int = 40) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "zoo-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder.appending(path: "data"), withIntermediateDirectories: true)
    try TinyData.write(to: folder.appending(path: "data"), images: images)
    zoo = try ModelZoo(at: folder.appending(path: "zoo.sqlite").path)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The options: one thread and the small data.
  func options(
    stop: StopFlag = StopFlag(), progress: @escaping @Sendable (TrainingProgress) -> Void = { _ in }
  ) -> TrainingOptions {
    TrainingOptions(threads: 1, data: folder.appending(path: "data"), stop: stop, progress: progress)
  }

  /// A run of `wgan-gp-tiny`, whose generator is updated in every fifth step.
  func train(steps: Int, seed: UInt64 = 7) throws -> Run {
    try zoo.train(Recipe.named("wgan-gp-tiny"), steps: steps, seed: seed, options: options())
  }

  /// The parts that are equal if two runs are equal to the bit.
  struct Outcome: Equatable {
    let digest: Digest
    let metrics: [Metric]
  }

  func outcome(_ run: Run) throws -> Outcome {
    Outcome(digest: try zoo.store.checkpoint(of: run.id).stateDigest, metrics: try zoo.store.metrics(of: run.id))
  }
}
