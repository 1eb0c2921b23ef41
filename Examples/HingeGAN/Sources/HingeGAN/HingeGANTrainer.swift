import TrainingAlgorithms
import Checkpointing
import Datasets
import GraphIR

/// Feeds the programs of a ``HingeGAN``. A step is one update of the critic and one of the generator.
struct HingeGANTrainer: Trainer {
  /// Everything that the next step depends on beside the programs' state, each part once.
  static var parts: [StatePart<Self>] {
    [
      .init("step", \.step), .init("isGeneratorDue", \.isGeneratorDue), .init("noise", \.noise),
      .init("shuffle", \.shuffle),
    ]
  }

  let batch: Int
  let data: any Dataset
  let runner: any ProgramRunner
  private(set) var step = 0
  /// Whether the critic's update of a step is done and the generator's is not, because it failed.
  private var isGeneratorDue = false
  private var noise: RandomStream
  private var shuffle: Shuffle

  init(batch: Int, data: any Dataset, seed: UInt64, runner: any ProgramRunner) {
    (self.batch, self.data, self.runner) = (batch, data, runner)
    noise = RandomStream(seed: seed, name: "noise")
    shuffle = Shuffle(count: data.count, key: RandomStream(seed: seed, name: "shuffle").key)
  }

  mutating func advance() throws -> [String: Double] {
    var metrics: [String: Double] = [:]
    if !isGeneratorDue {
      var shuffle = shuffle
      let rows = try shuffle.next(batch)
      runner.fill("data/real", of: "critic") { data.fill(rows, into: $0) }
      metrics = try update("critic")
      (self.shuffle, isGeneratorDue) = (shuffle, true)
    }
    metrics.merge(try update("generator")) { $1 }
    isGeneratorDue = false
    step += 1
    return metrics
  }

  /// One update of a network. The random stream advances only if the update succeeds.
  private mutating func update(_ program: String) throws -> [String: Double] {
    var noise = noise
    runner.fill("normal/noise", of: program) { noise.fillNormal($0) }
    let metrics = try runner.metrics(of: program, step: step + 1)
    try runner.commit(program)
    self.noise = noise
    return metrics
  }
}
