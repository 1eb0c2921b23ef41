import Algorithms
import Checkpointing
import Datasets
import GraphIR

/// Feeds the programs of a ``HingeGAN``. A step is one update of the critic and one of the generator.
struct HingeGANTrainer: Trainer {
  /// Everything that the next step depends on beside the programs' state, each part once.
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
    // Streams move on only with a step that succeeds.
    var (noise, shuffle) = (noise, shuffle)
    let rows = try shuffle.next(batch)
    runner.fill("data/real", of: "critic") { data.fill(rows, into: $0) }
    var metrics: [String: Double] = [:]
    for program in ["critic", "generator"] {
      runner.fill("normal/noise", of: program) { noise.fillNormal($0) }
      metrics.merge(try runner.metrics(of: program, step: step + 1)) { $1 }
      try runner.commit(program)
    }
    (self.noise, self.shuffle) = (noise, shuffle)
    step += 1
    return metrics
  }
}
